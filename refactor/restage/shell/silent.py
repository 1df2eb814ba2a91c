"""Substitutions that come to nothing, since all that their commands say goes into files."""

from __future__ import annotations

from restage.shell.script import SimpleCommand, parse

_TO_FILES = frozenset({">", ">>", ">|", "&>", "&>>"})


def says_nothing(word: str) -> bool:
    """Whether a word is one substitution that leaves nothing to its place: `$(printenv | sed s/a/b/ >> /etc/profile)`."""
    if not (word.startswith("$(") and word.endswith(")")):
        return False
    script = parse(word[2:-1])
    said = [command for statement in script.statements for command in statement.commands if command.words]
    return script.opaque is None and all(command.pipe_to or _goes_to_file(command) for command in said)


def _goes_to_file(command: SimpleCommand) -> bool:
    return any(r.operator in _TO_FILES and r.fd in (None, 1) for r in command.redirects)
