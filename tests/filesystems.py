"""File systems of images that nobody built: tar streams made here, for tests that need no engine."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from restage.verify.exporting import Memory, read_tar
from restage.verify.filesystem import FileSystem
from restage.verify.images import ImageConfig
from restage.verify.links import Side

Contents = Mapping[str, str | bytes | None]
MEMORY = Memory()
_CONFIG = ImageConfig(
    environment={"PATH": "/bin"},
    entrypoint=(),
    command=("/start.sh",),
    user="",
    directory="/",
    exposed=frozenset(),
    volumes=frozenset(),
    labels={},
    healthcheck='{"Test": ["CMD-SHELL", "curl -f localhost || exit 1"]}',
    stopsignal="",
    shell=(),
    onbuild=(),
)


def files(of: Contents, **modes: int) -> FileSystem:
    """A file system: text or bytes make a file, `-> target` a link, None a directory; executable if it is a script."""
    stream = io.BytesIO()
    folders = {str(parent): None for path in of for parent in Path(path).parents if str(parent) != "/"}
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in {**dict(sorted(folders.items())), **of}.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            data = content.encode() if isinstance(content, str) else content or b""
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            elif data.startswith(b"-> "):
                member.type, member.linkname, data = tarfile.SYMTYPE, data[3:].decode(), b""
            else:
                member.size, member.mode = len(data), 0o755 if data[:2] == b"#!" else 0o644
            member.mode = modes.get(path, member.mode)
            archive.addfile(member, io.BytesIO(data))
    stream.seek(0)
    return read_tar(stream, MEMORY)


def side(of: Contents) -> Side:
    """An image with these files, see `files`: it starts /start.sh, and its health is checked with curl."""
    return Side(files(of), _CONFIG)
