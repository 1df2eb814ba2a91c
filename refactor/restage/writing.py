"""Where bytes go: a file is replaced whole or not at all, with its mode and owner; a report is written as it comes."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the content of a file; a link stays a link, and its target gets the content.

    Raises:
        OSError: it can't be written; the file is then as it was.
    """
    target = path.resolve(strict=True)
    status = target.stat()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".restage")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(status.st_mode))
        with contextlib.suppress(PermissionError):
            os.chown(name, status.st_uid, status.st_gid)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def appender(path: Path) -> Callable[[str], None]:
    """Begins a file anew and gives what appends text to it.

    Raises:
        OSError: the file can't be written.
    """
    path.write_bytes(b"")

    def append(text: str) -> None:
        with path.open("ab") as file:
            file.write(text.encode("utf-8", "surrogateescape"))

    return append
