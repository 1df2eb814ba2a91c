"""The builds of a file that others in the repository ask for with build arguments of their own."""

from __future__ import annotations

from collections.abc import Iterable

from restage.build.stages import Build, expand_known, read_build
from restage.dockerfile.instructions import Arg
from restage.planning.arrangement import Refusal
from restage.project.consumer import Consumer
from restage.record import Record


class OtherBuild(Record):
    """The file as it is built with other values than its own."""

    build: Build
    refusal: Refusal
    """What is said where the plan for the file's own values is not the one for these."""


_MOST_BUILDS = 100
_HELP = "let all builds use the default, or give each its own Dockerfile"


def other_builds(build: Build, uses: tuple[Consumer, ...]) -> tuple[OtherBuild, ...] | Refusal:
    """One build for each set of values that differ from the defaults, in the order of the uses; refused are too many.

    A value that only running tells (`${VERSION}`, `${{ matrix.node }}`) is one that isn't known. What is given to a name
    that no ARG declares, BuildKit ignores.
    """
    defaults = _defaults(build)
    found: dict[tuple[tuple[str, str | None], ...], Consumer] = {}
    for use in uses:
        given = ((name, _value(text)) for name, text in use.build_args if name in defaults)
        differing = sorted((name, value) for name, value in given if _differs(value, defaults[name]))
        if differing:
            found.setdefault(tuple(differing), use)
    if len(found) > _MOST_BUILDS:
        why = f"the repository builds it with more than {_MOST_BUILDS} sets of build arguments"
        return Refusal("other-build-arguments", build.instructions[0].line, why, _HELP)
    return tuple(_built(build, dict(given), use) for given, use in found.items())


def _defaults(build: Build) -> dict[str, set[str | None]]:
    """Every value that a name is declared with, by all of its ARGs; None for one without, or one not known."""
    escape, found = build.document.escape, dict[str, set[str | None]]()
    for instruction in build.instructions:
        for name, text in instruction.pairs if isinstance(instruction, Arg) else ():
            own = build.arguments.get(name) if text is None else expand_known(text, build.arguments, escape)
            found.setdefault(name, set()).add(own)
    return found


def _value(text: str | None) -> str | None:
    return None if text is None or "$" in text or "{{" in text else text


def _differs(value: str | None, defaults: Iterable[str | None]) -> bool:
    return any(value != own for own in defaults)


def _built(build: Build, given: dict[str, str | None], use: Consumer) -> OtherBuild:
    named = ", ".join(f"{name}={value}" if value is not None else name for name, value in given.items())
    line = next(
        step.line
        for step in build.instructions
        if isinstance(step, Arg) and any(name in given for name, _ in step.pairs)
    )
    why = f"{use.place} builds it with {named}, for which the rewrite would be another"
    other = read_build(build.document, build.instructions, given)
    return OtherBuild(other, Refusal("other-build-arguments", line, why, _HELP))
