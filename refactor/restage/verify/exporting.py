"""All files of an image, read from the tar stream of its export; nothing of it is written to disk."""

from __future__ import annotations

import hashlib
import posixpath
import subprocess
import tarfile
from typing import IO

from restage.verify.elf import MAGIC, Elf, read_elf
from restage.verify.engines import LABEL, Engine, EngineTrouble, environment, fresh_name, remove, stop, tell
from restage.verify.filesystem import Entry, FileSystem, Kind
from restage.verify.forward import Forward
from restage.verify.packing import Packed, packed

LARGEST_TEXT = 1_000_000
"""Bytes of a file whose text is kept for a second look."""
LARGEST_ELF = 600_000_000

_KEPT_TEXTS = (
    "/etc/passwd",
    "/etc/group",
    "/etc/ld.so.conf",
    "/etc/ld.so.cache",
    "/var/lib/dpkg/status",
    "/var/lib/apt/extended_states",
    "/lib/apk/db/installed",
    "/usr/lib/apk/db/installed",
)
_OF_THE_ENGINE = frozenset(
    "/.dockerenv /etc/hosts /etc/hostname /etc/resolv.conf /etc/mtab /run/.containerenv /dev/console".split()
)


class Memory:
    """What was read already: images share most of their files, and verifications their bases."""

    def __init__(self) -> None:
        self._elves: dict[bytes, Elf | None] = {}
        self._packed: dict[bytes, Packed] = {}
        self.bases: dict[tuple[object, ...], FileSystem] = {}
        """Files of base images, by what was built of nothing but their FROM."""
        self.images: dict[str, FileSystem] = {}
        """The same, by the id that the engine gives them: several names may stand for one image."""
        self.original: tuple[str, FileSystem] | None = None
        """The original that was read last, and its id: the turns of one file share it."""

    def elf(self, digest: bytes, content: bytes) -> Elf | None:
        """What the loader reads of a file."""
        if digest not in self._elves:
            self._elves[digest] = read_elf(content)
        return self._elves[digest]

    def packed(self, digest: bytes, content: bytes) -> Packed:
        """How small a file becomes."""
        if known := self._packed.get(digest):
            return known
        found = packed(content, digest[0])
        if found.tried:
            self._packed[digest] = found
        return found


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
        pipesize=1 << 20,
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
    reading = _Reading(memory)
    forward = Forward(stream)
    with tarfile.open(fileobj=forward, mode="r:") as archive:
        for member in archive:
            path = posixpath.normpath("/" + member.name)
            if path in _OF_THE_ENGINE or path == "/":
                continue
            if member.islnk():
                reading.same(path, posixpath.normpath("/" + member.linkname))
            elif member.isreg():
                forward.seek(member.offset_data)
                reading.file(path, member, forward.read(min(member.size, LARGEST_ELF)))
            else:
                reading.entries[path] = _entry(member, b"")
    return reading.found()


class _Reading:
    """What was read of one stream so far."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.entries: dict[str, Entry] = {}
        self.elves: dict[str, Elf] = {}
        self.texts: dict[str, bytes] = {}
        self.sizes = Packed(0, 0)
        self.size = 0

    def file(self, path: str, member: tarfile.TarInfo, content: bytes) -> None:
        """One file."""
        digest = hashlib.blake2b(content, digest_size=16).digest()
        self.entries[path] = _entry(member, digest)
        self.size += len(content)
        self.sizes += self.memory.packed(digest, content)
        if content.startswith(MAGIC) and (elf := self.memory.elf(digest, content)):
            self.elves[path] = elf
        elif path in _KEPT_TEXTS or (
            len(content) < LARGEST_TEXT and (content.startswith(b"#!") or _is_kept(path))
        ):
            self.texts[path] = content

    def same(self, path: str, other: str) -> None:
        """A further name of a file that came before."""
        if other in self.entries:
            self.entries[path] = self.entries[other]
        if other in self.elves:
            self.elves[path] = self.elves[other]
        if other in self.texts:
            self.texts[path] = self.texts[other]

    def found(self) -> FileSystem:
        """All of it."""
        return FileSystem(self.entries, self.elves, self.texts, self.sizes.of(self.size))


def _is_kept(path: str) -> bool:
    return path.startswith(("/etc/ld.so.conf.d/", "/var/lib/dpkg/info/")) and path.endswith(
        (".conf", ".list")
    )


_KINDS = {tarfile.DIRTYPE: Kind.DIRECTORY, tarfile.SYMTYPE: Kind.LINK}


def _entry(member: tarfile.TarInfo, digest: bytes) -> Entry:
    kind = Kind.FILE if member.isreg() else _KINDS.get(member.type, Kind.OTHER)
    return Entry(
        kind,
        member.mode & 0o7777 if kind is not Kind.LINK else 0,
        (member.uid, member.gid),
        member.size,
        member.linkname if kind is Kind.LINK else "",
        digest,
        member.pax_headers.get("SCHILY.xattr.security.capability", ""),
    )
