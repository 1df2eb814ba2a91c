"""Where vite writes: its `outDir` counts from the root of the site, which an operand or vite.config may move.

Sources: the documentation of vite (`vite build [root]`, the options `root` and `build.outDir`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage_strategies.node.site import Site

CONFIGURATION = tuple(f"vite.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "mts", "cts"))
_VALUED = frozenset(
    "-c --config --outDir --assetsDir --assetsInlineLimit --base -m --mode -l --logLevel --target".split()
)
_ROOT = re.compile(r"(?m)^(?![ \t]*(?://|\*)).{0,200}?(?<![\w.])root\s{0,4}(?::([^\n]{1,200})|,)")
_NAME = re.compile(r"\s*([A-Za-z_$][\w$]*)\s*,?\s*\}?\s*$")
_HERE = re.compile(r"__dirname|import\.meta|process\.cwd|[\"'`]\.{0,1}/?[\"'`]")
_LITERAL = re.compile(r"""["'`]([^"'`\n$]{1,200})["'`]""")
_FROM_FILE = re.compile(r"__dirname|import\.meta|process\.cwd|\bresolve\(|new URL")


def operand(arguments: tuple[str, ...]) -> str:
    """The root that the command line names; empty for none."""
    words = iter(arguments)
    found: list[str] = []
    for word in words:
        if word in _VALUED:
            next(words, None)
        elif not word.startswith("-"):
            found.append(word)
    return found[1] if len(found) > 1 and found[0] == "build" else ""


def told_root(arguments: tuple[str, ...], site: Site) -> str | None:
    """The root, relative to the working directory; None where the configuration computes it."""
    return operand(arguments) or configured_root(site)


def configured_root(site: Site) -> str | None:
    """The root that vite.config says, relative to it; None where it is computed."""
    for name in CONFIGURATION:
        text = site.state.tree.text(posixpath.join(site.directory, name))
        found = _ROOT.search(text) if text is not None and len(text) < 200_000 else None
        if text is not None and found is not None:
            return _value(found[1] or "root", text)
    return "."


def _value(expression: str, text: str) -> str | None:
    name = _NAME.match(expression)
    if name is not None:
        told = re.search(rf"\b(?:const|let|var)\s{{1,4}}{re.escape(name[1])}\s{{0,4}}=([^\n]{{1,200}})", text)
        return _value(told[1], text) if told is not None and not _NAME.match(told[1]) else None
    expression = re.split(r",\s{0,4}\w{1,40}\s{0,4}:", expression)[0]
    parts = [part for part in _LITERAL.findall(expression) if part.strip("./")]
    if parts:
        return posixpath.normpath("/".join(parts))
    return "." if _HERE.search(expression) else None


def counted_from_root(arguments: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """The words of a command line, the `outDir` among them as it counts from the working directory."""
    root = told_root(arguments, site)
    return tuple(_words(arguments, root)) if root not in (None, ".") else arguments


def _words(arguments: tuple[str, ...], root: str | None) -> Iterator[str]:
    option = ""
    for word in arguments:
        name, sign, value = word.partition("=")
        if name == "--outDir" and sign:
            yield f"{name}={_below(root, value)}"
        else:
            yield _below(root, word) if option == "--outDir" else word
        option = word


def _below(root: str | None, path: str) -> str:
    return posixpath.normpath(posixpath.join(root or ".", path))


def counts_from_root(line: str) -> bool:
    """Whether a path in a line of vite.config is relative to the root, not made absolute by the file itself."""
    return _FROM_FILE.search(line) is None
