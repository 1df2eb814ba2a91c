"""What a container's Python command comes to."""

from __future__ import annotations

import posixpath

from restage.api import (
    Case,
    Command,
    Facility,
    FacilityNeed,
    Need,
    PathNeed,
    ProgramNeed,
    Resolution,
    State,
    ToolchainAtStart,
)
from restage_strategies.python.configured import procfile, supervisor, uwsgi_needs
from restage_strategies.python.given_code import given_code, with_code
from restage_strategies.python.installed import (
    console_scripts,
    direct_names,
    installed_program,
    interpreter_of,
    own_script,
)
from restage_strategies.python.invocation import Invocation, Mode, is_pip, is_python, read_invocation
from restage_strategies.python.managers import built_at_start
from restage_strategies.python.shipped import shipped_script
from restage_strategies.python.sources import read_sources
from restage_strategies.python.wrapping import debugged, unwrapped

_TESTS = frozenset("pytest py.test unittest nose nose2 nosetests tox nox behave mutmut green".split())
_CHECKS = frozenset("flake8 pylint mypy black isort bandit pre-commit ruff pyright".split())
_ANYTHING = {
    **dict.fromkeys(("circusd", "code-server"), "what it runs may call any program"),
    "jupyter": "a notebook may call any program",
    "jupyter-lab": "a notebook may call any program",
    "jupyter-notebook": "a notebook may call any program",
    "notebook": "a notebook may call any program",
    "jupyterlab": "a notebook may call any program",
    "jupyterhub": "a notebook may call any program",
    "start-notebook.sh": "a notebook may call any program",
    "voila": "a notebook may call any program",
    "papermill": "a notebook may call any program",
    "ipython": "an interactive Python may call any program",
    "airflow": "tasks may call any program",
    "ansible-playbook": "playbooks may call any program",
    "ansible": "playbooks may call any program",
    "buildbot": "builds may call any program",
    "buildbot-worker": "builds may call any program",
    "salt-minion": "states may call any program",
    "salt-master": "states may call any program",
    "rundeck": "jobs may call any program",
    "fab": "tasks may call any program",
    "invoke": "tasks may call any program",
    "inv": "tasks may call any program",
    "doit": "tasks may call any program",
    "poe": "tasks may call any program",
    "task": "tasks may call any program",
    "snakemake": "rules may call any program",
    "pre-commit": "hooks may call any program",
}
_BUILDS_AT_START = {
    ("reflex", "run"): "`reflex run` builds the front end with Node.js",
    ("mkdocs", "build"): "it builds the documentation",
    ("pyinstaller", ""): "it builds a program",
    ("maturin", "develop"): "it compiles an extension module",
}
PROGRAMS = frozenset(
    """
    gunicorn uvicorn hypercorn daphne granian waitress-serve uwsgi pyuwsgi twistd twist cherryd sanic litestar
    flask fastapi quart hug django-admin django-admin.py celery rq rqworker dramatiq huey_consumer huey_consumer.py
    arq taskiq faust flower streamlit chainlit gradio panel bokeh solara shiny mesop dash datasette mlflow
    scrapy scrapyd alembic aerich yoyo rasa prefect dagster dagit dagster-webserver dagster-daemon superset locust
    litellm langgraph mkdocs sphinx-autobuild nicegui honcho supervisord circusd aiohttp-devtools adev hass
    homeassistant telegram-bot pserve paster connexion labelstudio label-studio dbt kedro zappa chalice functions-framework
    functions-framework-python robyn blacksheep piccolo tortoise sqlmesh dvc wandb tensorboard ray vllm text-generation-launcher
    spacy nltk feast bentoml opyrator lektor pelican nikola weblate devpi-server pypi-server pypiserver radicale
    moto_server localstack mitmproxy mitmdump mitmweb proxy http.server aws-lambda-ric awslambdaric bot red
    stac-fastapi pygeoapi titiler whoogle-search buku searx searx-run isso glances esphome yt-dlp
    """.split()
)


def resolve_start(command: Command, state: State, case: Case) -> Resolution | None:
    """Follow a start; None: the command belongs to somebody else."""
    if is_pip(command):
        return _installing(command)
    inner = unwrapped(command, state) or debugged(command)
    if inner is not None:
        return Resolution(
            runs=(inner,),
            needs=(ProgramNeed(command.words[0], f"`{command}` runs it"),),
            toolchain=built_at_start(command, state),
        )
    if is_python(command):
        return _python(command, state, case)
    script = own_script(command, state)
    if script is not None:
        return _with_sources(
            command,
            state,
            case,
            (
                PathNeed(script, f"`{command}` runs it"),
                ProgramNeed(interpreter_of(script, state), f"{script} is a Python script"),
            ),
        )
    return _program(command, state, case)


def _python(command: Command, state: State, case: Case) -> Resolution:
    invocation = read_invocation(command)
    program = ProgramNeed(command.words[0], f"`{command}` runs it")
    if not invocation.known:
        return Resolution(
            needs=(program,), anything=f"what `{command}` runs is known only when it runs", complete=False
        )
    code = given_code(command, invocation)
    if code is not None:
        return with_code(_with_sources(command, state, case, (program,)), code, command)
    match invocation.mode:
        case Mode.MODULE:
            return _module(command, invocation, state, case)
        case Mode.SCRIPT:
            return _script(command, invocation, state, case, program)
        case Mode.NOTHING if "-m" in command.arguments:
            # `ENTRYPOINT ["python", "-m"]`: the module is given when the container is started.
            return _with_sources(command, state, case, (program,))
        case Mode.VERSION:
            return Resolution(needs=(program,))
        case _:
            return Resolution(
                needs=(program,), anything="an interactive Python may call any program", complete=False
            )


def _script(command: Command, invocation: Invocation, state: State, case: Case, program: Need) -> Resolution:
    path = state.path(invocation.target).path
    name = posixpath.basename(path)
    if name == "setup.py" or name in ("noxfile.py", "runtests.py", "run_tests.py", "tox.py"):
        return _tests(command) if "test" in name or "nox" in name else _installing(command)
    if name == "manage.py" and invocation.arguments[:1] in (("test",), ("pytest",), ("behave",)):
        return _tests(command)
    if "/bin/" in path and not name.endswith(".py"):
        inner = Command((path, *invocation.arguments), raw=str(command))
        return Resolution(runs=(inner,), needs=(program,))
    needs: tuple[Need, ...] = (program,)
    if state.tree.is_file(path) or state.tree.is_file(posixpath.join(path, "__main__.py")):
        needs += (PathNeed(path, f"`{command}` runs it"),)
    return _with_sources(command, state, case, needs)


def _module(command: Command, invocation: Invocation, state: State, case: Case) -> Resolution:
    module = invocation.target
    top = module.partition(".")[0]
    program = ProgramNeed(command.words[0], f"`{command}` runs it")
    if module in ("pip", "venv", "virtualenv", "build", "compileall"):
        return _installing(command)
    if module in _TESTS or top in _TESTS:
        return _tests(command)
    if module in _ANYTHING:
        return Resolution(needs=(program,), anything=_ANYTHING[module], complete=False)
    path = _module_path(module, state)
    needs: tuple[Need, ...] = (
        (program,) if path is None else (program, PathNeed(path, f"`{command}` runs it"))
    )
    if module in ("http.server", "SimpleHTTPServer"):
        needs += (FacilityNeed(Facility.MIME_TYPES, f"`{command}` serves files by their type"),)
    return _with_sources(command, state, case, needs)


def _module_path(module: str, state: State) -> str | None:
    """The file of a module as the working directory and PYTHONPATH find it, if it is the project's own."""
    inside = module.replace(".", "/")
    for folder in (state.directory, *filter(None, state.variable("PYTHONPATH").split(":"))):
        for name in (f"{inside}.py", f"{inside}/__main__.py"):
            path = state.path(folder, name).path
            if state.tree.is_file(path):
                return path
    return None


def _program(command: Command, state: State, case: Case) -> Resolution | None:
    name = command.name
    program = ProgramNeed(command.words[0], f"`{command}` runs it")
    if name in _TESTS | _CHECKS:
        return _tests(command)
    for (tool, verb), why in _BUILDS_AT_START.items():
        if name == tool and (not verb or verb in command.arguments):
            return Resolution(
                toolchain=ToolchainAtStart(f"the start `{command}` needs the toolchain: {why}", _HELP)
            )
    if name in _ANYTHING:
        return Resolution(needs=(program,), anything=_ANYTHING[name], complete=False)
    if name == "supervisord":
        return supervisor(command, state)
    if name == "honcho" and "start" in command.arguments:
        return procfile(command, state)
    if name in ("uwsgi", "pyuwsgi"):
        return _with_sources(command, state, case, (program, *uwsgi_needs(command, state)))
    if name in PROGRAMS or name in console_scripts(state) or installed_program(name, direct_names(case)):
        return _with_sources(command, state, case, (program, *_named_files(command, state)))
    return None


def _named_files(command: Command, state: State) -> tuple[Need, ...]:
    """Files of the project that the command line names: settings, the script of `streamlit run`."""
    words = [value for word in command.arguments for value in (word, word.partition("=")[2]) if value]
    paths = [state.path(word).path for word in words if not word.startswith("-")]
    return tuple(
        PathNeed(path, f"`{command}` names it") for path in dict.fromkeys(paths) if state.tree.is_file(path)
    )


def _with_sources(command: Command, state: State, case: Case, needs: tuple[Need, ...]) -> Resolution:
    """The needs of the start, and the programs that the project's sources call by name."""
    sources, runs = read_sources(state, (command,)), list[Command]()
    called = [need for name, need in sources.called if shipped_script(name, state) is None]
    for name, place in sorted(sources.programs.items()):
        script = shipped_script(name, state)
        if script is not None:
            called.append(PathNeed(script, f"{place} runs it"))
            runs.append(Command((script,), conditional=True, raw=name))
    return Resolution(runs=tuple(runs), needs=(*needs, *called))


_HELP = "build in a RUN and start what it made; then restage can split the file"


def _tests(command: Command) -> Resolution:
    if command.conditional:
        # A script that runs the tests if it is told to does not start them.
        return Resolution(needs=(ProgramNeed(command.words[0], f"`{command}` may run"),))
    return Resolution(
        toolchain=ToolchainAtStart(
            f"the start `{command}` runs tests or checks: the image is a tool for development",
            "leave a test image whole, or start the application",
        )
    )


def _installing(command: Command) -> Resolution:
    return Resolution(
        needs=(ProgramNeed(command.words[0], f"`{command}` runs it"),),
        anything=f"`{command}` installs at every start and may compile",
        complete=False,
    )
