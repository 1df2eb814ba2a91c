"""Which commands of a RUN are Go's, and what they do."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from restage.api import Case, Command, Effect, Region, State
from restage_strategies.go.drivers import as_go
from restage_strategies.go.effects import go_effect
from restage_strategies.go.invocation import read_invocation
from restage_strategies.go.settings import Settings
from restage_strategies.go.tools import sdk_effect, tool_effect

_ELSEWHERE = re.compile(r"-P|--directory-prefix|--output-dir|-\w*O\S+\.|--output-document=")
_OUTPUT = {
    "curl": (re.compile(r"-\w*o|--output"), re.compile(r"-\w*O\w*|--remote-name")),
    "wget": (re.compile(r"-\w*O|--output-document"), None),
}
"""Options of the output file, and of one named as in the address; wget names it so by itself."""
_ARCHIVE = re.compile(r"go(?:lang)?[-_.]?(?:v?\d|\$|linux|\.?tar|\.tgz)")


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a command, or None where it isn't Go's."""
    sdk = sdk_effect(command, state, case)
    if sdk is not None:
        return sdk
    go = as_go(command)
    if go is not None:
        settings = Settings(go, state, case)
        return go_effect(read_invocation(go, settings.get("GOFLAGS")), settings)
    if command.name in ("tar", "bsdtar"):
        return _toolchain(command, state, case)
    if command.name in ("curl", "wget"):
        return _download(command, state)
    return tool_effect(command, state, case)


def _toolchain(command: Command, state: State, case: Case) -> Effect | None:
    """Go's own archive holds one directory, `go`; an archive from a pipe is known by what fetches it."""
    words = command.arguments
    operands = [word for word in words if not word.startswith("-")]
    if not any(_unpacks(word, at) for at, word in enumerate(words)):
        return None
    piped = not any(".t" in word for word in operands)
    named = any(_ARCHIVE.match(posixpath.basename(word)) for word in operands if ".t" in word)
    if not (named or (piped and _fetches_go(case))):
        return None
    target = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-C", "--directory")), ".")
    reads = tuple(state.path(word) for word in operands if ".t" in word)
    return Effect(reads=reads, writes=(_directory(target, state),))


def _download(command: Command, state: State) -> Effect | None:
    """Go's own archive, fetched into a file: it is of no use once it is unpacked."""
    words = command.arguments
    urls = [word for word in words if "://" in word]
    name = posixpath.basename(urls[0]) if len(urls) == 1 else ""
    if not (_ARCHIVE.match(name) and name.endswith(".tar.gz")) or any(
        _ELSEWHERE.match(word) for word in words
    ):
        return None
    told, by_name = _OUTPUT[command.name]
    chosen = next((after for word, after in pairwise(words) if told.fullmatch(word)), None)
    if chosen is None and by_name is not None and not any(by_name.fullmatch(word) for word in words):
        return None
    return None if chosen == "-" else Effect(caches=(state.path(chosen or name),))


def _unpacks(word: str, position: int) -> bool:
    if word in ("--extract", "--get"):
        return True
    bundled = (word.startswith("-") and not word.startswith("--")) or (position == 0 and word.isalpha())
    return bundled and "x" in word and "C" not in word[:-1]


def _directory(target: str, state: State) -> Region:
    return state.path(target, "go")


def _fetches_go(case: Case) -> bool:
    texts = (
        word for command in case.commands if command.name in ("curl", "wget") for word in command.arguments
    )
    return any(
        "golang.org/dl/go" in text or "go.dev/dl/go" in text or "googleapis.com/golang/go" in text
        for text in texts
    )
