"""The modules that a main file reaches, and whether a development server is among them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from restage.api import FromContext, Tree, of_tree
from restage_strategies.node.manifest import manifest_at

_ENDINGS = ("", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json", ".jsx", ".tsx")
_IMPORT = re.compile(
    r"""(?:\brequire\(\s{0,4}|\bimport\(\s{0,4}|\bfrom\s{1,4}|\bimport\s{1,4})['"]([^'"\n]{1,200})['"]"""
)
_MOST_FILES = 400
_BUILT = ("dist", "build", "lib", "out", ".build", "output")

DEV_SERVERS = frozenset(
    """webpack webpack-dev-server webpack-dev-middleware webpack-hot-middleware webpack-hot-server-middleware
    parcel-bundler browserify-middleware koa-webpack koa-webpack-middleware razzle-dev-utils react-dev-utils""".split()
)


@of_tree
def main_file(tree: Tree, path: str) -> str | None:
    """The file of the context that `node PATH` loads: with an ending added, or a directory's main; None if none."""
    for ending in _ENDINGS:
        if tree.is_file(path + ending):
            return path + ending
    manifest = manifest_at(tree, path)
    inner = posixpath.normpath(posixpath.join(path, manifest.main if manifest else "index"))
    return next((inner + ending for ending in _ENDINGS if tree.is_file(inner + ending)), None)


def source_of(tree: Tree, path: str, root: str) -> str | None:
    """The source that a built file probably comes from: `dist/main.js` from `src/main.ts` or `main.ts`."""
    inside = posixpath.relpath(path, root)
    first, _, rest = inside.partition("/")
    if first not in _BUILT or not rest:
        return None
    stem = posixpath.join(root, "src", re.sub(r"\.[cm]?js$", "", rest))
    plain = posixpath.join(root, re.sub(r"\.[cm]?js$", "", rest))
    return main_file(tree, stem) or main_file(tree, plain)


@of_tree
def reached(tree: Tree, main: str) -> tuple[tuple[str, str], ...]:
    """Path and text of every module that a main file reaches by relative imports, itself first."""
    waiting, seen = [main], {main}
    found: list[tuple[str, str]] = []
    while waiting and len(seen) <= _MOST_FILES:
        path = waiting.pop()
        text = tree.text(path)
        if text is None or len(text) > 1_000_000:
            continue
        found.append((path, text))
        for name in _IMPORT.findall(text):
            if name.startswith("."):
                target = main_file(tree, posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))
                if target is not None and target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return tuple(found)


def dev_server_in(tree: Tree, main: str, node_env: str) -> str | None:
    """Where a main file starts a development server, as `file:line` and what; None if it doesn't."""
    for path, text in reached(tree, main):
        if not _names_one(text):
            continue
        known = _flags(text, node_env)
        for number, line in enumerate(text.splitlines()):
            what = _dev_server(line, text, known, node_env)
            if what and len(line) < 2000 and not _guarded_out(text.splitlines(), number, known, node_env):
                return f"{posixpath.basename(path)}:{number + 1} {what}"
    return None


def _names_one(text: str) -> bool:
    """Whether a text has any of the names without which no line of it can start a development server."""
    return "vite" in text or "next" in text or any(name in text for name in DEV_SERVERS)


def _dev_server(line: str, text: str, known: Mapping[str, bool], node_env: str) -> str:
    for name in _IMPORT.findall(line):
        if name in DEV_SERVERS and not line.lstrip().startswith(("import type", "//", "*")):
            return f"loads {name}"
    if (
        re.search(r"\bcreateServer\(", line)
        and re.search(r"""['"]vite['"]""", text)
        and "vite" in line.lower()
    ):
        return "starts Vite's development server"
    found = re.search(r"\bnext\(\s{0,8}\{[^}]{0,200}?\bdev\b\s{0,4}(?::\s{0,4}([^,}]{1,100}))?", line)
    if found and re.search(r"""['"]next['"]""", text):
        expression = (found[1] or "dev").strip()
        return "starts Next.js in development mode" if _value(expression, known, node_env) else ""
    return ""


_FLAG = re.compile(
    r"\b(?:const|let|var)\s{1,4}(\w{1,40})\s{0,4}(?::\s{0,4}boolean\s{0,4})?=\s{0,4}([^;\n]{1,200})"
)
_COMPARED = re.compile(r"""process\.env\.NODE_ENV\s{0,4}([!=]==?)\s{0,4}['"`]([^'"`]{0,40})['"`]""")


def _flags(text: str, node_env: str) -> Mapping[str, bool]:
    """Variables whose value NODE_ENV decides: `const dev = process.env.NODE_ENV !== 'production'`."""
    known: dict[str, bool] = {}
    for match in _FLAG.finditer(text):
        value = _value(match[2].strip(), known, node_env)
        if value is not None:
            known[match[1]] = value
    return known


def _value(expression: str, known: Mapping[str, bool], node_env: str) -> bool | None:
    """The value of a condition over NODE_ENV; None where it can't be told."""
    text = expression.strip().strip("()").strip()
    terms = [part for part in re.split(r"&&", text) if part.strip()]
    if len(terms) > 1:
        values = [_value(term, known, node_env) for term in terms]
        return False if False in values else (True if all(values) else None)
    compared = _COMPARED.fullmatch(text)
    if compared:
        return (node_env == compared[2]) == compared[1].startswith("=")
    if text in ("true", "false"):
        return text == "true"
    name = text.lstrip("!").strip()
    if name not in known:
        return None
    return known[name] != (text.count("!") % 2 == 1)


_IF = re.compile(r"\bif\s{0,4}\((.{1,300})\)\s{0,4}\{?\s{0,4}$")


def _guarded_out(lines: list[str], number: int, known: Mapping[str, bool], node_env: str) -> bool:
    """Whether an `if` around a line, or a condition on it, can't hold under this NODE_ENV."""
    before = re.split(r"\brequire\(|\bimport\(", lines[number])[0]
    inline = re.search(r"(?:=|\(|^)\s{0,4}([!\w.'\" =]{1,100}?)\s{0,4}(?:&&|\?)\s{0,4}(?:await\s)?$", before)
    if inline and _value(inline[1], known, node_env) is False:
        return True
    depth, negated = _indent(lines[number]), False
    for line in reversed(lines[:number]):
        if not line.strip() or _indent(line) > depth or (_indent(line) == depth and not negated):
            continue
        found = _IF.search(line)
        value = _value(found[1], known, node_env) if found else None
        if value is negated and value is not None:
            return True
        negated = "else" in line and not found
        depth = _indent(line)
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def is_from_context(tree: Tree, path: str) -> bool:
    """Whether a path is a file or directory of the context."""
    return isinstance(tree.origin(path), FromContext)
