"""What console programs of the Python world do when a RUN calls them."""

from __future__ import annotations

from collections.abc import Callable

from restage.api import NOTHING, Command, Effect, Region, State, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.databases import database_outside
from restage_strategies.python.django import manage_effect
from restage_strategies.python.downloads import nltk_place
from restage_strategies.python.interpreter import data_folders_of, find_interpreter
from restage_strategies.python.managers import MANAGERS, manager_effect
from restage_strategies.python.own_code import places_of_outputs, run_own_code
from restage_strategies.python.pip import pip_effect

_CHECKERS = frozenset(
    "flake8 mypy pylint ruff bandit safety pyflakes pycodestyle pydocstyle vulture pyright".split()
)
_PROJECT = frozenset(
    "pytest py.test unittest nose nose2 nosetests tox nox coverage black isort autopep8 yapf pre-commit pybabel "
    "babel cython cythonize f2py sphinx-build sphinx mkdocs alembic aerich flask flask-db django celery "
    "gunicorn uvicorn invoke inv fab doit scons build twine grpc_tools.protoc protoc superset airflow rasa dvc "
    "prisma lektor pelican nikola streamlit jupyter-book reflex kedro dbt sqlmesh piccolo masonite cleo aldryn "
    "frappe bench ansible-playbook ansible zappa chalice scrapy maturin meson cmake pyinstaller nuitka "
    "pyside6-rcc datasette litestar sanic quart hug connexion briefcase mlflow label-studio".split()
)
_MIGRATING = frozenset("alembic aerich flask flask-db piccolo".split())
_HOMES = {"airflow": ("AIRFLOW_HOME", "~/airflow"), "superset": ("SUPERSET_HOME", "~/.superset")}
"""Programs that make their own directory whatever they do: the variable that names it, and where it is otherwise."""
_DOWNLOADS = {
    "nltk.downloader": ("", ""),
    "textblob.download_corpora": ("", ""),
    "huggingface-cli": ("HF_HOME", "~/.cache/huggingface"),
    "hf": ("HF_HOME", "~/.cache/huggingface"),
    "pyppeteer-install": ("PYPPETEER_HOME", "~/.local/share/pyppeteer"),
    "camoufox": ("", "~/.cache/camoufox"),
    "patchright": ("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright"),
    "playwright": ("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright"),
    "ansible-galaxy": ("ANSIBLE_HOME", "~/.ansible"),
    "argospm": ("", "~/.local"),
    "argostranslate": ("", "~/.local"),
}


def tool_effect(command: Command, state: State) -> Effect | None:
    """The effect of a console program, or of the module of the same name; None: none of ours."""
    name, arguments = command.name, command.arguments
    if {"--version", "--help", "-h"} & set(arguments):
        known = name in _CHECKERS | _PROJECT | _DOWNLOADS.keys() | MANAGERS.keys() | _OTHERS.keys()
        return NOTHING if known else None
    if name in _CHECKERS:
        return Effect(
            reads=(state.path(),),
            caches=(state.path(f".{name}_cache"),) if name in ("mypy", "ruff") else (),
        )
    if name in _DOWNLOADS:
        return _download(name, arguments, state)
    if name in ("django-admin", "django-admin.py"):
        return manage_effect("", arguments, state)
    if name in _OTHERS:
        return _OTHERS[name](command, state)
    if name in MANAGERS:
        return manager_effect(command, state)
    if name in _HOMES:
        variable, default = _HOMES[name]
        return run_own_code(name, state, state.path(state.variable(variable) or default))
    database = database_outside(state.path(), state) if name in _MIGRATING else None
    if database is not None:
        return unknown(f"{name} may write to the database {database}, outside the project")
    return run_own_code(name, state, *_outputs(command, state)) if name in _PROJECT else None


def _outputs(command: Command, state: State) -> tuple[Region, ...]:
    """Where a generator is told to write; the second operand of sphinx-build is such a place too."""
    words = command.arguments
    operands = [word for word in words if word.startswith(("/", "../"))]
    second = operands[-1:] if command.name.startswith("sphinx") and words[-1:] == tuple(operands[-1:]) else []
    told = (*places_of_outputs(words, state), *(state.path(word) for word in second))
    return tuple(place for place in dict.fromkeys(told) if not state.path().covers(place))


def _download(name: str, arguments: tuple[str, ...], state: State) -> Effect:
    if "install-deps" in arguments or "--with-deps" in arguments:
        return unknown(f"{name} installs OS packages of its own list")
    variable, default = _DOWNLOADS[name]
    place = _option(arguments, "-d", "--dir", "--local-dir", "--cache-dir", "-p", "--collections-path")
    target = place or state.variable(variable) or default or nltk_place(state).path
    if target == "0":
        # PLAYWRIGHT_BROWSERS_PATH=0 puts the browsers into the package.
        return pip_effect("pip", ("install", name), Command(("pip",)), state)
    return Effect(writes=(state.path(target),), claims=(bounded_writes(name, "the tool's own places"),))


def _option(arguments: tuple[str, ...], *names: str) -> str | None:
    for position, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in names:
            return value if equals else next(iter(arguments[position + 1 :]), None)
    return None


def _easy_install(command: Command, state: State) -> Effect:
    return pip_effect("pip", ("install", "--no-cache-dir", *command.arguments), command, state)


def _virtualenv(command: Command, state: State) -> Effect:
    from restage_strategies.python.python_effects import environment_effect

    return environment_effect(command.arguments, state)


def _spacy(command: Command, state: State) -> Effect:
    """`spacy download NAME` is a pip install of the model."""
    if command.arguments[:1] != ("download",):
        return run_own_code("spacy", state)
    return pip_effect("pip", ("install", *command.arguments[1:2]), command, state)


def _jupyter(command: Command, state: State) -> Effect:
    """Extensions and kernels go below the prefix or the home directory; settings below the home directory."""
    interpreter = find_interpreter("pip", state)
    if {"list", "--generate-config", "--paths"} & set(command.arguments):
        return Effect(writes=(state.path("~/.jupyter"),) if "--generate-config" in command.arguments else ())
    if interpreter is None:
        return unknown("where Jupyter puts extensions is not known for this base image")
    places = (
        interpreter.installs
        if interpreter.virtual
        else (*interpreter.installs, *(interpreter.prefix.below(name) for name in data_folders_of(state)))
    )
    if "--user" in command.arguments:
        # Kernels go there; where extensions and their settings go is below the home directory, which is there.
        kernel = command.name in ("ipykernel", "ipython") or "kernelspec" in command.arguments
        places = (state.path("~/.local/share/jupyter" if kernel else "~"),)
    return Effect(writes=places, claims=(bounded_writes("jupyter", "the places of its extensions"),))


def _gdown(command: Command, state: State) -> Effect:
    place = _option(command.arguments, "-O", "--output")
    return Effect(writes=(state.path(place or ""),))


def _pipx(command: Command, state: State) -> Effect:
    if command.arguments[:1] == ("ensurepath",):
        return Effect(writes=(state.path("~/.bashrc"), state.path("~/.profile")))
    home = state.variable("PIPX_HOME"), state.variable("PIPX_BIN_DIR")
    places = tuple(state.path(place) for place in home if place)
    return Effect(writes=places if len(places) == 2 else (*places, state.path("~/.local")))


def _pip_compile(command: Command, state: State) -> Effect:
    """pip-tools: a requirement file is made from another one, or from the project's metadata."""
    output = _option(command.arguments, "-o", "--output-file") or "requirements.txt"
    caches = (state.path("~/.cache/pip-tools"), state.path("~/.cache/pip"))
    return Effect(reads=(state.path(),), writes=(state.path(output),), caches=caches)


def _pip_sync(command: Command, state: State) -> Effect:
    files = [word for word in command.arguments if not word.startswith("-")] or ["requirements.txt"]
    return pip_effect("pip", ("install", *(part for name in files for part in ("-r", name))), command, state)


_OTHERS: dict[str, Callable[[Command, State], Effect]] = {
    "easy_install": _easy_install,
    "virtualenv": _virtualenv,
    "spacy": _spacy,
    "jupyter": _jupyter,
    "jupyter-lab": _jupyter,
    "jupyter-labextension": _jupyter,
    "jupyter-nbextension": _jupyter,
    "jupyter-serverextension": _jupyter,
    "ipykernel": _jupyter,
    "ipython": _jupyter,
    "gdown": _gdown,
    "pip-compile": _pip_compile,
    "pip-sync": _pip_sync,
    "pipx": _pipx,
}
