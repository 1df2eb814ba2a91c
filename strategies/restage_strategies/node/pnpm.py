"""Reading `pnpm`, `bun` and `corepack` lines."""

from __future__ import annotations

from restage_strategies.node.options import VALUED, Line, leading, take_apart
from restage_strategies.node.requests import (
    Action,
    Change,
    ChangeGlobally,
    CleanCache,
    Configure,
    Deploy,
    EditManifest,
    Fetch,
    Inspect,
    Install,
    Manager,
    Provision,
    Request,
    RunProgram,
    RunScript,
    RunText,
    Tidy,
    WriteProject,
)

_CHANGE = frozenset("add update up upgrade remove rm uninstall un link ln unlink dislink a".split())
_TIDY = frozenset("prune rebuild rb dedupe patch-commit approve-builds patch patch-remove".split())
_INSPECT = frozenset(
    """audit list ls la ll outdated why licenses root bin config-get doctor help publish recursive-list cat-file
    cat-index find-hash ping whoami view info show search""".split()
)
_SHORT = {"C": "dir", "F": "filter", "w": "workspace-root", "r": "recursive", "g": "global", "P": "prod"}


def read_pnpm(words: tuple[str, ...], manager: Manager = Manager.PNPM) -> Request:
    """What a `pnpm` line asks for; `words` come after the program."""
    line, following = leading(words, VALUED[manager.value])
    if not following:
        return Request(manager, Inspect())
    verb, rest = following[0], following[1:]
    if verb in ("recursive", "multi", "m"):
        return read_pnpm(("-r", *rest), manager)
    full = take_apart(words, VALUED[manager.value])
    keeps = verb in ("run", "run-script", "exec", "dlx", "x", "create") or not _builtin(verb)
    read = line if keeps else full
    settings = {_SHORT.get(name, name): value for name, value in read.options}
    members = (*read.all("filter", "F", "filter-prod"), *(("*",) if read.on("r", "recursive") else ()))
    action = _action(verb, rest, full, manager)
    return Request(manager, action, read.last("C", "dir", "cwd"), members, settings)


def _builtin(verb: str) -> bool:
    known = "install i fetch deploy store config env setup import start test t pack init self-update it install-test"
    return verb in _CHANGE or verb in _TIDY or verb in _INSPECT or verb in known.split()


def _action(verb: str, rest: tuple[str, ...], line: Line, manager: Manager) -> Action:
    names = line.operands[1:]
    match verb:
        case "install" | "i" | "ci" | "install-test" | "it":
            return _install(verb, names, line)
        case "fetch":
            return Fetch()
        case "run" | "run-script" | "exec" | "dlx" | "x":
            return _run(verb, rest, line, manager)
        case "start" | "stop" | "restart" | "test" | "t" | "tst":
            return RunScript({"t": "test", "tst": "test"}.get(verb, verb), rest)
        case "deploy":
            return Deploy(names[-1]) if names else WriteProject()
        case "store" | "cache" | "pm":
            return CleanCache() if names[:1] in (("prune",), ("delete",), ("cache",)) else Inspect()
        case "config" | "c" | "set":
            return Configure(_place(line)) if "get" not in names and "list" not in names else Inspect()
        case "env" | "self-update" | "setup" | "upgrade" if verb != "upgrade" or manager is Manager.BUN:
            return Provision(system=False)
        case _ if verb in _CHANGE:
            return ChangeGlobally(names) if line.on("g", "global") else Change(names or (".",))
        case _:
            return _rest(verb, rest)


def _install(verb: str, names: tuple[str, ...], line: Line) -> Action:
    if line.on("g", "global"):
        return ChangeGlobally(names)
    return Change(names) if names else Install(frozen=verb == "ci")


def _run(verb: str, rest: tuple[str, ...], line: Line, manager: Manager) -> Action:
    inner, following = leading(rest, VALUED[manager.value])
    if not following:
        return Inspect()
    if verb in ("run", "run-script"):
        either = manager is Manager.BUN
        return RunScript(following[0], following[1:], either, line.on("if-present") or inner.on("if-present"))
    if inner.on("c", "shell-mode"):
        return RunText(" ".join(following))
    return RunProgram(following, inner.last("package", "p"))


def _rest(verb: str, rest: tuple[str, ...]) -> Action:
    if verb in _TIDY:
        return Tidy(compiles=verb in ("rebuild", "rb", "approve-builds"))
    if verb in _INSPECT:
        return Inspect()
    if verb in ("pack", "init", "create", "import"):
        return WriteProject()
    if verb in ("pkg", "version"):
        return EditManifest(tuple(word.partition("=")[0] for word in rest[1:]))
    return RunScript(verb, rest, or_program=True)


def _place(line: Line) -> str:
    return "project" if line.last("location") == "project" else "user"


def read_bun(words: tuple[str, ...]) -> Request:
    """What a `bun` line asks for."""
    if words[:1] == ("build",) or (
        words and words[0].rpartition(".")[2] in ("ts", "js", "mjs", "tsx", "jsx")
    ):
        return Request(Manager.BUN, RunProgram(("bun", *words)))
    return read_pnpm(words, Manager.BUN)


def read_corepack(words: tuple[str, ...]) -> Request:
    """What a `corepack` line asks for: links in the system's directories, or a package manager in the home."""
    line = take_apart(words, frozenset({"install-directory", "o", "output"}))
    match line.operands:
        case ("enable" | "disable", *_):
            return Request(Manager.NPM, Provision(system=True), settings=dict(line.options))
        case ("prepare" | "use" | "install" | "up" | "hydrate" | "pack" as verb, *named):
            told = Provision(system=False, by_manifest=not named or verb in ("use", "up"))
            return Request(Manager.NPM, told, settings=dict(line.options))
        case (program, *rest) if program.partition("@")[0] in ("pnpm", "pnpx"):
            return read_pnpm(tuple(rest))
        case (program, *rest) if program.partition("@")[0] in ("yarn", "yarnpkg"):
            return read_yarn_line(tuple(rest))
        case _:
            return Request(Manager.NPM, Inspect())


def read_yarn_line(words: tuple[str, ...]) -> Request:
    """A yarn line, read by the module that knows yarn."""
    from restage_strategies.node.yarn import read_yarn

    return read_yarn(words)
