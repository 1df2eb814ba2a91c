"""Packages that commands install by name (`npm install redis@0.8.1`, `yarn global add serve`)."""

from __future__ import annotations

from restage.api import Case
from restage_strategies.node.npm import package_name, read_npm
from restage_strategies.node.pnpm import read_pnpm
from restage_strategies.node.requests import Change, ChangeGlobally, Request
from restage_strategies.node.yarn import read_yarn


def named_packages(case: Case) -> tuple[str, ...]:
    """Names of packages that the file's commands add to a project, beyond what its manifest says."""
    return _names(case, Change)


def installed_globally(case: Case) -> tuple[str, ...]:
    """Names of packages that the file's commands install for the whole system or user."""
    return _names(case, ChangeGlobally)


def _names(case: Case, action: type[Change | ChangeGlobally]) -> tuple[str, ...]:
    found: list[str] = []
    for command in case.commands:
        request = _read(command.name, command.arguments)
        if request is not None and isinstance(request.action, action):
            found.extend(package_name(name) for name in request.action.names)
    return tuple(dict.fromkeys(found))


def _read(program: str, words: tuple[str, ...]) -> Request | None:
    match program:
        case "npm":
            return read_npm(words)
        case "yarn" | "yarnpkg":
            return read_yarn(words)
        case "pnpm":
            return read_pnpm(words)
        case _:
            return None
