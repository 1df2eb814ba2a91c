"""The files of an image are read from a tar stream."""

from __future__ import annotations

import io
import tarfile

from filesystems import MEMORY, files
from restage.verify.exporting import read_tar
from restage.verify.filesystem import Kind


def test_a_tar_stream_is_a_file_system() -> None:
    found = files(
        {"/usr/bin": None, "/usr/bin/tool": "#!/bin/sh\n", "/bin": "-> usr/bin", "/tool": "-> bin/tool"}
    )
    assert found.resolve("/tool") == "/usr/bin/tool"
    assert found.resolve("/bin/../bin/tool") == "/usr/bin/tool"
    assert found.resolve("/bin/none") is None
    assert found.entries["/bin"].kind is Kind.LINK
    assert found.text("/tool") == "#!/bin/sh\n"


def test_links_in_a_ring_lead_nowhere() -> None:
    assert files({"/a": "-> b", "/b": "-> a"}).resolve("/a") is None


def test_hard_links_are_one_file() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("one")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
        other = tarfile.TarInfo("two")
        other.type, other.linkname = tarfile.LNKTYPE, "one"
        archive.addfile(other)
    stream.seek(0)
    found = read_tar(stream, MEMORY)
    assert found.entries["/one"] == found.entries["/two"]
