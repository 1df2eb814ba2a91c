"""strace goes into a container for the time of a trial, with its own loader and libraries: any image stands that."""

from __future__ import annotations

import io
import os
import posixpath
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from restage.record import Record
from restage.verify.elf import read_elf
from restage.verify.seen_files import Trace

PLACE = "/.restage"
"""Where it lies in the container, with its traces."""
_FILE = f"{PLACE}/trace"
_CALLS = "trace=?open,?openat,?openat2,?execve"
_OPENED = re.compile(r" = \d+<(/[^<>]*)>$")
_STARTED = re.compile(r'execve\("((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(rb'\\([0-7]{1,3}|[\\"nrtvf])')
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"f": b"\f"}


class Bundle(Record):
    """strace as it goes into a container: a tar archive, and the words in front of a command that it follows."""

    archive: bytes
    words: tuple[str, ...]

    def command(self, words: Iterable[str], name: str) -> tuple[str, ...]:
        """The command, followed; what it does is added to the trace of that name."""
        options = ("-f", "-A", "-y", "-z", "-qq", "-e", _CALLS, "-e", "signal=none")
        return (*self.words, *options, "-o", f"{_FILE}.{name}", "--", *words)


@cache
def strace() -> Bundle | None:
    """This machine's strace; None where there is none."""
    program = shutil.which("strace")
    if program is None:
        return None
    libraries = _libraries(program)
    elf = read_elf(Path(program).read_bytes())
    loader = elf.interpreter if elf else ""
    names = {path: posixpath.basename(path) for path in (program, *libraries, *([loader] if loader else []))}
    by_loader = (f"{PLACE}/{names[loader]}", "--library-path", PLACE) if loader else ()
    return Bundle(_archive(names), (*by_loader, f"{PLACE}/{names[program]}"))


def _libraries(program: str) -> list[str]:
    """What ld.so(8) would load for it."""
    asked = {**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}
    said = subprocess.run([program], env=asked, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return re.findall(r"=> (/\S+) \(0x", said.stdout)


def _archive(names: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        folder = tarfile.TarInfo(PLACE.lstrip("/"))
        folder.type, folder.mode = (
            tarfile.DIRTYPE,
            0o1777,
        )  # whoever the container runs as writes its trace there
        archive.addfile(folder)
        for path, name in names.items():
            content = Path(path).read_bytes()
            entry = tarfile.TarInfo(f"{folder.name}/{name}")
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def read_traces(archive: bytes, directory: str) -> Trace | None:
    """What the traces in a directory that was taken out of a container tell; None: nothing was followed."""
    found = Trace()
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as members:
        for member in members:
            name = posixpath.basename(member.name)
            file = members.extractfile(member) if name.startswith("trace.") else None
            if file is not None:
                found |= read_trace(file.read().decode("utf-8", "surrogateescape"), directory)
    return found if found.started else None


def read_trace(text: str, directory: str) -> Trace:
    """What one trace tells; paths that are not absolute begin in `directory`."""
    opened: set[str] = set()
    started: set[str] = set()
    for line in text.splitlines():
        call = _STARTED.search(line)
        if call and line.endswith(" = 0"):
            started.add(posixpath.normpath(posixpath.join(directory, _plain(call[1]))))
        elif "open" in line and (file := _OPENED.search(line)):
            opened.add(_plain(file[1]))
    return Trace(frozenset(opened), frozenset(started))


def _plain(text: str) -> str:
    """A path as strace writes it, without its escapes."""

    def byte(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return bytes([int(escaped, 8) & 255]) if escaped[:1].isdigit() else _LETTERS.get(escaped, escaped)

    return _ESCAPED.sub(byte, text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
