from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import restage_strategies.python as strategy_package
from python_image import OFFICIAL, Image, paths, words
from restage.api import (
    Basis,
    Case,
    ClaimKind,
    Command,
    Context,
    Effect,
    Facility,
    FacilityNeed,
    PackageNeed,
    PathNeed,
    ProductKind,
    ProgramNeed,
    ReductionKind,
    State,
    Tree,
    region,
)
from restage.api.tree import Changed, Gone
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.python import STRATEGY
from restage_strategies.python.calls import calls
from restage_strategies.python.names import Requirement, normalised, read_requirement
from restage_strategies.python.pip_options import read_options
from restage_strategies.python.rows import find_row
from restage_strategies.python.setup_script import read_setup_script


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
        ("python -m nltk.downloader -d /usr/share/nltk_data punkt", ("/usr/share/nltk_data",)),
        ('python -c "import nltk; nltk.download(1)"', ("/root/nltk_data",)),
        ('python -c "import torch; print(torch.__version__)"', ()),
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
        "manage.py": "",
        "setup.py": "",
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
    ("base", "packages", "loads", "needed"),
    [
        ("python:3.12-bookworm", (), 'find_library("maxminddb")', "libmaxminddb0"),
        ("python:3.12-bookworm", (), 'CDLL("libyaml-0.so.2")', "libyaml-0-2"),
        ("python:3.12-bookworm", (), 'find_library("magic")', "libmagic-dev"),
        ("python:3.12-slim", ("gcc",), 'CDLL("libgomp.so.1")', "libgomp1"),
        ("python:3.12-slim", ("gcc",), 'CDLL("./libgomp.so.1")', None),
        ("python:3.12-slim", ("gcc",), 'CDLL("msvcrt.dll")', None),
        ("python:3.12-bookworm", (), "CDLL(None)", None),
        ("python:3.12-alpine", ("gcc",), 'CDLL("libgomp.so.1")', "libgomp"),
    ],
)
def test_a_library_that_a_source_loads_needs_its_package(
    tmp_path: Path, base: str, packages: tuple[str, ...], loads: str, needed: str | None
) -> None:
    files = {"app.py": f"from ctypes import CDLL\nfrom ctypes.util import find_library\n{loads}\n"}
    image = Image(tmp_path, files, base, packages=packages)
    offer = image.offer(
        "pip install flask", ReductionKind.BUILD_TOOLS if packages else ReductionKind.SIBLING_BASE
    )
    assert offer is not None
    named = {
        need.apk if base.endswith("alpine") else need.apt
        for need in offer.needs
        if isinstance(need, PackageNeed)
    }
    assert named >= ({needed} if needed else set())
    assert needed is not None or not named


@pytest.mark.parametrize(
    ("base", "packages", "loads", "by_link"),
    [
        ("python:3.12-bookworm", (), 'find_library("yaml")', True),
        ("python:3.12-bookworm", (), 'CDLL("libmagic.so")', False),
        ("python:3.12-bookworm", (), 'CDLL("libyaml.so")', True),
        ("python:3.12-slim", ("gcc", "libsodium-dev"), 'CDLL("libsodium.so")', True),
        ("python:3.12-slim", ("gcc", "libsodium-dev"), 'find_library("sodium")', False),
        ("python:3.12-slim", ("gcc",), 'find_library("yaml")', False),
    ],
)
def test_what_is_found_by_a_link_of_headers_leaves_the_claim_open(
    tmp_path: Path, base: str, packages: tuple[str, ...], loads: str, by_link: bool
) -> None:
    files = {"app.py": f"from ctypes import CDLL\nfrom ctypes.util import find_library\n{loads}\n"}
    image = Image(tmp_path, files, base, packages=packages)
    offer = image.offer(
        "pip install flask", ReductionKind.BUILD_TOOLS if packages else ReductionKind.SIBLING_BASE
    )
    assert offer is not None
    assert bool(offer.claims[0].evidence.missing) is by_link


def test_looking_for_a_library_takes_the_compiler_on_musl(tmp_path: Path) -> None:
    files = {"app.py": 'from ctypes.util import find_library\nfind_library("sodium")\n'}
    image = Image(tmp_path, files, "python:3.12-alpine", packages=("gcc", "libsodium-dev"))
    offer = image.offer("pip install flask", ReductionKind.BUILD_TOOLS)
    assert offer is not None
    assert "gcc" in {need.program for need in offer.needs if isinstance(need, ProgramNeed)}


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
    ("line", "name", "extras", "pinned"),
    [
        ("Django==4.2", "django", (), "4.2"),
        ("uvicorn[standard]>=0.2", "uvicorn", ("standard",), None),
        ("ruamel.yaml", "ruamel-yaml", (), None),
        ("git+https://host/a/b.git@main#egg=My_Thing", "my-thing", (), None),
        ("thing @ https://host/thing-1.0.tar.gz", "thing", (), None),
        ("./dist/own_pkg-1.0-py3-none-any.whl", "own-pkg", (), None),
    ],
)
def test_a_requirement_is_read(line: str, name: str, extras: tuple[str, ...], pinned: str | None) -> None:
    found = read_requirement(line)
    assert found is not None
    assert (found.name, found.extras, found.pinned) == (name, extras, pinned)


def test_a_requirement_for_another_system_is_none() -> None:
    assert read_requirement("pywin32; sys_platform == 'win32'") is None
    assert read_requirement("uvloop; sys_platform != 'win32'") is not None


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import subprocess\nsubprocess.run(['git', 'log'])", ["git"]),
        ("from subprocess import check_output as out\nout('ffmpeg -i x', shell=True)", ["ffmpeg"]),
        ("import os\nos.system('cd /x && tar xf y; convert a b')", ["tar", "convert"]),
        ("import subprocess\ncmd = ['pdftotext', p]\nsubprocess.Popen(cmd)", ["pdftotext"]),
        ("import subprocess\ndef run(c):\n    subprocess.run(c, shell=True)\nrun('git pull')", ["git"]),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'x'])", ["python"]),
        ("import subprocess\nsubprocess.run(sys.argv[1:])", [""]),
        ("import subprocess\nsubprocess.run(f'{tool} -x', shell=True)", [""]),
        ("import subprocess\nprint 'python 2'\nsubprocess.call(['hg', 'id'])", ["hg"]),
        ("app.run('x'); self.call(y); platform.system(); shutil.which(name)", []),
        ("import ctypes.util\nctypes.util.find_library('opus')", ["opus"]),
        ("from sh import git\ngit('status')", ["git"]),
    ],
)
def test_programs_and_libraries_that_a_source_names(source: str, names: list[str]) -> None:
    assert [finding.name for finding in calls(source)] == names


@given(st.text(max_size=300))
def test_any_text_is_read_as_a_source_a_requirement_and_a_setup_script(text: str) -> None:
    calls("subprocess.run(" + text)
    read_requirement(text)
    read_setup_script(text)


@given(st.lists(st.text(alphabet="-rectUq=.ab/ ", max_size=6), max_size=6))
def test_any_options_of_pip_are_read(arguments: list[str]) -> None:
    image = Context(Path("/nowhere"))
    reference = parse_reference("python:3.12")
    assert reference is not None
    state = State("/", "root", {}, base_image(reference), Tree(image))
    options = read_options(tuple(arguments), Command(("pip",)), state)
    assert len(options.words) <= len(arguments)


def test_sibling_of_known_requirements_rests_on_their_rows(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "psycopg2\nGitPython\nflask\n",
        "app.py": "from flask import send_file\nimport subprocess\nsubprocess.run(['curl', 'x'])\n",
        "tests/test_app.py": "import subprocess\nsubprocess.run(unknown)\n",
    }
    offer = Image(tmp_path, files).sibling("pip install -r requirements.txt")
    rows, unnamed = offer.claims
    assert (rows.kind, rows.evidence.basis, rows.evidence.missing) == (
        ClaimKind.PYTHON_DIRECT_ROWS,
        Basis.SEARCH,
        (),
    )
    assert "3 direct requirements of requirements.txt" in rows.evidence.searched
    assert unnamed.kind is ClaimKind.UNNAMED_PROGRAM
    assert not unnamed.evidence.missing
    assert {need.apt for need in offer.needs if isinstance(need, PackageNeed)} == {"libpq-dev"}
    assert {need.program for need in offer.needs if isinstance(need, ProgramNeed)} == {"curl", "git"}
    assert {need.facility for need in offer.needs if isinstance(need, FacilityNeed)} == {Facility.MIME_TYPES}


def test_an_unknown_requirement_leaves_the_claim_open(tmp_path: Path) -> None:
    files = {"requirements.txt": "flask\nnobody-knows-this\ngit+https://host/x.git\n"}
    missing = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[0].evidence.missing
    assert missing == ("nobody-knows-this", "git+https://host/x.git")


def test_hashes_lock_every_distribution(tmp_path: Path) -> None:
    files = {"requirements.txt": "six==1.16 --hash=sha256:00\nflask==3.0 \\\n    --hash=sha256:11\n"}
    claim = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[0]
    assert (claim.kind, claim.evidence.basis) == (ClaimKind.PYTHON_LOCKED_ROWS, Basis.RULE)


def test_a_program_named_only_at_run_time_leaves_the_claim_open(tmp_path: Path) -> None:
    files = {"requirements.txt": "flask\n", "app.py": "import subprocess\nsubprocess.run(x)\n"}
    unnamed = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[1]
    assert unnamed.evidence.missing == ("the program that app.py:2 starts",)


def test_no_sibling_is_offered_for_a_python_of_the_distribution(tmp_path: Path) -> None:
    image = Image(tmp_path, base="debian:bookworm")
    assert image.offer("pip3 install flask", ReductionKind.SIBLING_BASE) is None
    assert image.offer("pip3 install flask", ReductionKind.BUILD_TOOLS) is not None


def test_what_a_compiler_brings_is_needed_where_a_row_says_so_or_is_missing(tmp_path: Path) -> None:
    image = Image(tmp_path, base="python:3.12-slim", packages=("gcc", "libpq-dev"))

    def packages(command: str) -> set[str]:
        offer = image.offer(command, ReductionKind.BUILD_TOOLS)
        assert offer is not None
        return {need.apt for need in offer.needs if isinstance(need, PackageNeed)}

    assert packages("pip install flask psycopg2") == set()
    assert "libgomp1" in packages("pip install lightgbm")
    assert "libgomp1" in packages("pip install nobody-knows-this")


@pytest.mark.parametrize(
    ("requirement", "python", "apt"),
    [
        (Requirement("lxml", specifier="==4.6.0"), "3.12", "libxml2-dev"),
        (Requirement("lxml", specifier="==5.3.0"), "3.12", None),
        (Requirement("psycopg"), "3.12", "libpq-dev"),
        (Requirement("psycopg", ("binary",)), "3.12", None),
        (Requirement("soundfile", specifier="==0.10.3"), "3.9", "libsndfile1-dev"),
        (Requirement("soundfile"), "3.9", None),
    ],
)
def test_a_row_depends_on_version_and_extras(requirement: Requirement, python: str, apt: str | None) -> None:
    row = find_row(requirement, python)
    assert row is not None
    assert (apt in row.apt) if apt else not row.apt


def test_the_table_names_each_distribution_once_in_its_normal_form() -> None:
    path = Path(strategy_package.__file__).with_name("rows.json")
    table = json.loads(path.read_text(encoding="utf-8"))
    plain = [name for line in table["plain"] for name in line.split()]
    bare = {name.partition("[")[0] for name in table["needs"]}
    assert len(plain) == len(set(plain)) > 5000
    assert not set(plain) & bare
    assert all(name == normalised(name) for name in (*plain, *bare))
    assert table["source"]
    assert table["as_of"]


@pytest.mark.parametrize(
    ("start", "runs"),
    [
        ("poetry run python main.py", "python main.py"),
        ("uv run --env-file .env -- fastapi run", "fastapi run"),
        ("dotenv -f .env run -- gunicorn a:b", "gunicorn a:b"),
        ("opentelemetry-instrument --traces_exporter console flask run", "flask run"),
        ("python -m debugpy --listen 5678 -m uvicorn a:b", "python -m uvicorn a:b"),
        ("watchmedo auto-restart --recursive -- celery -A x worker", "celery -A x worker"),
    ],
)
def test_a_runner_is_followed_to_what_it_starts(tmp_path: Path, start: str, runs: str) -> None:
    found = Image(tmp_path).resolve(start)
    assert found is not None
    assert [" ".join(command.words) for command in found.runs] == [runs]
    assert ProgramNeed(start.split()[0], f"`{start}` runs it") in found.needs


def test_configured_programs_are_followed(tmp_path: Path) -> None:
    files = {
        "supervisord.conf": "[program:web]\ncommand=gunicorn a:b\n[program:w]\ncommand=celery -A a worker\n",
        "Procfile": "web: uvicorn a:b\n",
    }
    image = Image(tmp_path, files)
    for start, names in (
        ("supervisord -c supervisord.conf", ["gunicorn", "celery"]),
        ("honcho start", ["uvicorn"]),
    ):
        found = image.resolve(start)
        assert found is not None
        assert [command.name for command in found.runs] == names


@pytest.mark.parametrize(
    ("start", "path"),
    [
        ("python manage.py runserver 0.0.0.0:8000", "/app/manage.py"),
        ("python -u -m src.fetch.x", "/app/src/fetch/x.py"),
        ("streamlit run manage.py", "/app/manage.py"),
        ("gunicorn -c conf.py a:b", "/app/conf.py"),
        ("uwsgi --ini uwsgi.ini", "/app/conf.py"),
        ("./run", "/app/run"),
    ],
)
def test_a_start_needs_its_files(tmp_path: Path, start: str, path: str) -> None:
    files = {
        "manage.py": "",
        "src/fetch/x.py": "",
        "conf.py": "",
        "run": "#!/usr/bin/env python3\n",
        "uwsgi.ini": "[uwsgi]\nwsgi-file = %d/conf.py\n",
    }
    found = Image(tmp_path, files).resolve(start)
    assert found is not None
    assert path in [need.path for need in found.needs if isinstance(need, PathNeed)]
    assert found.toolchain is None
    assert found.anything is None


def test_a_start_needs_the_programs_that_the_sources_call(tmp_path: Path) -> None:
    found = Image(tmp_path, {"bot.py": "import os\nos.popen('git describe')\n"}).resolve("python bot.py")
    assert found is not None
    assert ProgramNeed("git", "bot.py:2 calls it") in found.needs


@pytest.mark.parametrize(
    ("directory", "file", "seen"),
    [("/build", "bot.py", True), ("/test", "bot.py", True), ("/app", "tests/bot.py", False)],
)
def test_a_folder_is_a_build_or_test_folder_only_if_the_project_calls_it_so(
    tmp_path: Path, directory: str, file: str, seen: bool
) -> None:
    files = {"main.py": "", file: 'import subprocess\nsubprocess.run(["git", "log"])\n'}
    resolution = Image(tmp_path, files, directory=directory).resolve("python main.py")
    assert resolution is not None
    assert ("git" in {need.program for need in resolution.needs if isinstance(need, ProgramNeed)}) is seen


def test_an_entrypoint_that_waits_for_its_module_is_no_interactive_python(tmp_path: Path) -> None:
    image = Image(tmp_path)
    waiting, interactive = image.resolve("python -m"), image.resolve("python")
    assert waiting is not None
    assert waiting.anything is None
    assert interactive is not None
    assert interactive.anything


@pytest.mark.parametrize(
    "start", ["pytest", "python -m pytest -q", "tox", "python manage.py test", "reflex run"]
)
def test_tests_and_builds_need_the_toolchain(tmp_path: Path, start: str) -> None:
    found = Image(tmp_path).resolve(start)
    assert found is not None
    assert found.toolchain is not None


def test_tests_in_a_branch_of_a_script_do_not(tmp_path: Path) -> None:
    image = Image(tmp_path)
    found = STRATEGY.resolve(Command(("pytest",), conditional=True), image.state, image.case)
    assert found is not None
    assert found.toolchain is None


def test_scripts_of_the_project_and_of_its_installs_are_programs(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\nname = 'x'\n[project.scripts]\nmybot = 'x:main'\n"}
    image = Image(tmp_path, files, commands=("pip install litellm-like",))
    assert image.resolve("mybot --serve") is not None
    assert image.resolve("litellm-like --port 1") is not None
    assert image.resolve("nginx -g x") is None


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("uv.lock", "uv sync --frozen"),
        ("poetry.lock", "poetry install --no-root"),
    ],
)
def test_a_lock_names_what_a_manager_installs(tmp_path: Path, lock: str, command: str) -> None:
    files = {
        lock: '[[package]]\nname = "flask"\nversion = "3.0"\n[[package]]\nname = "own"\nversion = "1"\n'
        'source = { editable = "." }\n',
        "pyproject.toml": "[project]\nname = 'own'\n",
    }
    claim = (
        Image(tmp_path, files, environment={"POETRY_VIRTUALENVS_CREATE": "false"}).sibling(command).claims[0]
    )
    assert (claim.kind, claim.evidence.searched) == (
        ClaimKind.PYTHON_LOCKED_ROWS,
        f"1 locked distribution of {lock}",
    )


def test_detection_tells_what_was_found(tmp_path: Path) -> None:
    image = Image(tmp_path, {"requirements-dev.txt": "", "setup.py": ""}, commands=("pip install flask",))
    found = STRATEGY.detect(image.case)
    assert found is not None
    assert found.evidence == ("setup.py", "requirements-dev.txt", "RUN pip install flask")


def test_a_folder_without_python_is_not_detected(tmp_path: Path) -> None:
    assert STRATEGY.detect(Image(tmp_path, {"package.json": "{}"}).case) is None


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


def test_an_unknown_distribution_may_call_any_program(tmp_path: Path) -> None:
    offer = Image(tmp_path).offer("pip install nobody-knows-this", ReductionKind.BUILD_TOOLS)
    assert offer is not None
    libraries, unnamed = offer.claims
    assert libraries.evidence.basis is Basis.RULE
    assert not libraries.evidence.missing
    assert unnamed.evidence.missing == ("nobody-knows-this",)


def test_what_a_compiler_made_is_not_taken_for_plain_data(tmp_path: Path) -> None:
    image = Image(tmp_path, {"setup.py": "from setuptools import setup\nsetup(ext_modules=[x])\n"})
    claim = image.sibling("python setup.py build_ext --inplace").claims[0]
    assert claim.evidence.missing == ("setup.py compiles extension modules",)


WORD = st.sampled_from(
    "pip python3 -m -c -r -e . .. / $X install venv uv sync poetry run -- --target= manage.py - '' a[b] ==1".split()
)


@given(st.lists(WORD, min_size=1, max_size=7), st.sampled_from(["", "'"]))
def test_no_command_is_too_strange(arguments: list[str], first: str) -> None:
    reference = parse_reference("python:3.12")
    assert reference is not None
    known = base_image(reference)
    context = Context(Path("/nowhere"))
    state = State("/app", "root", {"PATH": "/usr/local/bin"}, known, Tree(context))
    case = Case(context, known, (Command(tuple(arguments)),))
    command = Command((*([first] if first else []), *arguments))
    effect = STRATEGY.effect(command, state, case)
    STRATEGY.resolve(command, state, case)
    for product in STRATEGY.products(command, effect or Effect(), state, case):
        assert all(offer.product == product for offer in STRATEGY.reductions(product, (), state, case))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_requirement_file_is_decoded_as_pip_does(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.0\r\nsix\r\n", encoding=encoding)
    claim = Image(tmp_path).sibling("pip install -r requirements.txt").claims[0]
    assert claim.evidence.searched == "2 direct requirements of requirements.txt"
    assert not claim.evidence.missing


def _build_needs(image: Image, command: str) -> tuple[object, ...]:
    offer = image.offer(command, ReductionKind.BUILD_TOOLS)
    assert offer is not None
    return tuple(
        getattr(need, "program", "") or getattr(need, "apt", "") or getattr(need, "facility", "")
        for need in offer.needs
    )


@pytest.mark.parametrize(
    ("base", "command", "needs"),
    [
        (
            "ubuntu:22.04",
            "pip3 install flask",
            ("/usr/bin/python3", Facility.CERTIFICATES, "python3-setuptools"),
        ),
        ("debian:bookworm", "/opt/venv/bin/pip install flask", ("/usr/bin/python3", Facility.CERTIFICATES)),
        ("python:3.12-slim", "pip install flask", ()),
        ("python:3.12-slim", "/opt/venv/bin/pip install flask", ()),
    ],
)
def test_the_python_of_the_distribution_is_needed_with_what_its_pip_brought(
    tmp_path: Path, base: str, command: str, needs: tuple[object, ...]
) -> None:
    assert _build_needs(Image(tmp_path, base=base), command) == needs


def test_sources_that_the_file_deletes_after_their_install_still_tell_what_they_call(tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup()\n",
        "tool.py": "import os\nos.system('git')\n",
    }
    image = Image(tmp_path, files)
    command, case = words("pip install ."), image.case
    effect = image.known_effect("pip install .")
    gone = replace(image.state, tree=image.state.tree.then(Gone(region("/app"))))
    made = next(iter(STRATEGY.products(command, effect, image.state, case)))
    offers = STRATEGY.reductions(made, (), gone, case)
    assert all(ProgramNeed("git", "tool.py:2 calls it") in offer.needs for offer in offers)


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


@pytest.mark.parametrize("run", ["python3", "python -"])
def test_any_other_program_piped_into_python_may_write_anywhere(tmp_path: Path, run: str) -> None:
    effect = Image(tmp_path, commands=("curl https://host/install", run)).effect(run)
    assert effect is not None
    assert effect.opaque


@pytest.mark.parametrize(("checker", "caches"), [("mypy .", ("/app/.mypy_cache",)), ("flake8 .", ())])
def test_a_checker_leaves_no_cache_but_its_own(tmp_path: Path, checker: str, caches: tuple[str, ...]) -> None:
    assert paths(Image(tmp_path).known_effect(checker).caches) == caches
