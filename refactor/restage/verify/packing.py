"""How small files become in a registry: reckoned from one block of sixteen, as compressing takes longer than reading."""

from __future__ import annotations

import zlib
from typing import NamedTuple

_BLOCK = 1 << 15
_ONE_OF = 16


class Packed(NamedTuple):
    """Bytes that were compressed, and what became of them."""

    tried: int
    packed: int

    def __add__(self, other: object) -> Packed:
        """Both together."""
        if not isinstance(other, Packed):
            return NotImplemented
        return Packed(self.tried + other.tried, self.packed + other.packed)

    def of(self, size: int) -> int:
        """What so many bytes of this kind become; as they are, if too few were tried to tell."""
        return size * self.packed // self.tried if self.tried else size


def packed(content: bytes, first: int) -> Packed:
    """Compresses some blocks of a file; `first` is any number that belongs to its content: which blocks it is."""
    tried = small = 0
    for at in range(first % _ONE_OF * _BLOCK, len(content), _ONE_OF * _BLOCK):
        block = content[at : at + _BLOCK]
        tried += len(block)
        small += len(zlib.compress(block, 1))
    return Packed(tried, small)
