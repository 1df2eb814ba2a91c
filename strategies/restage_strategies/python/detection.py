"""Whether a project is a Python project."""

from __future__ import annotations

from restage.api import Case, Command, Detection, Kind
from restage_strategies.python.invocation import Mode, is_pip, is_python, read_invocation

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml")
_TOOLS = ("poetry", "pipenv", "uv", "pdm")


def detect_python(case: Case) -> Detection | None:
    """Manifests at the top of the context, and installs of the file."""
    found = [name for name in _MANIFESTS if case.context.kind(name) is Kind.FILE]
    found += case.context.glob("requirements*.txt")
    installs = [command for command in case.commands if _installs(command)]
    if not found and not installs:
        return None
    return Detection("", (*found, *(f"RUN {command}" for command in installs[:3])))


def _installs(command: Command) -> bool:
    if is_pip(command) or command.name in _TOOLS:
        return bool(command.arguments)
    if command.name == "xargs":
        return not {"pip", "pip3"}.isdisjoint(command.arguments)
    if not is_python(command):
        return False
    invocation = read_invocation(command)
    return invocation.mode is Mode.MODULE and invocation.target == "pip"
