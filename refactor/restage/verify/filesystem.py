"""The files of an image, read from the tar stream of its export; nothing of it is written to disk."""

from __future__ import annotations

import hashlib
import posixpath
import subprocess
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from restage.verify.elf import MAGIC, Elf, read_elf
from restage.verify.engines import LABEL, Engine, EngineTrouble, environment, fresh_name, remove, stop, tell

LARGEST_TEXT = 1_000_000
"""Bytes of a file whose text is kept for a second look."""
LARGEST_ELF = 600_000_000

_KEPT_TEXTS = (
    "/etc/passwd",
    "/etc/group",
    "/etc/ld.so.conf",
    "/etc/ld.so.cache",
    "/var/lib/dpkg/status",
    "/lib/apk/db/installed",
    "/usr/lib/apk/db/installed",
)
_OF_THE_ENGINE = frozenset(
    "/.dockerenv /etc/hosts /etc/hostname /etc/resolv.conf /etc/mtab /run/.containerenv /dev/console".split()
)


class Kind(StrEnum):
    """What a path is."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "device or pipe"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of an image."""

    kind: Kind
    mode: int
    owner: tuple[int, int]
    size: int
    target: str
    """Of a link: where to, as written."""
    digest: bytes
    """Of a file: what tells its content from another."""
    capability: str
    """The file capability, as the raw attribute."""


@dataclass(frozen=True)
class FileSystem:
    """All paths of an image, absolute and without links on the way."""

    entries: Mapping[str, Entry]
    elves: Mapping[str, Elf]
    texts: Mapping[str, bytes]
    """Contents of scripts, and of the files that describe the system."""
    compressed: int
    """Bytes of all files, compressed as a registry would: reckoned from an eighth of them."""

    def resolve(self, path: str) -> str | None:
        """Where a path leads to, through links; None if nowhere."""
        left = [part for part in path.split("/") if part]
        left.reverse()
        place, hops = "/", 0
        while left:
            part = left.pop()
            if part in (".", ".."):
                place = posixpath.dirname(place) if part == ".." else place
                continue
            here = posixpath.join(place, part)
            entry = self.entries.get(here)
            if entry is None:
                return None
            if entry.kind is not Kind.LINK:
                place = here
                continue
            hops += 1
            if hops > 40:
                return None
            place = "/" if entry.target.startswith("/") else place
            left += [step for step in reversed(entry.target.split("/")) if step]
        return place

    def text(self, path: str) -> str:
        """The text of a kept file, through links; empty if there is none."""
        place = self.resolve(path)
        return self.texts.get(place or "", b"").decode("utf-8", "replace")


EMPTY = FileSystem({}, {}, {}, 0)
"""The files of `FROM scratch`."""


class Memory:
    """What was read already: images share most of their files, and verifications their bases."""

    def __init__(self) -> None:
        self._known: dict[bytes, Elf | None] = {}
        self.images: dict[str, FileSystem] = {}
        """Files of the original and of its base, by the id that the engine gives them."""

    def elf(self, digest: bytes, content: bytes) -> Elf | None:
        """What the loader reads of a file."""
        if digest not in self._known:
            self._known[digest] = read_elf(content)
        return self._known[digest]


def export(engine: Engine, image: str, memory: Memory) -> FileSystem:
    """Reads all files of an image; a container is made for it, which never runs.

    Raises:
        EngineTrouble: the engine does not export it.
    """
    name = fresh_name()
    made = tell(engine, "create", "--name", name, "--label", LABEL, "--pull=never", image, "restage")
    if made.code:
        raise EngineTrouble(f"no container of {image}: {' '.join(made.lines)[:300]}")
    try:
        return _streamed(engine, name, memory)
    finally:
        remove(engine, name)


def _streamed(engine: Engine, name: str, memory: Memory) -> FileSystem:
    process = subprocess.Popen(
        (engine.program, "export", name),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        found = read_tar(process.stdout, memory)
        process.stdout.read()
        if process.wait():
            raise EngineTrouble("the export of the files broke off")
        return found
    except tarfile.TarError as error:
        raise EngineTrouble(f"the export of the files can't be read: {error}") from None
    finally:
        if process.poll() is None:
            stop(process)


def read_tar(stream: IO[bytes], memory: Memory) -> FileSystem:
    """Reads a tar stream.

    Raises:
        tarfile.TarError: it is none.
    """
    entries: dict[str, Entry] = {}
    elves: dict[str, Elf] = {}
    texts: dict[str, bytes] = {}
    scale = _Scale()
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            path = posixpath.normpath("/" + member.name)
            if path in _OF_THE_ENGINE or path == "/":
                continue
            if member.islnk():
                _same_file(path, posixpath.normpath("/" + member.linkname), entries, elves, texts)
                continue
            content = _content(archive, member)
            scale.put(content)
            entries[path] = entry = _entry(member, content)
            if content.startswith(MAGIC) and (elf := memory.elf(entry.digest, content)):
                elves[path] = elf
            elif (
                len(content) < LARGEST_TEXT and (content.startswith(b"#!") or _is_kept(path))
            ) or path in _KEPT_TEXTS:
                texts[path] = content
    return FileSystem(entries, elves, texts, scale.compressed)


class _Scale:
    """Reckons how small files become: one block of eight is compressed, as compressing takes longer than reading."""

    _BLOCK = 1 << 17

    def __init__(self) -> None:
        self._seen = self._tried = self._packed = 0

    def put(self, content: bytes) -> None:
        """One more file."""
        first = -(self._seen // self._BLOCK) % 8 * self._BLOCK
        for at in range(first, len(content), 8 * self._BLOCK):
            block = content[at : at + self._BLOCK]
            self._tried += len(block)
            self._packed += len(zlib.compress(block, 1))
        self._seen += len(content)

    @property
    def compressed(self) -> int:
        """Bytes of all files, compressed."""
        return self._seen * self._packed // self._tried if self._tried else 0


def _is_kept(path: str) -> bool:
    return path in _KEPT_TEXTS or (
        path.startswith(("/etc/ld.so.conf.d/", "/var/lib/dpkg/info/")) and path.endswith((".conf", ".list"))
    )


def _same_file(
    path: str, other: str, entries: dict[str, Entry], elves: dict[str, Elf], texts: dict[str, bytes]
) -> None:
    """A further name of a file that came before."""
    if other in entries:
        entries[path] = entries[other]
    if other in elves:
        elves[path] = elves[other]
    if other in texts:
        texts[path] = texts[other]


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.isreg() else None
    return file.read(LARGEST_ELF) if file else b""


def _entry(member: tarfile.TarInfo, content: bytes) -> Entry:
    kinds = {member.isreg(): Kind.FILE, member.isdir(): Kind.DIRECTORY, member.issym(): Kind.LINK}
    kind = kinds.get(True, Kind.OTHER)
    return Entry(
        kind,
        member.mode & 0o7777 if kind is not Kind.LINK else 0,
        (member.uid, member.gid),
        member.size,
        member.linkname if kind is Kind.LINK else "",
        hashlib.blake2b(content, digest_size=16).digest() if kind is Kind.FILE else b"",
        member.pax_headers.get("SCHILY.xattr.security.capability", ""),
    )
