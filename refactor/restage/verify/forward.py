"""A stream that is only read onwards, as something in which tarfile can seek: what it skips is never copied out."""

from __future__ import annotations

import io
from typing import IO

_PIECE = 1 << 20


class Forward(io.RawIOBase):
    """Reads and skips; there is no way back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._at = stream, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """Onwards, at least."""
        return True

    def tell(self) -> int:
        """How many bytes were read or skipped."""
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; fewer only at the end."""
        found = self._stream.read(size)
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Skips to a place that is still to come.

        Raises:
            io.UnsupportedOperation: it lies behind.
        """
        if whence != io.SEEK_SET or offset < self._at:
            raise io.UnsupportedOperation("no way back in a stream")
        while self._at < offset and (piece := self._stream.read(min(_PIECE, offset - self._at))):
            self._at += len(piece)
        return self._at
