"""Code that a start hands to the interpreter itself: with `-c`, or in a here-document."""

from __future__ import annotations

from restage.api import Command, Need, Resolution, called_in, replace
from restage_strategies.python.calls import calls
from restage_strategies.python.invocation import Invocation, Mode


def given_code(command: Command, invocation: Invocation) -> str | None:
    """The text of the program, where the command line or the script holds it; None: it is elsewhere."""
    match invocation.mode:
        case Mode.CODE:
            return invocation.target
        case Mode.INPUT | Mode.NOTHING:
            return command.document
        case _:
            return None


def with_code(found: Resolution, text: str, command: Command) -> Resolution:
    """What a start comes to, with what its code calls by itself."""
    named, unnamed = list[Need](), False
    for finding in calls(text):
        unnamed = unnamed or not finding.name
        if finding.name and not finding.library:
            named += called_in(text, finding.name, f"the code of `{command}` calls it")
    if not unnamed:
        return replace(found, needs=(*found.needs, *named))
    why = f"which program the code of `{command}` calls, only running tells"
    return replace(found, needs=(*found.needs, *named), anything=why, complete=False)
