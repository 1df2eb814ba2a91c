"""Plain commands of the shell in scripts of the manifest (`cp .env.example .env`): which files they read and change."""

from __future__ import annotations

import posixpath
import re

from restage.api import NOTHING, Command, Effect, Region, outermost, region, replace, unknown
from restage_strategies.node.inputs import is_there
from restage_strategies.node.project import project_effect, project_root
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind, tool

_SILENT = frozenset(
    {"echo", "true", "false", "exit", ":", "printf", "sleep", "export", "set", "which", "command", "pwd"}
)
_OF_THE_SYSTEM = frozenset("apk apt apt-get aptitude brew dnf dpkg pecl snap sudo yum".split())
_INSTALLERS = frozenset(
    "bundle composer conda gem mamba micromamba pip pip2 pip3 pipenv pipx poetry uv".split()
)
"""Package managers of other languages, which run things too (`bundle exec`)."""
_INSTALLING = frozenset("add create global install pip require sync tool update upgrade".split())
_OF_PYTHON = re.compile(r"python[\d.]*")
_TESTS = frozenset({"test", "["})
_UNKNOWN = re.compile(r"[*?\[{$`~]")


def plain_effect(command: Command, what: str, site: Site) -> Effect | None:
    """The effect of a plain command in a script; None for any other, and where a word isn't known to its end."""
    if _installs_elsewhere(command):
        return unknown(f"`{command}` in {what} installs outside of the project")
    outputs = tuple(map(site.state.path, command.outputs))
    if command.name in _SILENT:
        return _told(what, site, (), outputs) if outputs else NOTHING
    if command.name in _TESTS:
        return _tested(command, site) if not outputs else None
    operands = [word for word in command.arguments if not word.startswith("-")]
    if not command.all_known or any(_UNKNOWN.search(word) for word in operands):
        return None
    places = tuple(map(site.state.path, operands))
    match command.name:
        case "cat" | "ls" | "grep":
            return _told(what, site, places, outputs)
        case "mkdir" | "touch":
            return _told(what, site, (), (*places, *outputs))
        case "rm" | "rmdir":
            return _told(what, site, (), (*places, *outputs))
        case "chmod":
            return _told(what, site, places[1:], (*places[1:], *outputs))
        case "cp" | "mv" if len(places) > 1:
            return _copying(command.name, places, what, site)
        case _:
            return None


def _installs_elsewhere(command: Command) -> bool:
    """Whether it installs for the system or the user, by a package manager of another kind."""
    words = {*command.arguments}
    by_module = _OF_PYTHON.fullmatch(command.name) is not None and not words.isdisjoint(_INSTALLERS)
    installs = (by_module or command.name in _INSTALLERS) and not words.isdisjoint(_INSTALLING)
    return installs or command.name in _OF_THE_SYSTEM


def only_sets_hooks(commands: tuple[Command, ...]) -> bool:
    """Whether a script sets up git hooks and nothing else, and says that it may fail (`husky install || true`)."""
    names = [c for c in commands if c.name not in _SILENT and c.name not in _TESTS]
    guarded = any(command.conditional and command.name in _SILENT for command in commands)
    return guarded and bool(names) and all(_is_hook(command) and not command.outputs for command in names)


def _is_hook(command: Command) -> bool:
    if command.name in ("npx", "yarn", "pnpm") and command.arguments:
        return _is_hook(replace(command, words=command.arguments, known=command.known[1:]))
    known = tool(command.name, command.arguments)
    return (known is not None and known.kind is Kind.HOOKS) or (
        command.name == "git" and command.arguments[:1] == ("config",)
    )


def _tested(command: Command, site: Site) -> Effect:
    """A test looks whether files are there; in a repository it may be a file that every commit changes."""
    places = [site.state.path(word) for word in command.arguments if re.match(r"[\w./@]", word)]
    seen = [place for place in places if is_there(place, site)]
    if any(posixpath.basename(place.path) == ".git" for place in seen):
        return Effect(reads=(project_root(site),), repeatable=True)
    return Effect(reads=tuple(seen), repeatable=True) if seen else NOTHING


def _copying(program: str, places: tuple[Region, ...], what: str, site: Site) -> Effect:
    *sources, target = places
    below = tuple(target.below(posixpath.basename(place.path)) for place in sources)
    written = (target,) if len(sources) == 1 and not site.state.tree.is_directory(target.path) else below
    return _told(what, site, tuple(sources), (*written, *(sources if program == "mv" else ())))


def _told(what: str, site: Site, reads: tuple[Region, ...], writes: tuple[Region, ...]) -> Effect:
    here = region(site.directory)
    outside = tuple(place for place in writes if not here.covers(place))
    names = tuple(posixpath.relpath(place.path, here.path) for place in writes if here.covers(place))
    effect = project_effect(what, site, outside, names)
    modules = here.below("node_modules")
    return replace(
        effect, reads=outermost(tuple(p for p in reads if is_there(p, site))), bounds=writes or (modules,)
    )
