"""References with variables in them, changed without touching the variables."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\$(?:\w+|\{[^{}]*\})")


def split_expression(raw: str) -> tuple[str, str] | None:
    """(name, tag) of a reference as written, at the last colon outside of variables.

    None where a variable may hold the colon, where a digest is named, or where variables nest.
    """
    if "@" in raw:
        return None
    masked = _VARIABLE.sub(lambda found: "$" * len(found.group()), raw)
    name, colon, tag = masked.rpartition(":")
    if colon and "/" not in tag:
        return None if "{" in masked else (raw[: len(name)], raw[len(name) + 1 :])
    return None if "$" in masked.rpartition("/")[2] else (raw, "")


def carried(tag: str, old: str, new: str) -> str | None:
    """`tag`, which expands to `old`, changed to expand to `new`; its variables stay as they are.

    Only literal text at the end of `tag` is replaced, and a variable is only followed by a whole word.
    """
    if "$" not in tag:
        return new
    same = _shared_length(old, new)
    dropped, added = old[same:], new[same:]
    if not tag.endswith(dropped):
        return None
    kept = tag.removesuffix(dropped)
    glued = not added.startswith("-") and not kept.endswith("-")
    literal = "$" not in kept[-len("alpine") :] and "}" not in kept[-len("alpine") :]
    return None if glued and not (literal and kept.endswith("alpine")) else kept + added


def with_word(tag: str, old: str, new: str, words: tuple[str, str]) -> str | None:
    """`tag`, which expands to `old`, with one literal word for another; None: that does not make `new` of `old`."""
    was, now = words
    changed, expanded = ("-".join(now if w == was else w for w in t.split("-")) for t in (tag, old))
    return changed if expanded == new and changed != tag else None


def word_of(tag: str, old: str, word: str) -> str | None:
    """The part of `tag`, which expands to `old`, that expands to `word` of it: `${OS}` of `${V}-${OS}`.

    Parts are told apart by literal dashes; None where a variable may hold a dash too.
    """
    masked = _VARIABLE.sub(lambda found: "$" * len(found.group()), tag)
    parts, position = [], 0
    for part in masked.split("-"):
        parts.append(tag[position : position + len(part)])
        position += len(part) + 1
    words = old.split("-")
    return dict(zip(words, parts, strict=True)).get(word) if len(words) == len(parts) else None


def _shared_length(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
