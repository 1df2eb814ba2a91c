"""go.mod and go.work, read as far as a build needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Record

_MAJOR = re.compile(r"v([2-9]|[1-9]\d+)$")


class Manifest(Record):
    """One go.mod or go.work."""

    module: str = ""
    """The module's path; empty in a go.work, or where none is said."""
    go: str = ""
    requires: tuple[str, ...] = ()
    """Module paths that it requires, indirect ones too."""
    pins: tuple[str, ...] = ()
    """Those that nothing replaces, with versions, as go.sum begins its lines: `example.org/m v1.2.0`."""
    fetched: tuple[str, ...] = ()
    """What a download of all that it requires fetches, written like `pins`: instead of a swapped module its replacement."""
    replaced: tuple[tuple[str, str], ...] = ()
    """Module path and directory, for those that lie on disk; a directory is as written."""
    uses: tuple[str, ...] = ()
    """Directories of the modules of a go.work."""
    tools: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def read_manifest(text: str) -> Manifest:
    """Read a go.mod or go.work; lines that it has no use for are skipped."""
    found: dict[str, list[list[str]]] = {}
    for verb, words in _directives(text):
        found.setdefault(verb, []).append(words)

    def firsts(verb: str) -> tuple[str, ...]:
        return tuple(words[0] for words in found.get(verb, ()) if words)

    swapped = firsts("replace")
    return Manifest(
        module=next(iter(firsts("module")), ""),
        go=next(iter(firsts("go")), ""),
        requires=firsts("require"),
        pins=tuple(
            " ".join(words[:2]) for words in found.get("require", ()) if words and words[0] not in swapped
        ),
        fetched=tuple(_fetched(found.get("require", []), found.get("replace", []))),
        replaced=tuple(_replaced(found.get("replace", []))),
        uses=firsts("use"),
        tools=firsts("tool"),
    )


def _directives(text: str) -> Iterator[tuple[str, list[str]]]:
    block = ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in line.partition("//")[0].replace("(", " ( ").split()]
        if block:
            if words[:1] == [")"]:
                block = ""
            elif words:
                yield block, words
        elif words[1:2] == ["("]:
            block = words[0]
        elif words:
            yield words[0], words[1:]


def _fetched(required: list[list[str]], swaps: list[list[str]]) -> Iterator[str]:
    there = [(words[: words.index("=>")], words[words.index("=>") + 1 :]) for words in swaps if "=>" in words]
    for words in required:
        instead = next((new for old, new in there if old and old == words[: len(old)]), words)
        if len(instead) > 1:
            yield " ".join(instead[:2])


def _replaced(lines: list[list[str]]) -> Iterator[tuple[str, str]]:
    for words in lines:
        if "=>" not in words[:-1]:
            continue
        target = words[words.index("=>") + 1]
        if target.startswith(("./", "../", "/")) or target in (".", ".."):
            yield words[0], target


def program_name(import_path: str) -> str:
    """The name that `go build` and `go install` give a program (cmd/go, DefaultExecName)."""
    parts = import_path.rstrip("/").split("/")
    return parts[-2] if len(parts) > 1 and _MAJOR.match(parts[-1]) else parts[-1]
