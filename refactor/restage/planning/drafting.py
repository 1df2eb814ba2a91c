"""What the lines of the two stages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from restage.meaning.walk import Walk
from restage.planning.arrangement import Keep, Line, Narrow, New, Repeat
from restage.planning.base import BasePlan
from restage.planning.further import Further, host_of
from restage.planning.packages import PackagePlan
from restage.planning.sorted import Sorted
from restage.record import Record


class Drafting(Record):
    """Everything that the lines are made from."""

    walk: Walk
    sorted: Sorted
    packages: PackagePlan
    base: BasePlan
    builder_name: str
    needed_environment: frozenset[str]
    """Variables that only the base set and that needed code reads."""
    started: frozenset[str] | None = None
    """Programs that the container runs and that these need; None: it may run others."""
    missed_environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that the base set, and that a rewritten image was seen to lack."""

    @property
    def further(self) -> Further:
        """Packages to install in the runtime stage beyond the author's."""
        steps = self.walk.steps[self.sorted.first : self.sorted.cut + 1]
        names = tuple(dict.fromkeys((*self.packages.added, *self.base.packages)))
        return Further(names, host_of(steps, self.packages))


def text_of(line: Line, draft: Drafting) -> str:
    """What a line of the plan says, the content of its heredocs too."""
    match line:
        case Keep(instruction=number) | Repeat(instruction=number) | Narrow(instruction=number):
            step = draft.walk.step_of(number)
            return step.instruction.text + "".join(doc.content for doc in step.instruction.heredocs)
        case New(text=text):
            return text
