"""What installs and programs of Python read, write and leave behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import look_up
from python_image import OFFICIAL, Image, paths, words
from restage.api import Case, Command, Context, Effect, ProductKind, State, Tree, region
from restage.api.tree import Changed
from restage_strategies.python import STRATEGY


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("pip install -r requirements.txt", OFFICIAL),
        ("pip3 install --no-cache-dir -Ur requirements.txt", OFFICIAL),
        ("python -m pip install -U pip", OFFICIAL),
        ("pip install --user flask", ("/root/.local",)),
        ("pip install --target=/deps flask", ("/deps",)),
        ("pip install -t deps flask", ("/app/deps",)),
        ("pip install --prefix /install flask", ("/install",)),
        ("/opt/venv/bin/pip install flask", ("/opt/venv",)),
        ("pip install jupyter", (*OFFICIAL, "/usr/local/etc", "/usr/local/share")),
        ("pip install nobody-knows-this", (*OFFICIAL, "/usr/local/etc", "/usr/local/share")),
        ("pip install mkl", (*OFFICIAL, "/usr/local/etc", "/usr/local/lib", "/usr/local/share")),
        ("pip install -e .", ("/app", *OFFICIAL)),
        ("python -m venv /opt/venv", ("/opt/venv",)),
        ("virtualenv -p python3 env", ("/app/env",)),
        ("python setup.py build_ext --inplace", ("/app",)),
        ("python manage.py collectstatic --noinput", ("/app", "/srv/static")),
        ("python -m tools.build /srv/index --log=/var/lib/l", ("/app", "/root", "/srv/index", "/var/lib/l")),
        ("python -m tools.build --base-url=/index --context-path /x", ("/app", "/root")),
        ("python -m tools.build --base-dir=~/index", ("/app", "/root")),
        ("python -m unknown.tool /srv/index", ("/app", "/root")),
        ("python -m nltk.downloader -d /usr/share/nltk_data punkt", ("/usr/share/nltk_data",)),
        ('python -c "import nltk; nltk.download(1)"', ("/root/nltk_data",)),
        ("python -c \"import nltk; nltk.download('a', download_dir='/data')\"", ("/data",)),
        ("python -c \"import nltk; nltk.download('a', '/data')\"", ("/data",)),
        ("python -c \"import whisper; whisper.load_model('a', download_root='m')\"", ("/app/m",)),
        ('python -c "from a import models; models.init_db()"', ("/app", "/root")),
        ("python -c \"from x import M; M.from_pretrained('a', cache_dir=DIR)\"", ("/app", "/root")),
        ("python -c \"import os; os.environ['HF_HOME'] = D; M.from_pretrained('a')\"", ("/app", "/root")),
        ("python -c \"from x import M; M.from_pretrained('a')\"", ("/root/.cache/huggingface",)),
        ("python -c \"SentenceTransformer('a')\"", ("/root/.cache/huggingface",)),
        (
            "python -c \"m = SentenceTransformer('a'); print(m.encode('b')); m.eval()\"",
            ("/root/.cache/huggingface",),
        ),
        ("python -c \"import clip; SentenceTransformer('a'); clip.load('b')\"", ("/app", "/root")),
        ('python -c "import fetch"', ("/app", "/root")),
        ("python -c \"M.from_pretrained('a').save_pretrained('m')\"", ("/app", "/root")),
        ("python fetch.py", ("/app", "/root")),
        ("python -m ipykernel install --user --name=a", ("/root/.local/share/jupyter",)),
        ("jupyter nbextension enable --user a", ("/root",)),
        ("jupyter nbextension enable a", (*OFFICIAL, "/usr/local/etc", "/usr/local/share")),
        ('python -c "import torch; print(torch.__version__)"', ()),
        ('python -c " import torch ; pass "', ()),
        ("python3 -m spacy download en_core_web_sm", (*OFFICIAL, "/usr/local/etc", "/usr/local/share")),
        ("playwright install chromium", ("/root/.cache/ms-playwright",)),
        ("pip download -d /wheels flask", ("/wheels",)),
        ("uv sync --frozen", ("/app/.venv",)),
        ("airflow db init", ("/app", "/root/airflow")),
        ("pipenv install --system --deploy", OFFICIAL),
        ("pip list", ()),
        ("python --version", ()),
    ],
)
def test_an_install_writes_where_the_interpreter_has_its_folders(
    tmp_path: Path, command: str, writes: tuple[str, ...]
) -> None:
    files = {
        "requirements.txt": "django==4.2\n",
        "fetch.py": "if todo: M.from_pretrained('a')\n",
        "manage.py": "",
        "setup.py": "",
        "tools/build.py": "",
        "site/settings.py": "STATIC_ROOT = '/srv/static'\n",
    }
    assert paths(Image(tmp_path, files).known_effect(command).writes) == tuple(sorted(writes))


@pytest.mark.parametrize(
    ("command", "file", "text", "environment"),
    [
        ("python manage.py migrate", "site/settings.py", "NAME = '{}'", {}),
        ("python manage.py loaddata a.json", "site/settings.py", "NAME = env('DB', '{}')", {}),
        ("python manage.py migrate", "site/settings.py", "", {"DATABASE_URL": "sqlite:///{}"}),
        ("alembic upgrade head", "alembic.ini", "sqlalchemy.url = sqlite:///{}\n", {}),
        ("flask db upgrade", "app/config.py", "URI = 'sqlite:///{}'", {}),
    ],
)
@pytest.mark.parametrize(("database", "known"), [("/data/app.sqlite3", False), ("/app/app.sqlite3", True)])
def test_a_migration_to_a_file_outside_the_project_is_not_known(
    tmp_path: Path,
    command: str,
    file: str,
    text: str,
    environment: dict[str, str],
    database: str,
    known: bool,
) -> None:
    variables = {name: value.format(database) for name, value in environment.items()}
    image = Image(tmp_path, {"manage.py": "", file: text.format(database)}, environment=variables)
    effect = image.effect(command)
    assert effect is not None and (effect.opaque is None) is known


@pytest.mark.parametrize(
    ("base", "writes"),
    [
        ("python:3.11-slim", ("/usr/local/bin", "/usr/local/lib/python3.11/site-packages")),
        ("python:3", ("/usr/local",)),
        ("debian:bookworm", ("/usr/local/bin", "/usr/local/lib/python3.11/dist-packages")),
        ("ubuntu:22.04", ("/usr/local/bin", "/usr/local/lib/python3.10/dist-packages")),
        ("alpine:3.18", ("/usr/bin", "/usr/lib/python3.11/site-packages")),
    ],
)
def test_the_base_decides_where_pip_writes(tmp_path: Path, base: str, writes: tuple[str, ...]) -> None:
    assert paths(Image(tmp_path, base=base).known_effect("pip3 install flask").writes) == writes


@pytest.mark.parametrize("base", ["debian:bookworm", "debian:buster"])
@pytest.mark.parametrize(
    "command", ["pip3 install flask", "pip3.10 install flask", "python3.10 -m pip install flask"]
)
def test_a_python_that_the_file_may_have_built_has_folders_of_its_own(
    tmp_path: Path, command: str, base: str
) -> None:
    image = Image(tmp_path, base=base, packages=("gcc",))
    image.state = replace(
        image.state, tree=image.state.tree.then(Changed(region("/usr/local"), "make install"))
    )
    effect = image.effect(command)
    assert effect is not None
    assert effect.opaque


def test_pip_of_an_unknown_base_is_not_known(tmp_path: Path) -> None:
    effect = Image(tmp_path, base="registry.example/own:1").effect("pip install flask")
    assert effect is not None
    assert effect.opaque


def test_who_is_not_root_installs_below_the_home_directory(tmp_path: Path) -> None:
    assert paths(Image(tmp_path, user="app").known_effect("pip install flask").writes) == (
        "/home/app/.local",
    )


def test_an_environment_on_the_path_takes_installs_once_it_is_made(tmp_path: Path) -> None:
    path = "/opt/venv/bin:/usr/local/bin:/usr/bin"
    image = Image(tmp_path, environment={"PATH": path})
    assert paths(image.known_effect("pip install virtualenv").writes) == OFFICIAL
    tree = image.state.tree.then(Changed(region("/opt/venv"), "python -m venv /opt/venv"))
    image.state = replace(image.state, tree=tree)
    assert paths(image.known_effect("pip install flask").writes) == ("/opt/venv",)
    same_run = Image(
        tmp_path, environment={"PATH": path}, commands=("python -m venv /opt/venv", "pip install flask")
    )
    assert paths(same_run.known_effect("pip install flask").writes) == ("/opt/venv",)


@pytest.mark.parametrize(
    ("command", "environment", "cached"),
    [
        ("pip install pandas", {}, ("/root/.cache/pip",)),
        ("pip install --no-cache-dir pandas", {}, ()),
        ("pip install --no-cache pandas", {}, ()),
        ("pip install pandas", {"PIP_NO_CACHE_DIR": "1"}, ()),
        ("pip install pandas", {"PIP_NO_CACHE_DIR": "off"}, ()),
        ("pip install pandas", {"PIP_NO_CACHE_DIR": ""}, ("/root/.cache/pip",)),
        ("pip install pandas", {"PIP_CACHE_DIR": "/cache"}, ("/cache",)),
        ("pip install pandas", {"XDG_CACHE_HOME": "/x"}, ("/x/pip",)),
    ],
)
def test_the_cache_of_pip_is_where_its_settings_say(
    tmp_path: Path, command: str, environment: dict[str, str], cached: tuple[str, ...]
) -> None:
    image = Image(tmp_path, environment=environment)
    effect = image.known_effect(command)
    assert paths(effect.caches) == cached
    kinds = [p.kind for p in STRATEGY.products(words(command), effect, image.state, image.case)]
    assert (ProductKind.CACHE in kinds) is bool(cached)


def test_requirement_files_are_followed_and_nothing_else_is_read(tmp_path: Path) -> None:
    files = {
        "requirements/prod.txt": "-r base.txt\n-c limits.txt\n--find-links wheels\n./lib/own\nflask \\\n  >=2\n",
        "requirements/base.txt": "requests[socks]==2.31 ; python_version > '3' # why\n",
        "requirements/limits.txt": "urllib3<2\n",
        "lib/own/setup.py": "from setuptools import setup\nneeds = ['six']\nsetup(install_requires=needs)\n",
    }
    effect = Image(tmp_path, files).known_effect("pip install -r requirements/prod.txt")
    assert paths(effect.reads) == (
        "/app/lib/own",
        "/app/requirements/base.txt",
        "/app/requirements/limits.txt",
        "/app/requirements/prod.txt",
        "/app/requirements/wheels",
    )


def test_a_requirement_file_that_the_build_makes_reads_the_whole_directory(tmp_path: Path) -> None:
    assert "/app" in paths(Image(tmp_path).known_effect("pip install -r made.txt").reads)


@pytest.mark.parametrize(
    "command",
    ["python -", "python missing.py", "playwright install --with-deps", "poetry run task", "pip frobnicate"],
)
def test_what_nobody_can_know_is_opaque(tmp_path: Path, command: str) -> None:
    effect = Image(tmp_path).effect(command)
    assert effect is not None
    assert effect.opaque


@pytest.mark.parametrize(
    "command", ["npm ci", "go build", "make", "conda install x", "apt-get install python3"]
)
def test_commands_of_others_are_left_to_them(tmp_path: Path, command: str) -> None:
    assert Image(tmp_path).effect(command) is None


@pytest.mark.parametrize(
    ("command", "wins"),
    [
        ("pip install pandas", True),
        ("pip install flask", False),
        ("pip install nobody-knows-this", False),
        ("/opt/venv/bin/pip install flask", True),
        ("pip install --user flask", True),
        ("pip install -U pip uv", False),
        ("uv sync", False),
    ],
)
def test_a_cache_is_no_win_where_copies_into_the_folders_of_the_base_cost_as_much(
    tmp_path: Path, command: str, wins: bool
) -> None:
    image = Image(tmp_path, {"uv.lock": ""})
    made = STRATEGY.products(words(command), image.known_effect(command), image.state, image.case)
    assert any(product.kind is ProductKind.CACHE for product in made) is wins


def test_only_folders_that_every_image_has_are_copied_for_an_unknown_distribution(tmp_path: Path) -> None:
    image = Image(tmp_path, base="python:3.12-alpine")
    assert paths(image.known_effect("pip install nobody-knows-this").writes) == (
        *OFFICIAL,
        "/usr/local/share",
    )


@pytest.mark.parametrize(
    ("fetch", "run", "writes"),
    [
        (
            "curl -sSL https://install.python-poetry.org",
            "python3 -",
            ("/root/.local/bin", "/root/.local/share/pypoetry"),
        ),
        (
            "curl -sSL https://install.python-poetry.org",
            "python3",
            ("/root/.local/bin", "/root/.local/share/pypoetry"),
        ),
        (
            "wget -qO- https://host/python-poetry/poetry/master/get-poetry.py",
            "python",
            ("/root/.poetry",),
        ),
        ("curl https://bootstrap.pypa.io/get-pip.py", "python3", OFFICIAL),
    ],
)
def test_an_installer_piped_into_python_is_known(
    tmp_path: Path, fetch: str, run: str, writes: tuple[str, ...]
) -> None:
    image = Image(tmp_path, commands=(fetch, run))
    assert paths(image.known_effect(run).writes) == writes


def test_poetry_goes_where_it_is_told_to(tmp_path: Path) -> None:
    commands = ("curl -sSL https://install.python-poetry.org", "python3 -")
    image = Image(tmp_path, commands=commands, environment={"POETRY_HOME": "/opt/poetry"})
    assert paths(image.known_effect("python3 -").writes) == ("/opt/poetry",)


def test_code_of_any_length_is_read_in_one_pass(tmp_path: Path) -> None:
    effect = Image(tmp_path).known_effect(f"python -c 'import torch{' ' * 300_000}!'")
    assert paths(effect.writes) == ("/app", "/root")


@pytest.mark.parametrize("run", ["python3", "python -"])
def test_any_other_program_piped_into_python_may_write_anywhere(tmp_path: Path, run: str) -> None:
    effect = Image(tmp_path, commands=("curl https://host/install", run)).effect(run)
    assert effect is not None
    assert effect.opaque


@pytest.mark.parametrize(("checker", "caches"), [("mypy .", ("/app/.mypy_cache",)), ("flake8 .", ())])
def test_a_checker_leaves_no_cache_but_its_own(tmp_path: Path, checker: str, caches: tuple[str, ...]) -> None:
    assert paths(Image(tmp_path).known_effect(checker).caches) == caches


WORD = st.sampled_from(
    "pip python3 -m -c -r -e . .. / $X install venv uv sync poetry run -- --target= manage.py - '' a[b] ==1".split()
)


@given(st.lists(WORD, min_size=1, max_size=7), st.sampled_from(["", "'"]))
def test_no_command_is_too_strange(arguments: list[str], first: str) -> None:
    known = look_up("python:3.12")
    context = Context(Path("/nowhere"))
    state = State("/app", "root", {"PATH": "/usr/local/bin"}, known, Tree(context))
    case = Case(context, known, (Command(tuple(arguments)),))
    command = Command((*([first] if first else []), *arguments))
    effect = STRATEGY.effect(command, state, case)
    STRATEGY.resolve(command, state, case)
    for product in STRATEGY.products(command, effect or Effect(), state, case):
        assert all(offer.product == product for offer in STRATEGY.reductions(product, (), state, case))


@pytest.mark.parametrize(
    ("made", "environment", "place"),
    [
        ("", {}, "/root/nltk_data"),
        ("", {"NLTK_DATA": "/data"}, "/root/nltk_data"),
        ("/data", {"NLTK_DATA": "/data"}, "/data"),
        ("/usr/local/share/nltk_data", {}, "/usr/local/share/nltk_data"),
    ],
)
def test_nltk_takes_the_first_of_its_folders_that_is_there(
    tmp_path: Path, made: str, environment: dict[str, str], place: str
) -> None:
    image = Image(tmp_path, environment=environment)
    if made:
        image.state = replace(image.state, tree=image.state.tree.then(Changed(region(made), "mkdir")))
    assert paths(image.known_effect("python -m nltk.downloader punkt").writes) == (place,)


def test_a_shared_cache_takes_what_is_downloaded(tmp_path: Path) -> None:
    effect = Image(tmp_path, environment={"XDG_CACHE_HOME": "/cache"}).known_effect(
        "python -c \"import whisper; whisper.load_model('base')\""
    )
    assert paths(effect.writes) == ("/cache/whisper",)


SOURCES = {"fetch.py": "from nlp import load\nload()\n", "nlp.py": "from transformers import pipeline\n"}


def test_a_cache_that_a_variable_moves_goes_along_where_it_is_sure_to_be_there(tmp_path: Path) -> None:
    image = Image(tmp_path, SOURCES, environment={"HF_HOME": "/models"})
    effect = image.effect("python fetch.py")
    assert effect is not None and effect.opaque
    image.state = replace(image.state, tree=image.state.tree.then(Changed(region("/models"), "mkdir")))
    assert paths(image.known_effect("python fetch.py").writes) == ("/app", "/models", "/root")


def test_a_script_that_downloads_by_itself_puts_it_where_the_library_does(tmp_path: Path) -> None:
    files = {"fetch.py": "from transformers import pipeline\npipeline('a')\n"}
    effect = Image(tmp_path, files, environment={"HF_HOME": "/models"}).known_effect("python fetch.py")
    assert paths(effect.writes) == ("/app", "/models", "/root")


@pytest.mark.parametrize(
    ("pinned", "place"),
    [
        ("==2.2.2", "/root/.cache/torch"),
        ("==2.7.0", "/root/.cache/huggingface"),
        ("", "/root/.cache/huggingface"),
    ],
)
def test_old_sentence_transformers_keep_models_beside_those_of_torch(
    tmp_path: Path, pinned: str, place: str
) -> None:
    image = Image(tmp_path, {"requirements.txt": f"sentence-transformers{pinned}\n"})
    effect = image.known_effect("python -c \"SentenceTransformer('a')\"")
    assert paths(effect.writes) == (place,)


@pytest.mark.parametrize(
    ("packages", "command", "library"),
    [
        (("python3",), "pip3 install flask", "/usr/local/lib/python3.8/dist-packages"),
        (("python3.8-dev",), "python3 -m pip install flask", "/usr/local/lib/python3.8/dist-packages"),
        (("python3.9", "python3.9-dev"), "python3 -m pip install flask", "/usr/local/lib"),
        (("python3.9",), "python3.9 -m pip install flask", "/usr/local/lib/python3.9/dist-packages"),
    ],
)
def test_where_there_are_two_pythons_the_folders_of_both_may_take_an_install(
    tmp_path: Path, packages: tuple[str, ...], command: str, library: str
) -> None:
    image = Image(tmp_path, base="ubuntu:20.04", packages=packages)
    assert paths(image.known_effect(command).writes) == ("/usr/local/bin", library)
