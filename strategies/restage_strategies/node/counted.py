"""Paths on command lines of tools that count them from elsewhere than the working directory: Vite's root, wasm-pack's crate."""

from __future__ import annotations

import posixpath

from restage_strategies.node.site import Site
from restage_strategies.node.vite import counted_from_root


def counted(name: str, arguments: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """The words behind a program, paths as they count from the working directory."""
    match name:
        case "vite":
            return counted_from_root(arguments, site)
        case "wasm-pack":
            return _from_crate(arguments)
        case "sass" | "node-sass":  # `sass src:/srv/www`
            return tuple(part for word in arguments for part in word.split(":"))
        case _:
            return arguments


def counted_behind(words: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """The same of a command line, whose program may stand behind a runner (`npx vite build`)."""
    number = next((n for n, word in enumerate(words[:2]) if word in ("vite", "wasm-pack")), 0)
    return (*words[1 : number + 1], *counted(words[number] if words else "", words[number + 1 :], site))


_OF_WASM_PACK = frozenset("-t --target -d --out-dir --out-name -s --scope -m --mode".split())


def _from_crate(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The words of wasm-pack, whose --out-dir counts from the crate that it builds: `build crate --out-dir ../pkg`."""
    before = ("", *arguments)
    operands = [
        word
        for word, last in zip(arguments, before, strict=False)
        if not word.startswith("-") and last not in _OF_WASM_PACK
    ]
    crate = operands[1] if len(operands) > 1 else "."
    found: list[str] = []
    for word, last in zip(arguments, before, strict=False):
        name, sign, value = word.partition("=")
        if last in ("-d", "--out-dir"):
            found.append(posixpath.normpath(posixpath.join(crate, word)))
        elif sign and name == "--out-dir":
            found.append(f"{name}={posixpath.normpath(posixpath.join(crate, value))}")
        else:
            found.append(word)
    return tuple(found)
