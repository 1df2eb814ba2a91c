"""What pip does: where an install puts things, what it reads, what it leaves in its cache."""

from __future__ import annotations

import posixpath
from dataclasses import field

from restage.api import NOTHING, Command, Effect, Record, Region, State, replace, unknown
from restage_strategies.python.archives import built_project, data_folders_below, is_archive
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.inputs import build_reads, path_reads, settings_of_pip
from restage_strategies.python.interpreter import Interpreter, data_folders_of, find_interpreter
from restage_strategies.python.locks import managed
from restage_strategies.python.manifest import groups_of, read_pyproject
from restage_strategies.python.pip_options import PipOptions, read_options
from restage_strategies.python.project import MANIFESTS, read_project
from restage_strategies.python.requirements import Wanted, add_editable, add_file, add_word
from restage_strategies.python.rows import data_folders

_READS_ONLY = frozenset(
    {
        "list",
        "show",
        "freeze",
        "check",
        "help",
        "debug",
        "inspect",
        "index",
        "search",
        "hash",
        "completion",
        "version",
        "",
    }
)


class PipInstall(Record):
    """A `pip install`, understood."""

    interpreter: Interpreter | None
    writes: tuple[Region, ...]
    caches: tuple[Region, ...]
    wanted: Wanted = field(compare=False)


def pip_effect(program: str, arguments: tuple[str, ...], command: Command, state: State) -> Effect:
    """The effect of `program arguments…`, where `program` is a pip or the Python that runs it."""
    options = read_options(arguments, command, state)
    action, words = (options.words[0], options.words[1:]) if options.words else ("", ())
    if action in _READS_ONLY or options.has("help") or options.has("dry-run"):
        return NOTHING
    match action:
        case "install":
            return install_effect(pip_install(program, replace(options, words=words), state), state)
        case "uninstall":
            interpreter = find_interpreter(program, state)
            return Effect(writes=interpreter.installs) if interpreter else _unknown_place(program)
        case "download" | "wheel":
            return _download(action, replace(options, words=words), state)
        case "config":
            return Effect(writes=(_config_file(options, program, state),), repeatable=True)
        case "cache":
            return Effect(deletes=cache_of_pip(PipOptions((), ()), state), repeatable=True)
        case _:
            return unknown(f"pip has no known command {action}")


def pip_install(program: str, options: PipOptions, state: State) -> PipInstall:
    """Everything that one install asks for and where it goes."""
    wanted = _wanted(options, state)
    interpreter = find_interpreter(program, state)
    place = _place(options, interpreter, wanted, state)
    in_place = [state.path(path) for path in wanted.editable if posixpath.isabs(path)]
    sources = [_sources(options, interpreter, state) for link in wanted.editable if not posixpath.isabs(link)]
    built = [state.path(project.link) for project in wanted.projects if not is_archive(project.link)]
    writes = tuple(dict.fromkeys((*place, *in_place, *sources[:1], *built)))
    return PipInstall(interpreter, writes if place else (), cache_of_pip(options, state), wanted)


def install_effect(install: PipInstall, state: State) -> Effect:
    """The effect of an install: it reads requirement files to the letter, and projects as a whole."""
    wanted = install.wanted
    if not install.writes:
        return _unknown_place("pip")
    reads = [state.path(path) for path in (*wanted.files, *wanted.folders)]
    reads += [place for project in wanted.projects for place in _project_reads(project.link, state)]
    reads += settings_of_pip(state)
    if any("not a file of the build context" in why for why in wanted.unread):
        reads.append(state.path())
    own = [project for project in wanted.projects if not is_archive(project.link)]
    return Effect(
        reads=tuple(dict.fromkeys(reads)),
        writes=install.writes,
        caches=install.caches,
        programs=("git",) if any(found.from_version_control for found in wanted.named) else (),
        claims=tuple(bounded_writes(f"the build of {project.link}") for project in own),
    )


def _project_reads(path: str, state: State) -> tuple[Region, ...]:
    place = state.path(path)
    return (place,) if is_archive(path) else build_reads(place.path, state)


def _wanted(options: PipOptions, state: State) -> Wanted:
    wanted = Wanted()
    for name in options.all("requirement"):
        if "://" in name:
            wanted.unread.append(f"{name} is fetched from a network")
        elif posixpath.basename(name) in MANIFESTS:
            _add_manifest(wanted, state.path(name).path, options, state)
        else:
            add_file(wanted, state.path(name).path, state)
    for name in options.all("group"):
        path, _, group = name.rpartition(":")
        _add_group(wanted, state.path(path or "pyproject.toml").path, group, state)
    for name in options.all("constraint"):
        if "://" not in name:
            add_file(wanted, state.path(name).path, state, constraint=True)
    for manager in wanted.exported:
        _add_exported(wanted, manager, state)
    for value in options.all("editable"):
        add_editable(wanted, value, "pip install -e", state.directory, state)
    for word in options.words:
        add_word(wanted, word, "pip install", state.directory, state)
    wanted.folders += [state.path(link).path for link in options.all("find-links") if "://" not in link]
    for project in tuple(wanted.projects):
        _add_project(wanted, project.link, project.extras, state)
    return wanted


def _add_manifest(wanted: Wanted, path: str, options: PipOptions, state: State) -> None:
    """`uv pip install -r pyproject.toml`: what the project asks for, without the project."""
    directory = posixpath.dirname(path)
    wanted.files.append(path)
    wanted.unlocked = True
    project = read_project(directory, state)
    wanted.named += project.named
    wanted.unread += project.unread
    for extra in project.extras if options.has("all-extras") else options.all("extra"):
        wanted.named += project.extras.get(extra.lower(), [])
    if project.runs_code:
        wanted.folders.append(directory)


def _add_exported(wanted: Wanted, manager: str, state: State) -> None:
    """A file that a manager wrote from its lock: the lock's distributions, and the paths that the project names."""
    found = managed(manager, state)
    wanted.named += found.wanted
    wanted.unread += found.unread
    wanted.folders += [place.path for place in path_reads(read_project(state.directory, state), state)]


def _add_group(wanted: Wanted, path: str, group: str, state: State) -> None:
    wanted.files.append(path)
    lines = groups_of(read_pyproject(posixpath.dirname(path), state)).get(group, [])
    for line in lines:
        add_word(wanted, line, f"group {group}", posixpath.dirname(path), state)
    if not lines:
        wanted.unread.append(f"group {group}")


def _add_project(wanted: Wanted, path: str, extras: tuple[str, ...], state: State) -> None:
    built = built_project(path, state) if is_archive(path) else path
    if built is None:
        wanted.unread.append(f"{posixpath.basename(path)} is an archive, its requirements are inside")
        return
    project = read_project(built, state)
    wanted.named += project.named
    wanted.unread += project.unread
    for extra in extras:
        wanted.named += project.extras.get(extra, [])


def _place(
    options: PipOptions, interpreter: Interpreter | None, wanted: Wanted, state: State
) -> tuple[Region, ...]:
    if target := options.last("target"):
        return (state.path(target),)
    if prefix := options.last("prefix") or options.last("root"):
        return (state.path(prefix),)
    virtual = interpreter is not None and interpreter.virtual
    if not virtual and (options.has("user") or state.user not in ("root", "0", "")):
        # Who can't write to site-packages gets a user install, says pip's decide_user_install.
        return (state.path(state.variable("PYTHONUSERBASE") or "~/.local"),)
    if interpreter is None:
        return ()
    if interpreter.virtual:
        return interpreter.installs
    own = [interpreter.prefix.below(name) for name in data_folders_below(wanted, state)]
    if interpreter.prefix in own:
        return (interpreter.prefix,)
    names = data_folders(wanted.named, wanted.unread, data_folders_of(state))
    places = (*interpreter.installs, *map(interpreter.prefix.below, names))
    return (*places, *(place for place in own if not any(other.covers(place) for other in places)))


def _sources(options: PipOptions, interpreter: Interpreter | None, state: State) -> Region:
    """Where `-e git+…` checks out: `src` of the environment, else of the working directory."""
    if given := options.last("src"):
        return state.path(given)
    return interpreter.prefix.below("src") if interpreter and interpreter.virtual else state.path("src")


def cache_of_pip(options: PipOptions, state: State) -> tuple[Region, ...]:
    """pip's download and wheel cache, unless it is turned off."""
    if options.has("no-cache-dir"):
        return ()
    if given := options.last("cache-dir"):
        return (state.path(given),)
    if shared := state.variable("XDG_CACHE_HOME"):
        return (state.path(shared, "pip"),)
    return (state.path("~/.cache/pip"),)


def _download(action: str, options: PipOptions, state: State) -> Effect:
    wanted = _wanted(options, state)
    target = options.last("dest") if action == "download" else options.last("wheel-dir")
    reads = [state.path(path) for path in (*wanted.files, *wanted.folders)]
    reads += [place for project in wanted.projects for place in _project_reads(project.link, state)]
    reads += settings_of_pip(state)
    return Effect(
        reads=tuple(dict.fromkeys(reads)),
        writes=(state.path(target or ""),),
        caches=cache_of_pip(options, state),
    )


def _config_file(options: PipOptions, program: str, state: State) -> Region:
    interpreter = find_interpreter(program, state)
    if options.has("global"):
        return state.path("/etc/pip.conf")
    if interpreter is not None and (options.has("site") or interpreter.virtual):
        return interpreter.prefix.below("pip.conf")
    return state.path("~/.config/pip/pip.conf")


def _unknown_place(program: str) -> Effect:
    return unknown(f"where {program} puts things is not known for this base image")
