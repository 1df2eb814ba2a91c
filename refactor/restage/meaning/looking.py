"""Commands that only look, print or set the shell: they leave the image as it is."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.region import Region
from restage.api.state import State

_HARMLESS = frozenset(
    """
    : true false test [ [[ echo printf exit return set unset shopt ulimit umask trap wait read local
    declare readonly shift alias which type command hash pwd ls ll stat file du df env printenv date
    id whoami groups uname arch nproc hostname getconf lsb_release sleep cat head tail wc sort uniq
    cut tr grep egrep fgrep awk gawk mawk diff cmp sha1sum sha256sum sha512sum md5sum shasum
    basename dirname realpath readlink expr seq yes tty sync ps free ldd strings nm jq xxd od rev
    tac less more column break continue ldconfig.real time envsubst base64 iconv getent
    paste fold cksum comm join mktemp pidof kill pkill clear tput logger
    """.split()
)
_LOOKING = frozenset(
    """
    [ [[ test cat head tail wc sort uniq cut grep egrep fgrep awk gawk mawk diff cmp sha1sum sha256sum sha512sum
    md5sum shasum ls stat file du realpath readlink strings nm jq xxd od rev base64 iconv paste comm join cksum envsubst
    """.split()
)
"""Those of them that look at files that their words name."""


def is_harmless(name: str) -> bool:
    """Whether a command of this name only looks, prints or sets the shell."""
    return name in _HARMLESS


def looking(command: Command, state: State) -> Effect:
    """The effect of such a command: it reads the files that its words name."""
    if command.name not in _LOOKING:
        return NOTHING
    return Effect(reads=_existing(command.arguments, state), repeatable=True)


def _existing(arguments: tuple[str, ...], state: State) -> tuple[Region, ...]:
    return tuple(
        state.path(text)
        for text in arguments
        if not text.startswith("-")
        and len(text) < 200
        and "\n" not in text
        and ("/" in text or "." in text or state.tree.is_directory(state.path(text).path))
    )
