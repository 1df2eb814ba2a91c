"""Installers that only the build calls: pip's `install poetry`, when the application has an environment of its own."""

from __future__ import annotations

from restage.api import (
    Basis,
    Case,
    Changed,
    Claim,
    ClaimKind,
    Command,
    Evidence,
    Product,
    ProgramNeed,
    Region,
    Start,
    State,
)
from restage_strategies.python.interpreter import active_environment
from restage_strategies.python.invocation import is_pip, is_python

INSTALLERS = frozenset(
    "pip setuptools wheel uv virtualenv poetry pipenv pdm hatch build pip-tools poetry-plugin-export".split()
)
_PROGRAMS = frozenset(
    "poetry pipenv pdm uv uvx hatch virtualenv pip pip3 pip-compile pip-sync pyproject-build wheel".split()
)
_SHELLS = frozenset("sh bash dash ash exec cd echo export test [ true sleep set".split())


def left_alone(product: Product, starts: tuple[Start, ...], state: State, case: Case) -> Claim | None:
    """The claim that nothing at run time uses the folders that the installers went to; None where something may."""
    environment = active_environment(state)
    if environment is None or environment.overlaps(product.region) or not starts:
        return None
    if any(start.unknown or start.toolchain for start in starts) or any(map(_brings_more, case.commands)):
        return None
    for start in starts:
        if not all(_is_elsewhere(command, str(environment)) for command in start.reached):
            return None
    searched = (
        f"{len(starts)} start{'' if len(starts) == 1 else 's'}, which find their programs in {environment}"
    )
    evidence = Evidence(Basis.SEARCH, searched, found=("none calls an installer",))
    return Claim(ClaimKind.UNNAMED_PROGRAM, product.what, evidence)


def _is_elsewhere(command: Command, environment: str) -> bool:
    """Whether a start's command comes from the environment, or is none of Python's."""
    program = command.words[0]
    if command.name in _PROGRAMS or not command.is_known(0):
        return False
    return (
        "/" not in program
        or program.startswith((environment, "./", "/bin/", "/usr/bin/"))
        or command.name in _SHELLS
    )


def _brings_more(command: Command) -> bool:
    """Whether a command puts more than installers into the interpreter's own folders, or may do so."""
    words = [word for word in command.arguments if not word.startswith("-")]
    told = {"--system", "--user", "--global", "--break-system-packages"} & set(command.arguments)
    if told or {"virtualenvs.create", "setup.py"} & set(words):
        return True
    if any("system-site-packages" in word for word in command.words):
        return True
    if not is_pip(command) and not (is_python(command) and words[:1] == ["pip"]):
        return command.name in ("easy_install", "pipx", "conda")
    named = words[words.index("install") + 1 :] if "install" in words else []
    inside = "/" in command.words[0] and not command.words[0].startswith(("/usr/bin/", "/usr/local/bin/"))
    return (
        bool(named)
        and not inside
        and not {name.split("=")[0].split("<")[0].split(">")[0] for name in named} <= INSTALLERS
    )


_COPIED = frozenset({"uv", "uvx"})


def copied_tools(starts: tuple[Start, ...], state: State) -> tuple[Region, ...]:
    """Where a COPY put uv's own programs, if no start calls them: only the build installs with them."""
    called = {need.program for start in starts for need in start.needs if isinstance(need, ProgramNeed)}
    called |= {word for start in starts for command in start.reached for word in command.words[:1]}
    if {name.rpartition("/")[2] for name in called} & _COPIED or any(start.unknown for start in starts):
        return ()
    placed = (
        event for event in state.tree.events if isinstance(event, Changed) and "from elsewhere" in event.by
    )
    return tuple(event.target for event in placed if event.target.path.rpartition("/")[2] in _COPIED)
