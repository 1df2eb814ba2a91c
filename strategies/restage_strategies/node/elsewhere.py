"""Places outside of the project that its scripts name by a variable or as the home directory, when a RUN starts them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import BaseImage, Effect, Region, is_address, region, replace, surely_there, unknown
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.nodeline import read_node
from restage_strategies.node.reach import main_file, reached
from restage_strategies.node.site import Site

_RUNNERS = frozenset("node tsx ts-node ts-node-esm ts-node-transpile-only babel-node esno jiti".split())
_VARIABLE = re.compile(r"""\benv(?:\.(\w{1,80})|\[['"](\w{1,80})['"]\])""")
_HOME = re.compile(r"\bhomedir\(|\benv\.HOME\b")
_SYSTEM = frozenset("usr etc bin sbin lib lib64 tmp proc dev sys run".split())
_NO_DATA = frozenset(
    "PATH HOME PWD OLDPWD NODE_PATH NODE_OPTIONS PUPPETEER_EXECUTABLE_PATH CHROME_BIN CHROME_PATH".split()
)


def with_places(effect: Effect, call: ProgramCall, site: Site) -> Effect:
    """The effect of a script of the project with the places that it names; unknown where one may not be there."""
    if call.name not in _RUNNERS or effect.opaque:
        return effect
    further = list(_literals(call))
    for name, text in _texts(call, site):
        for place in _named(text, site):
            if any(known.covers(place) for known in (*effect.writes, *effect.caches, *further)):
                continue
            there = surely_there(place, site.state)
            if there is None:
                return unknown(f"{name} names {place} by a variable, and may write there")
            further.append(there)
    return replace(effect, writes=(*effect.writes, *further)) if further else effect


_LITERAL = re.compile(r"""["'`](/(?:[\w.@+-]+/)*[\w.@+-]+)["'`]""")
_WRITING = re.compile(r"write|mkdir|append|copy|cpSync|\bcp\b|rename|symlink|createWrite")


def _literals(call: ProgramCall) -> Iterator[Region]:
    """Places that code on the line itself names, where it writes: `node -e "fs.mkdirSync('/data')"`."""
    if not read_node(call.arguments).main:
        for word in call.arguments:
            if _WRITING.search(word):
                yield from (region(path) for path in _LITERAL.findall(word))


def _texts(call: ProgramCall, site: Site) -> Iterator[tuple[str, str]]:
    """The text that the line gives, and the modules of the project that the main file reaches; each with its name."""
    line = read_node(call.arguments)
    if not line.main:
        yield from ((f"`{call.name}`", word) for word in call.arguments)
        return
    path = main_file(site.state.tree, site.state.path(line.main).path)
    if path is not None and "/node_modules/" not in path:
        for module, text in reached(site.state.tree, path):
            yield posixpath.basename(module), text


def _named(text: str, site: Site) -> Iterator[Region]:
    if _HOME.search(text):
        yield region(site.state.home)
    base = site.state.base.config.env if isinstance(site.state.base, BaseImage) else {}
    for found in dict.fromkeys(one or other for one, other in _VARIABLE.findall(text)):
        value = "" if is_address(found) else site.variable(found)
        if value.startswith("/") and ":" not in value and found not in _NO_DATA and base.get(found) != value:
            place = region(value)
            if place.path != "/" and place.path.split("/")[1] not in _SYSTEM and not _is_given(place, site):
                yield place


def _is_given(place: Region, site: Site) -> bool:
    """Whether it is a file of the project, which a script reads."""
    return site.state.tree.is_file(place.path)
