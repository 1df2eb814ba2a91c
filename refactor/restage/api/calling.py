"""What it takes to call a program, besides the program: one that talks to servers leans on what came with the base."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api.need import Need, PackageNeed, ProgramNeed

_NETWORK = frozenset(
    "git hg svn curl wget python python2 python3 yt-dlp youtube-dl aria2c openssl pip pip3 ruby".split()
)
_WITH_SERVERS = re.compile(
    r"\b(?:clone|clone_from|pull|fetch|push|ls-remote|submodule|submodule_update|GIT_SSH\w*)\b", re.I
)
_BY_HTTPS = re.compile(r"https?://")
_NEAR = re.compile(r"\bhttp://|\blocalhost\b|\b127\.0\.0\.1\b|\[::1\]|\b0\.0\.0\.0\b")


def called(program: str, why: str) -> Iterator[Need]:
    """What calling a program needs: the program, and for one that talks to servers the certificates.

    By their package: OpenSSL, and with it Python and Ruby, looks for a file for each certificate and not for the bundle.
    """
    yield ProgramNeed(program, why)
    if program.rpartition("/")[2] in _NETWORK:
        yield PackageNeed("ca-certificates", "ca-certificates", f"{program} reaches servers with them; {why}")


def called_in(text: str, program: str, why: str) -> Iterator[Need]:
    """The same for a program that is called in this source: git may reach servers by ssh, unless all are named by HTTPS."""
    yield from called(program, why)
    if program.rpartition("/")[2] == "git" and _WITH_SERVERS.search(text) and not _BY_HTTPS.search(text):
        yield ProgramNeed("ssh", f"git may reach servers by it; {why}")


def called_by_shell(words: tuple[str, ...], why: str) -> Iterator[Need]:
    """What one command of a shell needs, as its words say: `curl http://localhost/health` takes no certificates."""
    text, program = " ".join(words), words[0].rpartition("/")[2]
    speaks = program in ("curl", "wget") and ("https://" in text or not _NEAR.search(text))
    if speaks or (program == "git" and _WITH_SERVERS.search(text)):
        yield from called_in(text, words[0], why)
    else:
        yield ProgramNeed(words[0], why)
