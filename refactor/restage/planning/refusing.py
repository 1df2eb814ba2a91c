"""Why a file must not be split, whatever could be won."""

from __future__ import annotations

import posixpath

from restage.api.command import Command
from restage.api.start import Role
from restage.dockerfile.instructions import Cmd, Entrypoint, Instruction, Onbuild, Run
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.effects import SHELLS
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.lost_starts import of_lost_start
from restage.planning.situation import Situation

MULTI_STAGE = Unchanged("already-multi-stage", "the file has stages already")


def refusal_of(situation: Situation) -> Refusal | Unchanged | None:
    """Why the file must not be split, whatever could be won."""
    if len(situation.build.stages) > 1:
        return MULTI_STAGE
    of_use = _of_starts(situation) or _of_toolbox(situation) or _of_workplace(situation)
    return _of_base(situation) or _of_triggers(situation) or of_use or of_lost_start(situation)


def _of_base(situation: Situation) -> Refusal | None:
    origin = situation.stage.origin
    if isinstance(situation.base, UnknownBase) and situation.base.windows:
        why = f"{origin.image} is a Windows image"
        return Refusal("windows-base", origin.line, why, "restage splits Linux images only")
    if _is_onbuild(situation):
        why = f"ONBUILD triggers of {origin.image} add instructions that the file does not show"
        help_text = "write the triggers' instructions into the file and start from the plain image"
        return Refusal("onbuild-base", origin.line, why, help_text)
    return None


def _of_triggers(situation: Situation) -> Refusal | None:
    for step in situation.stage.steps:
        if isinstance(step, Onbuild) and isinstance(step.inner, Run):
            why = "ONBUILD RUN builds other images, with what this one has"
            return Refusal("onbuild-run", step.line, why, "a base for other images is best left whole")
    return None


def _of_starts(situation: Situation) -> Refusal | None:
    line = start_line(situation.stage.steps, situation.stage.origin.line)
    for start in situation.starts:
        if start.toolchain is not None and start.role in (Role.START, Role.HEALTHCHECK):
            return Refusal("start-needs-toolchain", line, start.toolchain.why, start.toolchain.help)
    return None


def _of_toolbox(situation: Situation) -> Refusal | None:
    """Nothing says what runs; where consumers say it, none of them may test or build."""
    if not is_toolbox(situation):
        return None
    tests = next((s.toolchain for s in situation.starts if s.toolchain is not None), None)
    if tests is None and any(start.role is Role.CONSUMER for start in situation.starts):
        return None
    why = f"nothing in the file says what the container runs{f'; {tests.why}' if tests else ''}"
    help_text = (
        "add a CMD or ENTRYPOINT if this image runs an application; a toolbox image is best left whole"
    )
    return Refusal("no-start", situation.stage.origin.line, why, help_text)


def _of_workplace(situation: Situation) -> Refusal | None:
    """Who develops in the image, or runs jobs in it, may call anything that it has."""
    if situation.workplace is None:
        return None
    why = f"{situation.workplace} has people or jobs work in this image, with all the tools that it has"
    help_text = "give them a Dockerfile of their own, and the application this one"
    return Refusal("workplace", situation.stage.origin.line, why, help_text)


def _is_onbuild(situation: Situation) -> bool:
    base = situation.base
    text = f"{base.reference.name}:{base.reference.tag or ''}"
    return "onbuild" in text or (isinstance(base, BaseImage) and base.config.onbuild)


def is_toolbox(situation: Situation) -> bool:
    """Whether nothing is started but a shell or an interpreter that waits for a person."""
    own = [start for start in situation.starts if start.role is Role.START]
    inherited = not any(isinstance(step, Cmd | Entrypoint) for step in situation.stage.steps)
    return all(_waits(start.command) or (inherited and _prompts(start.command, situation)) for start in own)


def _prompts(command: Command, situation: Situation) -> bool:
    """Whether the CMD that the base brings is its language's prompt: `python3`, `node`."""
    base = situation.base
    return isinstance(base, BaseImage) and len(command.words) == 1 and command.name in base.own_programs


def _waits(command: Command) -> bool:
    """`bash`, `sh -l`, `sleep infinity`, `tail -f /dev/null`: whoever comes in decides what runs."""
    match command.words:
        case (shell, *options) if posixpath.basename(shell) in SHELLS:
            return all(option.startswith("-") and "c" not in option for option in options)
        case ("sleep", "infinity" | "inf") | ("tail", "-f", "/dev/null"):
            return True
        case _:
            return False


def start_line(steps: tuple[Instruction, ...], default: int) -> int:
    """The line that says what the container starts."""
    return next((step.line for step in reversed(steps) if isinstance(step, Cmd | Entrypoint)), default)
