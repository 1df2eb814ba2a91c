"""Reading `npm` and `npx` lines, after the npm documentation (versions 6 to 11)."""

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
    Request,
    RunProgram,
    RunScript,
    RunText,
    Tidy,
    Unclear,
    WriteProject,
)

_INSTALL = frozenset(
    "install i in ins inst insta instal isnt isnta isntal isntall add install-test it cit".split()
)
_CLEAN_INSTALL = frozenset("ci clean-install ic install-clean isntall-clean install-ci-test cit".split())
_REMOVE = frozenset("uninstall remove rm r un unlink update up upgrade udpate".split())
_SCRIPTS = {
    "t": "test",
    "tst": "test",
    "test": "test",
    "start": "start",
    "stop": "stop",
    "restart": "restart",
}
_INSPECT = frozenset(
    """version -v ls list la ll outdated view info show v whoami ping root prefix bin help help-search fund doctor
    search docs home bugs repo explain why query sbom diff owner access token team org profile star stars
    deprecate dist-tag dist-tags hook publish unpublish audit get explore edit completion find-dupes""".split()
)
_SHORT = {"C": "prefix", "w": "workspace", "g": "global", "ws": "workspaces", "p": "package", "c": "call"}


def read_npm(words: tuple[str, ...]) -> Request:
    """What an `npm` line asks for; `words` come after the program."""
    line = take_apart(words, VALUED["npm"])
    settings = {_SHORT.get(name, name): value for name, value in line.options}
    members = (*line.all("workspace", "w"), *(("*",) if line.on("workspaces", "ws") else ()))
    directory = "" if _is_global(line) else line.last("prefix", "C")
    return Request(Manager.NPM, _action(line, words), directory, members, settings)


def _is_global(line: Line) -> bool:
    return line.on("g", "global") or line.last("location") == "global"


def _action(line: Line, words: tuple[str, ...]) -> Action:
    if not line.operands:
        return Inspect()
    verb, *names = line.operands
    if verb in _CLEAN_INSTALL:
        return Install(frozen=True)
    if verb in _INSTALL or verb in _REMOVE:
        return _install(verb, tuple(names), _is_global(line))
    if verb in ("run", "run-script", "rum", "urn"):
        return _run(names, line)
    if verb in _SCRIPTS:
        return RunScript(_SCRIPTS[verb], (*names, *line.rest), if_present=line.on("if-present"))
    if verb in ("exec", "x"):
        return _exec(words[words.index(verb) + 1 :])
    return _other(verb, names, line)


def _install(verb: str, names: tuple[str, ...], globally: bool) -> Action:
    if globally:
        return ChangeGlobally(names or (".",))
    return Change(names) if names or verb in _REMOVE else Install()


def _run(names: list[str], line: Line) -> Action:
    if not names:
        return Inspect()
    return RunScript(names[0], (*names[1:], *line.rest), if_present=line.on("if-present"))


def _other(verb: str, names: list[str], line: Line) -> Action:
    match verb, names:
        case "cache", ["clean" | "clear" | "rm", *_]:
            return CleanCache()
        case "cache", _:
            return Inspect()
        case ("config" | "c", ["set" | "delete" | "rm" | "fix" | "edit", *_]) | ("set", _):
            return Configure(_place(line))
        case "config" | "c", _:
            return Inspect()
        case "login" | "adduser" | "add-user" | "logout" | "trust", _:
            return Configure("user")
        case "prune" | "dedupe" | "ddp", _:
            return Tidy(compiles=False)
        case "rebuild" | "rb", _:
            return Tidy(compiles=True)
        case "audit", ["fix", *_]:
            return Install()
        case "link" | "ln", _:
            return ChangeGlobally((".",)) if not names else Change(tuple(names))
        case "pkg", ["set" | "delete" | "fix", *keys]:
            return EditManifest(tuple(key.partition("=")[0] for key in keys))
        case "set-script", [name, *_]:
            return EditManifest((f"scripts.{name}",))
        case "version", [_, *_]:
            return EditManifest(("version",))
        case "pack" | "shrinkwrap" | "init" | "create" | "innit" | "build", _:
            return WriteProject()
        case _:
            return Inspect() if verb in _INSPECT or verb == "pkg" else Unclear(f"`npm {verb}` is not known")


def _place(line: Line) -> str:
    if _is_global(line):
        return "system"
    return "project" if line.last("location", "L") == "project" else "user"


def read_npx(words: tuple[str, ...]) -> Request:
    """What an `npx` line asks for: its options end at the first operand, which is the program."""
    return Request(Manager.NPM, _exec(words))


def _exec(words: tuple[str, ...]) -> Action:
    line, following = leading(words, VALUED["npm"])
    text = line.last("c", "call")
    if text:
        return RunText(text)
    package = line.last("p", "package")
    if not following:
        return Inspect()
    return RunProgram(following, package_name(package) if package else "")


def package_name(spec: str) -> str:
    """The name in `name@range`; a scope's own `@` stays."""
    name, _, _ = spec[1:].partition("@")
    return spec[:1] + name
