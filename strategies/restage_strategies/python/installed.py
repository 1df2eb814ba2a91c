"""Console programs that the file's own installs bring."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Case, Command, State, join
from restage_strategies.python.invocation import Mode, is_pip, is_python, read_invocation
from restage_strategies.python.names import normalised, read_requirement
from restage_strategies.python.project import MANIFESTS, read_project


def console_scripts(state: State) -> dict[str, str]:
    """Console scripts of the projects in the image: name to `module:function`."""
    folders: list[str] = []
    for path in (state.directory, *(event for event in _top_folders(state))):
        if any(state.tree.is_file(join(path, name)) for name in MANIFESTS):
            folders.append(path)
    found: dict[str, str] = {}
    for folder in dict.fromkeys(folders):
        found |= read_project(folder, state).scripts
    return found


def _top_folders(state: State) -> Iterable[str]:
    return (join(state.directory, name) for name in state.tree.entries(state.directory))


def direct_names(case: Case) -> frozenset[str]:
    """Normalised names that pip commands of the file install by word."""
    found: set[str] = set()
    for command in case.commands:
        for word in _words(command):
            requirement = read_requirement(word) if word and not word.startswith("-") else None
            if requirement is not None and requirement.name:
                found.add(requirement.name)
    return frozenset(found)


def _words(command: Command) -> tuple[str, ...]:
    if is_pip(command):
        words = command.arguments
    elif is_python(command):
        invocation = read_invocation(command)
        words = invocation.arguments if invocation.mode is Mode.MODULE and invocation.target == "pip" else ()
    else:
        words = command.arguments[1:] if command.name in ("uv", "pipx") else ()
    return words[1:] if words[:1] == ("install",) else ()


def installed_program(name: str, distributions: Iterable[str]) -> bool:
    """Whether a program is named like a distribution that the file installs."""
    return normalised(name) in distributions


def own_script(command: Command, state: State) -> str | None:
    """The path of a Python script of the context that is started by its own path, or found by its name through PATH."""
    word = command.words[0]
    if not command.is_known(0) or not word:
        return None
    places = (word,) if "/" in word else (join(folder, word) for folder in state.search_path)
    path = next((found for place in places if state.tree.is_file(found := state.path(place).path)), None)
    if path is None:
        return None
    first = (state.tree.text(path) or "").partition("\n")[0]
    return path if (first.startswith("#!") and "python" in first) or path.endswith(".py") else None


def interpreter_of(script: str, state: State) -> str:
    """The interpreter that a script's first line names: a path, or a name that is looked up in PATH."""
    first = (state.tree.text(script) or "").partition("\n")[0]
    words = first.removeprefix("#!").split() if first.startswith("#!") else []
    words = [word for word in words if not word.endswith("/env") and not word.startswith("-")]
    return words[0] if words else "python3"
