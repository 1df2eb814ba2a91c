"""What a build takes from its context."""

from __future__ import annotations

from collections.abc import Iterator

from restage.build.bases import base_of
from restage.build.scope import scopes
from restage.build.stages import Build, Stage, expand_known
from restage.dockerfile.instructions import Add, Copy


def context_sources(build: Build) -> tuple[str, ...]:
    """Sources of COPY and ADD that come from the build context, variables expanded.

    Raises:
        ExpansionError: BuildKit refuses a word.
    """
    return tuple(source for stage in build.stages for source in _of_stage(build, stage))


def _of_stage(build: Build, stage: Stage) -> Iterator[str]:
    escape = build.document.escape
    for step, scope in zip(stage.steps, scopes(build, stage, base_of(stage)), strict=False):
        if not isinstance(step, Copy | Add) or (isinstance(step, Copy) and step.from_):
            continue
        for source in step.sources:
            text = expand_known(source, scope.variables_in(source, escape), escape)
            if text is not None and "://" not in text and not text.startswith("git@"):
                yield text
