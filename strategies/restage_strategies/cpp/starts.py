"""What a container's command comes to when it is a program that the stage compiled, or the compiler itself."""

from __future__ import annotations

from restage.api import Case, Command, Made, PathNeed, Resolution, State, ToolchainAtStart, program_paths
from restage_strategies.cpp.stage import brought_from_elsewhere, is_build
from restage_strategies.cpp.survey import survey_of

_HELP = 'compile in a RUN and start what it made (`CMD ["./server"]`); then restage can split the file'


def resolve_start(command: Command, state: State, case: Case) -> Resolution | None:
    """What the command comes to; None: neither a compiler nor a program that was compiled here."""
    if is_build(command):
        why = f"the start `{command}` needs the compiler"
        return Resolution(toolchain=ToolchainAtStart(why, _HELP))
    for path in program_paths(command, state):
        if isinstance(state.tree.origin(path), Made):
            return _program(path, command, state, case)
    return None


def _program(path: str, command: Command, state: State, case: Case) -> Resolution:
    here = PathNeed(path, f"`{command}` runs it")
    elsewhere = brought_from_elsewhere(case)
    if elsewhere:
        why = f"`{elsewhere[0][:60]}` brings or installs what is not read"
        return Resolution((), (here,), complete=False, anything=why)
    survey = survey_of(state)
    if survey.compiler_at_run:
        help_ = "keep the image as it is: it is a compiler too"
        return Resolution((), (here,), ToolchainAtStart(survey.compiler_at_run, help_))
    if survey.untold:
        return Resolution((), (here,), complete=False, anything=survey.untold[0])
    return Resolution((), (here, *survey.needs))
