"""What poetry does when a RUN calls it."""

from __future__ import annotations

from restage.api import NOTHING, Command, Effect, Region, State, read_toml, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.inputs import build_reads, path_reads, present, work_tree
from restage_strategies.python.interpreter import active_environment, find_interpreter
from restage_strategies.python.manifest import is_package, read_pyproject, table
from restage_strategies.python.operands import operands
from restage_strategies.python.project import read_project

_TRUE = ("1", "true", "yes", "on")
_VALUED = frozenset(
    "--with --without --only -E --extras --directory -C --project -P -f --format -o --output --group -G".split()
)


def poetry_effect(command: Command, state: State) -> Effect:
    """The effect of `poetry …`, but for what it starts (`poetry run`)."""
    words = operands(command, _VALUED)
    caches = tuple(state.path("~/.cache/pypoetry", name) for name in ("cache", "artifacts"))
    match words[0] if words else "":
        case "" | "about" | "source" | "debug" | "search" | "list" | "help":
            return NOTHING
        case "show" | "check" | "version":
            return Effect(reads=_manifests(state))
        case "env":
            place = poetry_place(command, state) if words[1:2] == ["use"] else ()
            return Effect(reads=_manifests(state), writes=place or ())
        case "config":
            return Effect(writes=_settings_file(command, words, state))
        case "export":
            return Effect(reads=_manifests(state), writes=_output(command, state), caches=caches)
        case "lock":
            reads = (*_manifests(state), *path_reads(read_project(state.directory, state), state))
            return Effect(reads=reads, writes=(state.path("poetry.lock"),), caches=caches)
        case "build" | "init" | "new":
            return Effect(reads=(state.path(),), writes=(state.path(),), caches=caches)
        case "cache":
            return Effect(deletes=(state.path("~/.cache/pypoetry/cache"),))
        case "install" | "add" | "update" | "sync" | "remove":
            return _install(command, words[0], caches, state)
        case "self" | "plugin":
            return unknown("poetry changes itself")
        case _:
            return unknown(f"poetry {words[0]} runs what only the project's settings tell")


def _settings_file(command: Command, words: list[str], state: State) -> tuple[Region, ...]:
    """What `poetry config` changes; empty where it only shows something."""
    if "--list" in command.arguments or (len(words) < 3 and "--unset" not in command.arguments):
        return ()
    if "--local" in command.arguments:
        return (state.path("poetry.toml"),)
    home = state.variable("XDG_CONFIG_HOME") or "~/.config"
    return (state.path(state.variable("POETRY_CONFIG_DIR") or f"{home}/pypoetry"),)


def _manifests(state: State) -> tuple[Region, ...]:
    found = present(state, "pyproject.toml", "poetry.lock", "poetry.toml")
    if "poetry-dynamic-versioning" in table(read_pyproject(state.directory, state), "tool"):
        # The plugin asks version control whatever poetry is called for.
        return (*found, work_tree(state.directory, state), state.path())
    return found


def _install(command: Command, action: str, caches: tuple[Region, ...], state: State) -> Effect:
    place = poetry_place(command, state)
    if place is None:
        return unknown("where poetry makes its environment is not known")
    own = installs_root(command, state)
    locks = () if state.tree.is_file(state.path("poetry.lock").path) else (state.path("poetry.lock"),)
    changed = (state.path("poetry.lock"), state.path("pyproject.toml")) if action in ("add", "remove") else ()
    locks = (state.path("poetry.lock"),) if action == "update" else locks
    return Effect(
        reads=_install_reads(command, own, state),
        writes=tuple(dict.fromkeys((*place, *locks, *changed, *(_in_place(state) if own else ())))),
        caches=caches,
        claims=(bounded_writes("the project's build"),) if own else (),
    )


def installs_root(command: Command, state: State) -> bool:
    """Whether the install builds the project itself, in place."""
    if "--no-root" in command.arguments:
        return False
    return is_package(read_pyproject(state.directory, state), "poetry")


def _install_reads(command: Command, own: bool, state: State) -> tuple[Region, ...]:
    if not state.tree.is_file(state.path("pyproject.toml").path):
        return (state.path(),)
    reads = _manifests(state)
    if own:
        reads += build_reads(state.directory, state)
    if "--no-directory" not in command.arguments:
        reads += path_reads(read_project(state.directory, state), state)
    return tuple(dict.fromkeys(reads))


def _in_place(state: State) -> tuple[Region, ...]:
    """A build script leaves compiled modules beside the sources; poetry itself leaves only a link elsewhere."""
    built = "build" in table(read_pyproject(state.directory, state), "tool", "poetry")
    return (state.path(),) if built else ()


def _output(command: Command, state: State) -> tuple[Region, ...]:
    for position, word in enumerate(command.arguments):
        option, equals, value = word.partition("=")
        if option in ("-o", "--output"):
            return (state.path(value if equals else "".join(command.arguments[position + 1 : position + 2])),)
        if word.startswith("-o") and len(word) > 2 and not word.startswith("--"):
            return (state.path(word[2:]),)
    return ()


def poetry_place(command: Command, state: State) -> tuple[Region, ...] | None:
    """Where poetry installs to; None where that can't be known."""
    if active := active_environment(state):
        return (active,)
    given = {**_settings(state), **state.environment, **dict(command.environment)}
    create = (given.get("POETRY_VIRTUALENVS_CREATE") or "").lower()
    if create in ("false", "0", "no"):
        interpreter = find_interpreter("python", state)
        return interpreter.installs if interpreter else None
    if (given.get("POETRY_VIRTUALENVS_IN_PROJECT") or "").lower() in _TRUE:
        return (state.path(".venv"),)
    home = given.get("POETRY_CACHE_DIR") or "~/.cache/pypoetry"
    return (state.path(given.get("POETRY_VIRTUALENVS_PATH") or f"{home}/virtualenvs"),)


def _settings(state: State) -> dict[str, str | None]:
    """What poetry.toml says of environments, as the variables that would say it."""
    found = table(read_toml(state.tree.text(state.path("poetry.toml").path)), "virtualenvs")
    names = {"create": "POETRY_VIRTUALENVS_CREATE", "in-project": "POETRY_VIRTUALENVS_IN_PROJECT"}
    return {variable: str(found[key]) for key, variable in names.items() if key in found}
