"""Programs that hand over to the command in their arguments: as another user, or after something of their own."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.command import Command
from restage.api.state import State
from restage.meaning.files import file_effect
from restage.meaning.users import user_effect
from restage.record import replace
from restage.shell.commands import Inline, basename, options

_SU_VALUED = frozenset(
    "-c --command -s --shell -g --group -G --supp-group -w --whitelist-environment -u --user".split()
)
_ABOUT_PROGRAMS = frozenset(
    "cat find getent grep id kill killall nginx pgrep pidof pkill ps service tail tee type which".split()
)
"""Programs that take words which are names of others, and start none of these."""


def as_user(words: tuple[str, ...]) -> Inline | None:
    """The shell text that `su USER -c TEXT` and `runuser USER -c TEXT` run; None for anything else."""
    if not words or basename(words[0]) not in ("su", "runuser"):
        return None
    parsed = options(words[1:], _SU_VALUED)
    text = parsed.value("-c", "--command")
    return None if text is None else Inline(text, (basename(words[0]),))


def on_signal(words: tuple[str, ...]) -> Inline | None:
    """The shell text of `trap TEXT SIGNAL …`; None for anything else, and for a function that the script has itself."""
    if words[:1] != ("trap",) or len(words) < 3 or words[1].startswith("-") or " " not in words[1].strip():
        return None
    return Inline(words[1])


def handed_over(command: Command, state: State) -> Iterator[Command]:
    """What an unknown program may run: each part of its line that begins with a word which is no option.

    `setpriv --reuid=app node server.js`, `dockerize -wait tcp://db:5432 npm start`, `runuser -u app -- ./start.sh`.
    """
    if command.name in _ABOUT_PROGRAMS or file_effect(command, state) or user_effect(command, state):
        return
    for number in range(1, len(command.words)):
        word = command.words[number]
        if word and not word.startswith("-") and "=" not in word and command.is_known(number):
            yield replace(command, words=command.words[number:], known=command.known[number:])
