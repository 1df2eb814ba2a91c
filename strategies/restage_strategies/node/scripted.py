"""Small scripts of a project that node runs when packages are installed: which files they read and write.

Only what can be told from the text counts: modules of the project, harmless ones of node, and calls of `fs` on paths
that are written out. Everything else may read anything.
"""

from __future__ import annotations

import posixpath
import re

from restage.api import Record, Region, region
from restage_strategies.node.reach import main_file, reached
from restage_strategies.node.site import Site

_HARMLESS = frozenset(
    """assert buffer console constants crypto events os path perf_hooks process punycode querystring readline string_decoder
    timers timers/promises tty url util husky is-ci ci-info chalk semver picocolors kleur colors""".split()
)
_FILES = frozenset({"fs", "fs/promises"})
_NAMED = re.compile(
    r"""\brequire\(\s{0,4}(['"])([^'"\n]{1,200})\1\s{0,4}\)|\bfrom\s{0,4}(['"])([^'"\n]{1,200})\3|"""
    r"""\bimport\s{0,4}(['"])([^'"\n]{1,200})\5|\bimport\(\s{0,4}(['"])([^'"\n]{1,200})\7\s{0,4}\)"""
)
_ANY_IMPORT = re.compile(r"\brequire\b(?!\.main)|\bimport\b(?!\.meta)")
_FREE = re.compile(
    r"\b(?:eval|Function|child_process|exec|execSync|spawn|spawnSync|fork|createRequire|glob|globSync|process\.chdir|"
    r"process\.binding|Bun|Deno|readdir|readdirSync|opendir|cp|cpSync|watch|resolve\.paths)\b\s{0,2}\(?|\.\.\."
)
_CALL = re.compile(r"\b(?:fs|fsp|fse|promises)\s{0,2}\.\s{0,2}(?:promises\.)?(\w{2,20})\(")
_TAKEN_OUT = re.compile(r"\{[^{}]{0,300}\}\s{0,4}(?:=\s{0,4}require\(|from\s{0,4})\s{0,4}['\"](?:node:)?fs\b")
_JOINED = re.compile(
    r"\s{0,8}path\s{0,2}\.\s{0,2}(?:join|resolve)\(\s{0,8}(__dirname|process\.cwd\(\))"
    r"((?:\s{0,8},\s{0,8}['\"`][^'\"`\n$]{0,200}['\"`]){1,8})\s{0,8},?\s{0,8}\)"
)
_PLAIN = re.compile(r"\s{0,8}['\"`]([^'\"`\n$]{1,200})['\"`]\s{0,8}(?=[,);\n])")
_LITERAL = re.compile(r"""['"`]([^'"`\n$]{0,200})['"`]""")
_ASSIGNED = re.compile(r"\b(?:const|let|var)\s{1,4}(\w{1,60})\s{0,4}=\s{0,4}")
_WRITING = re.compile(r"write|append|mkdir|copy|rename|unlink|rm|symlink|link|chmod|truncate|utimes")
_COMMENT = re.compile(r"^\s{0,40}//[^\n]*$", re.MULTILINE)


class ScriptFiles(Record):
    """All files that a script reads and writes."""

    reads: tuple[Region, ...]
    writes: tuple[Region, ...]


def script_files(site: Site, main: str) -> ScriptFiles | None:
    """The files of a script of the project, itself and its modules among them; None where it may touch others."""
    path = main_file(site.state.tree, site.state.path(main).path)
    if path is None or "/node_modules/" in path:
        return None
    reads: list[Region] = []
    writes: list[Region] = []
    for module, text in reached(site.state.tree, path):
        reads.append(region(module))
        found = None if module.endswith(".json") else _files_of(_COMMENT.sub("", text), module, site)
        if found is None and not module.endswith(".json"):
            return None
        reads.extend(found.reads if found else ())
        writes.extend(found.writes if found else ())
    return ScriptFiles(tuple(reads), tuple(writes))


def _files_of(text: str, module: str, site: Site) -> ScriptFiles | None:
    names = [next(part for part in match[1::2] if part) for match in _NAMED.findall(text)]
    if len(text) > 50_000 or len(_ANY_IMPORT.findall(text)) != len(names) or _FREE.search(text):
        return None
    plain = [name.removeprefix("node:") for name in names]
    if any(not _is_known(name, module, site) for name in plain):
        return None
    if not _FILES.isdisjoint(plain):
        return None if _TAKEN_OUT.search(text) else _calls(text, module, site)
    return ScriptFiles((), ())


def _is_known(name: str, module: str, site: Site) -> bool:
    if name.startswith("."):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(module), name))
        return main_file(site.state.tree, path) is not None
    return name in _HARMLESS or name in _FILES


def _calls(text: str, module: str, site: Site) -> ScriptFiles | None:
    """The paths of all calls of `fs`; None if one of them isn't written out."""
    reads: list[Region] = []
    writes: list[Region] = []
    for call in _CALL.finditer(text):
        place = _place(text, call.end(), module, site)
        if place is None or re.match(r"copy|rename|symlink|link", call[1]):
            return None
        (writes if _WRITING.match(call[1]) else reads).append(place)
    used = len(re.findall(r"\b(?:fs|fsp|fse|promises)\b", text))
    counted = len(_CALL.findall(text)) + len(
        re.findall(r"\b(?:fs|fsp|fse)\s{0,4}(?:=|from)|['\"](?:node:)?fs\b", text)
    )
    return ScriptFiles((*reads, *writes), tuple(writes)) if used <= counted else None


def _place(text: str, start: int, module: str, site: Site) -> Region | None:
    """The path that stands at a place of the text: literals, joined to the script's or the working directory."""
    name = re.match(r"\s{0,8}(\w{1,60})\s{0,4}[,)]", text[start : start + 100])
    if name:
        made = [m for m in _ASSIGNED.finditer(text) if m[1] == name[1]]
        again = re.findall(rf"\b{name[1]}\s{{0,4}}=[^=]", text)
        if len(made) != 1 or len(again) != 1:
            return None
        start = made[0].end()
    joined, plain = _JOINED.match(text, start), _PLAIN.match(text, start)
    if joined is not None:
        directory = posixpath.dirname(module) if joined[1] == "__dirname" else site.directory
        return region(directory, *_LITERAL.findall(joined[2]))
    return region(site.directory, plain[1]) if plain is not None else None
