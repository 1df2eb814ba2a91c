"""Names of programs inside strings: shell texts that a program hands on, and names worth looking for."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROGRAM = re.compile(r"[\w./+-]+$")
_SEPARATORS = re.compile(r"&&|\|\||[;|&\n(){}`]")
_SKIPPED = frozenset("if then else elif do while until in time exec command sudo nohup ! { }".split())
"""Words in front of a command."""
_BUILTINS = frozenset(
    "fi for done case esac function echo cd export exit true false test [ [[ set unset read return shift eval "
    "source . : printf wait trap ulimit umask local pwd kill".split()
)

COMMON_PROGRAMS = frozenset(
    """
    git git-lfs hg svn bzr ssh scp sftp ssh-keygen ssh-keyscan ssh-agent ssh-add curl wget make gcc g++ pkg-config
    python3 python perl node npm ps pgrep pkill pidof uptime vmstat sysctl gpg gpg2 gpg-agent openssl unzip zip tar gofmt
    ffmpeg ffprobe docker kubectl helm terraform psql pg_dump pg_restore mysqldump sqlite3 convert magick pandoc pdftotext
    tesseract chromium wkhtmltopdf dot yt-dlp youtube-dl
    """.split()
)
"""Names that are looked for among the strings of sources which compute what they call."""


def is_program(text: str) -> bool:
    """Whether the text can be the name or the path of a program."""
    return _PROGRAM.match(text) is not None


def programs_in(text: str) -> Iterator[str]:
    """The programs that a shell text calls: the first word of each of its commands."""
    for part in _SEPARATORS.split(text):
        for word in part.replace("$", " $").split():
            if word in _SKIPPED or word.startswith("-") or "=" in word:
                continue
            if word not in _BUILTINS and _PROGRAM.match(word) and not word[0].isdigit():
                yield word
            break
