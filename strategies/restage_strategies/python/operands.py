"""What of a command's words is neither an option nor the value of one."""

from __future__ import annotations

from collections.abc import Collection

from restage.api import Command


def operands(command: Command, valued: Collection[str]) -> list[str]:
    """The words behind the program that are no options, nor values of the options in `valued`."""
    words = command.arguments
    return [
        word
        for before, word in zip(("", *words), words, strict=False)
        if not word.startswith("-") and before not in valued
    ]
