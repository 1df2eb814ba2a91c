"""Reading `yarn` lines: version 1, and what berry (2 and later) has besides."""

from __future__ import annotations

from restage_strategies.node.options import VALUED, Line, leading, take_apart
from restage_strategies.node.requests import (
    Action,
    Change,
    ChangeGlobally,
    CleanCache,
    Configure,
    EditManifest,
    Inspect,
    Install,
    Manager,
    Provision,
    Request,
    RunProgram,
    RunScript,
    Tidy,
    WriteProject,
)

_CHANGE = frozenset("add remove upgrade upgrade-interactive up unlink link set-resolution import".split())
_INSPECT = frozenset(
    """list ls why info versions version-info bin audit outdated licenses owner tag team help check doctor search
    publish npm constraints explain stage""".split()
)
_TIDY = frozenset("dedupe autoclean rebuild unplug patch patch-commit prune".split())


def read_yarn(words: tuple[str, ...], manager: Manager = Manager.YARN) -> Request:
    """What a `yarn` line asks for; `words` come after the program."""
    line, following = leading(words, VALUED["yarn"])
    if not following:
        action: Action = Inspect() if line.on("version", "v", "help", "h", "V") else Install()
        return _request(manager, action, line)
    verb, rest = following[0], following[1:]
    if verb == "workspace" and len(rest) > 1:
        inner = read_yarn(rest[1:], manager)
        return Request(manager, inner.action, _directory(line), (rest[0],), inner.settings)
    if verb in ("workspaces", "wsrun") and rest:
        return _workspaces(rest, line, manager)
    full = take_apart(words, VALUED["yarn"])
    return _request(manager, _action(verb, rest, full), full if verb not in ("run", "exec") else line)


def _request(manager: Manager, action: Action, line: Line) -> Request:
    return Request(manager, action, _directory(line), (), dict(line.options))


def _directory(line: Line) -> str:
    return line.last("cwd")


def _workspaces(rest: tuple[str, ...], line: Line, manager: Manager) -> Request:
    inner_line, inner = leading(rest[1:], VALUED["yarn"])
    match rest[0]:
        case "run":
            action: Action = RunScript(inner[0], inner[1:]) if inner else Inspect()
        case "foreach":
            action = read_yarn(inner, manager).action if inner else Inspect()
        case "focus":
            return Request(manager, Install(), _directory(line), inner or ("*",), dict(inner_line.options))
        case _:
            action = Inspect()
    return Request(manager, action, _directory(line), ("*",), dict(line.options))


def _action(verb: str, rest: tuple[str, ...], line: Line) -> Action:
    names = line.operands[1:]
    match verb:
        case "install":
            return Install()
        case "add" | "remove" | "upgrade" | "upgrade-interactive" | "up" | "link" | "unlink" | "import":
            return Change(names or (".",))
        case "global":
            return (
                ChangeGlobally(names[1:]) if names[:1] in (("add",), ("remove",), ("upgrade",)) else Inspect()
            )
        case "cache":
            return CleanCache() if names[:1] in (("clean",), ("clear",)) else Inspect()
        case "config":
            return Configure("user") if names[:1] in (("set",), ("delete",), ("unset",)) else Inspect()
        case "set" | "policies" | "plugin":
            return Configure("project")
        case "run":
            return RunScript(names[0], _after(rest, names[0]), or_program=True) if names else Inspect()
        case "exec" | "dlx" | "node":
            return _program(verb, rest)
        case _:
            return _rest(verb, rest, names)


def _rest(verb: str, rest: tuple[str, ...], names: tuple[str, ...]) -> Action:
    if verb in _INSPECT:
        return Inspect()
    if verb in _TIDY:
        return Tidy(compiles=verb == "rebuild")
    if verb == "version":
        return EditManifest(("version",))
    if verb in ("pack", "init", "create", "generate-lock-entry", "deploy"):
        return WriteProject()
    if verb == "self-update":
        return Provision(system=True)
    return RunScript(verb, rest, or_program=True)


def _program(verb: str, rest: tuple[str, ...]) -> Action:
    line, following = leading(rest, VALUED["npm"] if verb == "dlx" else frozenset())
    words = ("node", *rest) if verb == "node" else following
    if not words:
        return Inspect()
    return RunProgram(words, line.last("p", "package").rpartition("@")[0])


def _after(rest: tuple[str, ...], name: str) -> tuple[str, ...]:
    return rest[rest.index(name) + 1 :] if name in rest else ()
