"""Writes text as one word of a shell command on a Dockerfile line."""

import re

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


def quote(text: str) -> str:
    """The word that the shell reads as ``text``; raises ValueError for a line end, which would end the line.

    A word of letters, digits and ``_@%+=:,./-`` needs no quotes; anything else stands in single quotes, where
    neither the shell nor the Dockerfile expands it.
    """
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("a line end can't stand in a word of a Dockerfile line")
    if _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"
