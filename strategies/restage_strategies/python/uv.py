"""What uv does when a RUN calls it."""

from __future__ import annotations

from restage.api import NOTHING, Command, Effect, Region, State, region, replace, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.inputs import build_reads, path_reads, upwards
from restage_strategies.python.interpreter import active_environment, find_interpreter
from restage_strategies.python.manifest import is_package, read_pyproject, table, texts
from restage_strategies.python.operands import operands
from restage_strategies.python.pip import pip_effect
from restage_strategies.python.project import read_project
from restage_strategies.python.uv_python import Unsettled, downloaded_python
from restage_strategies.python.workspace import holds_lock, members, resolving_reads, root_of

_TRUE = ("1", "true", "yes", "on", "y", "t")
_VALUED = frozenset(
    "-p --python --prompt --cache-dir --index --default-index --index-url -i --link-mode --directory --project "
    "--config-file --exclude-newer --color --python-preference -f --find-links --keyring-provider".split()
)
# Back ends that leave nothing in the project's directory when they install it in place.
_CLEAN = ("hatchling", "flit_core", "uv_build", "pdm.backend", "poetry.core", "flit.")


def uv_effect(command: Command, state: State) -> Effect:
    """The effect of `uv …`, but for what it starts (`uv run`)."""
    words = [word for word in command.arguments if not word.startswith("-")]
    caches = uv_cache(command, state)
    match words[:2]:
        case ["pip", "install" | "sync"]:
            return _pip(command, state)
        case ["pip", "uninstall"]:
            return Effect(writes=(_environment(command, state),))
        case ["pip", "compile"]:
            return Effect(reads=(state.path(),), writes=_output(command, state), caches=caches)
        case ["cache", *_]:
            return Effect(deletes=caches)
        case ["pip", *_] | ["version" | "tree" | "help" | "self", *_] | []:
            return NOTHING
        case ["venv", *_]:
            return _makes(command, state)
        case ["sync", *_]:
            return sync_effect(command, state)
        case ["lock", *_]:
            return Effect(reads=resolving_reads(state), writes=(state.path("uv.lock"),), caches=caches)
        case ["export", *_]:
            frozen = {"--frozen", "--locked"} & set(command.arguments)
            changed = () if frozen or holds_lock(state) else (state.path("uv.lock"),)
            return Effect(
                reads=resolving_reads(state), writes=(*_output(command, state), *changed), caches=caches
            )
        case ["build" | "add" | "remove" | "init", *_]:
            return Effect(reads=(state.path(),), writes=(state.path(),), caches=caches)
        case ["python", "install" | "pin"]:
            place = state.variable("UV_PYTHON_INSTALL_DIR") or "~/.local/share/uv/python"
            pinned = words[1] == "pin"
            return Effect(writes=(state.path(".python-version" if pinned else place),), caches=caches)
        case _:
            return unknown(f"uv {' '.join(words[:2])} runs what only the project's settings tell")


def _makes(command: Command, state: State) -> Effect:
    """`uv venv`: the environment, and a Python for it where the image has none that it takes."""
    words = operands(command, _VALUED)
    place = state.path(words[1] if len(words) > 1 else ".venv")
    managed = downloaded_python(command, state, root_of(state))
    if isinstance(managed, Unsettled):
        return unknown(managed.why)
    return Effect(writes=(place, *managed), caches=uv_cache(command, state))


def as_pip(command: Command, state: State) -> tuple[str, tuple[str, ...]]:
    """The interpreter and the arguments of the `pip install` that a `uv pip install|sync` stands for."""
    arguments = command.arguments
    given = {**state.environment, **dict(command.environment)}
    system = "--system" in arguments or is_on(given.get("UV_SYSTEM_PYTHON"))
    program = (
        "python" if system else str((active_environment(state) or state.path(".venv")).below("bin", "python"))
    )
    words = tuple(word for word in arguments[arguments.index("pip") + 1 :] if word != "--system")
    rest = tuple(
        part
        for word in words[1:]
        for part in (("-r", word) if words[0] == "sync" and word[0] != "-" else (word,))
    )
    return program, ("install", *rest, "--no-cache-dir")


def _pip(command: Command, state: State) -> Effect:
    """`uv pip install`: into the active environment, `.venv`, or with --system the interpreter of PATH."""
    program, arguments = as_pip(command, state)
    effect = pip_effect(program, arguments, command, state)
    if effect.opaque:
        return effect
    settings = upwards(state, "uv.toml", "pyproject.toml")
    return Effect(
        reads=tuple(dict.fromkeys((*effect.reads, *settings))),
        writes=effect.writes,
        caches=uv_cache(command, state),
        claims=effect.claims,
    )


def _environment(command: Command, state: State) -> Region:
    return active_environment(state) or state.path(".venv")


def _output(command: Command, state: State) -> tuple[Region, ...]:
    for word, following in zip(command.arguments, (*command.arguments[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        if option in ("-o", "--output-file"):
            return (state.path(value if equals else following),)
    return ()


def syncs(command: Command, state: State) -> bool:
    """Whether `uv run` brings the environment up to date before it starts anything (measured)."""
    given = {**state.environment, **dict(command.environment)}
    told = {"--no-sync", "--no-project", "--isolated"} & set(command.arguments)
    return not (told or is_on(given.get("UV_NO_SYNC")))


def is_on(value: str | None) -> bool:
    """Whether a variable turns on what uv reads as yes or no."""
    return (value or "").lower() in _TRUE


def builds_again(state: State) -> str | None:
    """The project that `uv run` would build again once its files were copied: uv goes by their change time."""
    own = [place.path for place in _builds(Command(("uv", "run")), state)]
    root = replace(state, directory=root_of(state))
    local = [path for path in read_project(root.directory, root).paths if state.tree.is_directory(path)]
    return next(iter((*own, *local)), None)


def place_of(command: Command, state: State) -> Region:
    """The environment that `uv sync` and `uv run` keep: UV_PROJECT_ENVIRONMENT, else `.venv` of the workspace."""
    if "--active" in command.arguments and (active := active_environment(state)):
        return active
    given = command.variable("UV_PROJECT_ENVIRONMENT") or state.variable("UV_PROJECT_ENVIRONMENT")
    return region(root_of(state), given or ".venv")


def sync_effect(command: Command, state: State) -> Effect:
    """`uv sync`: the environment is made, and the lock where it is not known to hold."""
    own = _builds(command, state)
    told = {"--frozen", "--locked", "--no-lock"} & set(command.arguments)
    locked = told or is_on(state.variable("UV_FROZEN"))
    managed = downloaded_python(command, state, root_of(state))
    if isinstance(managed, Unsettled):
        return unknown(managed.why)
    writes = [*_installs(place_of(command, state), state), *managed]
    if not locked and not holds_lock(state):
        writes.append(region(root_of(state), "uv.lock"))
    if own:
        writes += [place for place in own if not _leaves_nothing(place.path, state)]
    return Effect(
        reads=_sync_reads(command, own, state),
        writes=tuple(dict.fromkeys(writes)),
        caches=uv_cache(command, state),
        claims=(bounded_writes("the project's build"),) if own else (),
    )


def _installs(place: Region, state: State) -> tuple[Region, ...]:
    """What an install changes of an environment: of the base's own Python (UV_PROJECT_ENVIRONMENT=/usr/local) two folders."""
    interpreter = find_interpreter("python", state)
    return interpreter.installs if interpreter and interpreter.prefix == place else (place,)


def _builds(command: Command, state: State) -> tuple[Region, ...]:
    """Projects that the install builds: the working directory's, the workspace's members."""
    given, root = set(command.arguments), root_of(state)
    if "--no-install-workspace" in given or "--no-install-local" in given:
        return ()
    folders = [region(member) for member in members(state)]
    if "--no-install-project" not in given and is_package(read_pyproject(state.directory, state), "uv"):
        folders.append(region(state.directory))
    if region(root) not in folders and members(state) and is_package(read_pyproject(root, state), "uv"):
        folders.append(region(root))
    return tuple(dict.fromkeys(folders))


def _sync_reads(command: Command, own: tuple[Region, ...], state: State) -> tuple[Region, ...]:
    at_root = replace(state, directory=root_of(state))
    content = read_pyproject(state.directory, state)
    if not content:
        return (state.path(),)
    frozen = {"--frozen"} & set(command.arguments) or is_on(state.variable("UV_FROZEN"))
    if not frozen and texts(table(content, "project").get("dynamic")):
        # To compare the lock with the project, uv asks its build for what is dynamic.
        own = (*own, region(state.directory))
    reads = [*resolving_reads(state)]
    for place in own:
        reads += build_reads(place.path, state)
    if "--no-install-local" not in command.arguments:
        reads += path_reads(read_project(at_root.directory, state), at_root)
    return tuple(dict.fromkeys(reads))


def _leaves_nothing(directory: str, state: State) -> bool:
    content = read_pyproject(directory, state)
    hooks = "hooks" in table(content, "tool", "hatch", "build")
    backend = str(table(content, "build-system").get("build-backend", ""))
    return backend.startswith(_CLEAN) and not hooks and "build" not in table(content, "tool", "pdm")


def uv_cache(command: Command, state: State) -> tuple[Region, ...]:
    """uv's cache, unless it is turned off."""
    given = {**state.environment, **dict(command.environment)}
    off = {"--no-cache", "--no-cache-dir", "-n"} & set(command.arguments)
    if off or is_on(given.get("UV_NO_CACHE")):
        return ()
    return (state.path(given.get("UV_CACHE_DIR") or "~/.cache/uv"),)
