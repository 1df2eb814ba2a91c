"""The preview in colour, with rich; loaded only when a terminal shows it."""

from __future__ import annotations

import sys
from collections.abc import Iterable


def print_coloured(lines: Iterable[str]) -> None:
    """Prints diff lines in git's colours. What stands in them is text, never markup."""
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=sys.stdout, force_terminal=True, highlight=False, soft_wrap=True, markup=False, emoji=False
    )
    text = Text()
    for line in lines:
        text.append(line + "\n", style=_style(line))
    console.print(text, end="")


def _style(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan", "#": "dim"}.get(line[:1], "")
