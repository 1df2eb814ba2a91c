"""What an earlier run left in the engine because it was killed, or the engine was: it goes when the next run begins."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from restage.verify.engines import HOST, Engine, remove, tell
from restage.verify.images import forget

_NAME = re.compile(r"(?:localhost/)?restage-(\d+)-([0-9a-f]{6})[0-9a-f]{6}(?::[\w.-]+|\.\w+)?")


def clear_abandoned(engine: Engine) -> None:
    """Removes containers, networks, image names and temporary files of runs on this machine whose process has ended."""
    containers = _names(engine, "ps", "--all", "--format", "{{.Names}}")
    for name in _abandoned(containers):
        remove(engine, name)
    for name in _abandoned(_names(engine, "network", "ls", "--format", "{{.Name}}")):
        tell(engine, "network", "rm", name)
    for folder in Path(tempfile.gettempdir()).glob("restage-*"):
        if [*_abandoned((folder.name,))]:
            shutil.rmtree(folder, ignore_errors=True)
    forget(engine, [*_abandoned(_names(engine, "images", "--format", "{{.Repository}}:{{.Tag}}"))])


def _names(engine: Engine, *words: str) -> tuple[str, ...]:
    return tuple(tell(engine, *words).output.split())


def _abandoned(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        found = _NAME.fullmatch(name)
        if found and found[2] == HOST and not _lives(int(found[1])):
            yield name


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
