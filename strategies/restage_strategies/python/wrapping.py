"""Programs that only start another one: `poetry run`, `ddtrace-run`, `watchmedo auto-restart` …"""

from __future__ import annotations

import shlex

from restage.api import Command, State
from restage_strategies.python.invocation import is_python, read_invocation
from restage_strategies.python.manifest import read_pyproject, table
from restage_strategies.python.pipenv import scripts_of

# Words before the command; options (with or without a value) may stand between.
_RUNNERS: dict[str, tuple[str, ...]] = {
    "poetry": ("run",),
    "pipenv": ("run",),
    "uv": ("run",),
    "pdm": ("run",),
    "hatch": ("run",),
    "rye": ("run",),
    "pixi": ("run",),
    "conda": ("run",),
    "micromamba": ("run",),
    "dotenv": ("run",),
    "ddtrace-run": (),
    "newrelic-admin": ("run-program",),
    "opentelemetry-instrument": (),
    "elastic-apm-run": (),
    "coverage": ("run",),
    "kernprof": (),
    "memray": ("run",),
    "scalene": (),
    "watchmedo": ("auto-restart",),
    "py-spy": ("record",),
    "chamber": ("exec",),
    "doppler": ("run",),
    "infisical": ("run",),
    "xvfb-run": (),
    "logfire": ("run",),
    "envdir": (),
    "honcho": ("run",),
    "ssm-env": (),
    "aws-env": (),
}
_VALUED = frozenset(
    """
    -n --name -p --python --with --with-requirements --group --extra --directory --project --env-file -f --file
    --patterns -d --pattern --ignore-patterns --index-url -c --rcfile --source --omit -e --env --service --config
    --token --projectId --screen -s --server-args --traces_exporter --metrics_exporter --logs_exporter --service_name
    --kill-after --signal --interval --only-group --no-group --package --refresh-package -o --output
    """.split()
)


def unwrapped(command: Command, state: State) -> Command | None:
    """The command that a runner starts; None: the command is no runner."""
    words = _RUNNERS.get(command.name)
    rest = list(command.arguments)
    if words is None or (words and not _skip_to(words[0], rest)):
        return None
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option == "-m" and rest:
            rest = ["python", "-m", *rest]
            break
        if option in _VALUED and rest:
            rest.pop(0)
    if not rest:
        return None
    rest = _named_script(command.name, rest, state)
    inner = Command(tuple(rest), environment=command.environment, raw=" ".join(rest))
    # `coverage run app.py` runs a script, as Python itself does.
    return (
        Command(("python", *rest), environment=command.environment)
        if _is_script(command.name, rest[0])
        else inner
    )


def _named_script(runner: str, words: list[str], state: State) -> list[str]:
    """What pipenv, pdm and hatch run where the project has a script of that name; else the words as they are."""
    match runner:
        case "pipenv":
            told: object = scripts_of(state).get(words[0])
        case "pdm":
            told = table(read_pyproject(state.directory, state), "tool", "pdm", "scripts").get(words[0])
        case "hatch":
            settings = read_pyproject(state.directory, state)
            told = table(settings, "tool", "hatch", "envs", "default", "scripts").get(words[0])
        case _:
            return words
    if isinstance(told, dict) and isinstance(told.get("shell"), str):
        return ["sh", "-c", told["shell"]]
    text = told.get("cmd") if isinstance(told, dict) else told
    try:
        found = shlex.split(text) if isinstance(text, str) else []
    except ValueError:
        found = []
    return [*found, *words[1:]] if found else words


def _skip_to(verb: str, rest: list[str]) -> bool:
    """Take the words up to the verb away; False where another one stands first."""
    while rest:
        word = rest.pop(0)
        if word == verb:
            return True
        if not word.startswith("-"):
            return False
        if word in _VALUED and rest:
            rest.pop(0)
    return False


def _is_script(runner: str, word: str) -> bool:
    return runner in ("coverage", "kernprof", "memray", "scalene", "uv", "newrelic-admin") and word.endswith(
        ".py"
    )


def debugged(command: Command) -> Command | None:
    """The program below `python -m debugpy … FILE|-m MODULE` and its like."""
    if not is_python(command):
        return None
    invocation = read_invocation(command)
    if invocation.target not in (
        "debugpy",
        "cProfile",
        "trace",
        "pdb",
        "ddtrace.commands.ddtrace_run",
        "coverage",
    ):
        return None
    rest = list(invocation.arguments)
    while rest:
        word = rest.pop(0)
        if word in ("-m", "--module") and rest:
            return Command((invocation.program, "-m", *rest))
        if word in ("--listen", "--connect", "-o", "-s", "--log-to") and rest:
            rest.pop(0)
        elif not word.startswith("-") and word != "run":
            return Command((invocation.program, word, *rest))
    return None
