"""One logical line to one typed instruction."""

from collections.abc import Callable

from . import settings, steps
from .clause import Clause, InstructionError
from .nodes import Instruction

_BUILDERS: dict[str, Callable[[Clause], Instruction]] = {
    "ADD": steps.add,
    "ARG": steps.arg,
    "CMD": settings.cmd,
    "COPY": steps.copy,
    "ENTRYPOINT": settings.entrypoint,
    "ENV": settings.env,
    "EXPOSE": settings.expose,
    "FROM": steps.from_,
    "HEALTHCHECK": settings.healthcheck,
    "LABEL": settings.label,
    "MAINTAINER": settings.maintainer,
    "ONBUILD": steps.onbuild,
    "RUN": steps.run,
    "SHELL": settings.shell,
    "STOPSIGNAL": settings.stopsignal,
    "USER": settings.user,
    "VOLUME": settings.volume,
    "WORKDIR": settings.workdir,
}


def typed(clause: Clause) -> Instruction:
    """Return the instruction.

    Raises InstructionError, FlagError, MountError, ArgumentError or ExpansionError where BuildKit refuses it.
    """
    build = _BUILDERS.get(clause.keyword)
    if build is None:
        raise _unknown(clause.written)
    return build(clause)


def _unknown(keyword: str) -> InstructionError:
    from difflib import get_close_matches

    near = get_close_matches(keyword.upper(), _BUILDERS, 1)
    return InstructionError(f"unknown instruction: {keyword}", f"did you mean {near[0]}?" if near else "")
