"""Text from a Dockerfile, made safe for a terminal: data can't colour, forge or break the output."""

from __future__ import annotations

_KEPT = frozenset("\n\t")


def safe(text: str) -> str:
    r"""The text with control and format characters, and bytes that were not UTF-8, written as `\x1b` or `\u202e`."""
    if text.isprintable():
        return text
    return "".join(character if _is_plain(character) else _escaped(character) for character in text)


def _is_plain(character: str) -> bool:
    return character in _KEPT or character.isprintable() or (not character.isascii() and _is_space(character))


def _is_space(character: str) -> bool:
    from unicodedata import category

    return category(character) == "Zs"


def _escaped(character: str) -> str:
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def on_stdout(text: str) -> None:
    """Writes text; bytes that were not UTF-8 stand in it as lone surrogates."""
    import sys

    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()
