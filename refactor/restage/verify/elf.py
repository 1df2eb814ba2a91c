"""What the loader would read of an ELF file, and of its cache."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from restage.record import Record

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

MAGIC = b"\x7fELF"


_NAMES = {"DT_NEEDED": "needed", "DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}


class Elf(Record):
    """The dynamic part of one ELF file."""

    machine: str
    """Architecture and word size: a library of another is passed over."""
    interpreter: str
    """The loader that the file asks for; empty where it asks for none."""
    needed: tuple[str, ...]
    runpath: tuple[str, ...]
    """Where it looks before the system's places; `$ORIGIN` is not expanded."""
    versions: tuple[tuple[str, str], ...]
    """(library, version of symbols) that it needs."""
    provides: frozenset[str]
    """Versions of symbols that it defines."""


def read_elf(content: bytes) -> Elf | None:
    """The dynamic part of a file; None where it is none that a loader takes."""
    from elftools.common.exceptions import ELFError, ELFParseError
    from elftools.construct import ConstructError
    from elftools.elf.elffile import ELFFile

    try:
        return _read(ELFFile(BytesIO(content)))
    except (
        ELFError,
        ELFParseError,
        ConstructError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
    ):
        return None
    except (UnicodeDecodeError, struct.error, AssertionError, TypeError):
        return None


def _read(file: ELFFile) -> Elf:
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection

    interpreter, tags = "", dict[str, list[str]]()
    versions: list[tuple[str, str]] = []
    provides: set[str] = set()
    for section in file.iter_sections():  # segments say the same, and take as long again
        if isinstance(section, DynamicSection):
            for tag in section.iter_tags():
                if name := _NAMES.get(tag.entry.d_tag):
                    tags.setdefault(name, []).append(str(getattr(tag, name)))
        elif isinstance(section, GNUVerNeedSection):
            versions += [
                (need.name or "", one.name) for need, all_ in section.iter_versions() for one in all_
            ]
        elif isinstance(section, GNUVerDefSection):
            provides |= {one.name for _, all_ in section.iter_versions() for one in all_}
        elif section.name == ".interp":
            interpreter = section.data().rstrip(b"\0").decode("utf-8", "surrogateescape")
    where = (tags.get("runpath") or tags.get("rpath") or [""])[-1]
    return Elf(
        machine=f"{file.get_machine_arch()}-{file.elfclass}",
        interpreter=interpreter,
        needed=tuple(tags.get("needed", ())),
        runpath=tuple(place for place in where.split(":") if place),
        versions=tuple(versions),
        provides=frozenset(provides),
    )


_CACHE_MAGIC = b"glibc-ld.so.cache1.1"
_ENTRY = struct.Struct("=iIIIQ")


def cached_libraries(content: bytes) -> Iterator[tuple[str, str]]:
    """(soname, path) of each entry of an /etc/ld.so.cache, in the format that glibc has written since 2.2."""
    start = content.find(_CACHE_MAGIC)
    if start < 0 or len(content) < start + 48:
        return
    (count,) = struct.unpack_from("=I", content, start + len(_CACHE_MAGIC))
    for number in range(min(count, len(content) // _ENTRY.size)):
        place = start + 48 + number * _ENTRY.size
        if place + _ENTRY.size > len(content):
            return
        _, key, value, _, _ = _ENTRY.unpack_from(content, place)
        yield _text(content, start + key), _text(content, start + value)


def _text(content: bytes, offset: int) -> str:
    return content[offset : content.find(b"\0", offset)].decode("utf-8", "surrogateescape")
