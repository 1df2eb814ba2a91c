"""Files whose names an ARG decides: a build that gives it another value reads others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from restage.meaning.walk import Step

_NAME = re.compile(r"\$\{?([A-Za-z_]\w*)")


def named_by_argument(copy: Step, run: Step, paths: Iterable[str]) -> bool:
    """Whether the value of an ARG that the RUN mentions is part of the name of a file in what is copied."""
    scope = run.scope
    told = {value for value in scope.arguments.values() if value}
    values = [scope.variables.get(name) for name in _NAME.findall(run.instruction.text)]
    parts = [value.strip("./") for value in values if value and value in told]
    names = [_within(copy, path) for path in paths]
    return any(part and part in name for part in parts for name in names)


def _within(copy: Step, path: str) -> str:
    """A path relative to the directory that the COPY fills."""
    around = [placed.target.path for placed in copy.placed if path.startswith(f"{placed.target.path}/")]
    return posixpath.relpath(path, around[0]) if around else posixpath.basename(path)
