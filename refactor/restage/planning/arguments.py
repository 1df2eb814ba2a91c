"""Which ARG the runtime stage declares again."""

from __future__ import annotations

from collections.abc import Iterator

from restage.dockerfile.instructions import Arg
from restage.planning.arrangement import Line, Narrow, New, Repeat
from restage.planning.beside import reads_variable
from restage.planning.drafting import Drafting, text_of

_UNNAMED_VARIABLES = frozenset(
    {"DEBIAN_FRONTEND", "DEBCONF_NONINTERACTIVE_SEEN", "TZ", "LANG", "LC_ALL", "HOME"}
)
"""Variables that package managers and coreutils read by themselves; so they do each `*_proxy`."""


def _is_argument_read(name: str, later: list[Line], draft: Drafting) -> bool:
    """Whether a line names the ARG, or runs a program that may look it up in its environment."""
    if any(reads_variable(_left_of(line, draft), name) for line in later):
        return True
    runs = [line for line in later if text_of(line, draft).startswith("RUN")]
    if name in _UNNAMED_VARIABLES or name.lower().endswith("_proxy"):
        return bool(runs)
    return any(_runs_a_script(line, draft) for line in runs)


def _left_of(line: Line, draft: Drafting) -> str:
    """What a line says, without the statements of a RUN that the runtime stage does without."""
    text = text_of(line, draft)
    if not isinstance(line, Narrow):
        return text
    step = draft.walk.step_of(line.instruction)
    script, dropped = step.script, line.change.drop_statements
    if script is None or not text.endswith(script.text):
        return text
    kept = (s for number, s in enumerate(script.statements) if number not in dropped)
    return " ".join((text.removesuffix(script.text), *(script.text[s.start : s.end] for s in kept)))


def _runs_a_script(line: Line, draft: Drafting) -> bool:
    """Whether a RUN runs commands that do not stand in it, which may name any variable."""
    if isinstance(line, New):
        return False
    step = draft.walk.step_of(line.instruction)
    return step.script is not None and any(action.simple is None for action in step.actions)


def needed_arguments(lines: list[Line], draft: Drafting) -> Iterator[Line]:
    """The lines without the repeated ARGs that nothing after them reads."""
    by_number = {step.instruction.index: step.instruction for step in draft.walk.steps}
    for position, line in enumerate(lines):
        instruction = by_number.get(line.instruction) if isinstance(line, Repeat) else None
        if isinstance(instruction, Arg):
            later = lines[position + 1 :]
            if not any(_is_argument_read(name, later, draft) for name, _ in instruction.pairs):
                continue
        yield line
