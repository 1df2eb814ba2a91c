"""The instructions that set what the image says about itself.

Follows `frontend/dockerfile/instructions/parse.go` of BuildKit, its messages included: users look them up.
"""

import re

from .arguments import json_words, name_values, separated
from .clause import Clause, InstructionError, command
from .forms import ExecForm
from .healthcheck import options
from .nodes import (
    Cmd,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Label,
    Maintainer,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from .spaces import SPACE


def _pairs(clause: Clause) -> tuple[tuple[str, str], ...]:
    pairs = name_values(clause.body, clause.keyword, clause.escape)
    clause.unflagged()
    clause.refuse_empty(pairs)
    if any(not name for name, _, _ in pairs):
        raise InstructionError(f"{clause.keyword} names can not be blank")
    return tuple((name, value) for name, value, _ in pairs)


def env(clause: Clause) -> Env:
    """Return the ENV of a clause. Raises what `typed` raises."""
    return Env(*clause.node, pairs=_pairs(clause))


def label(clause: Clause) -> Label:
    """Return the LABEL of a clause. Raises what `typed` raises."""
    return Label(*clause.node, pairs=_pairs(clause))


def expose(clause: Clause) -> Expose:
    """Return the EXPOSE of a clause. Raises what `typed` raises."""
    ports = separated(clause.body)
    clause.refuse_empty(ports)
    clause.unflagged()
    return Expose(*clause.node, ports=ports)


def volume(clause: Clause) -> Volume:
    """Return the VOLUME of a clause. Raises what `typed` raises."""
    listed = json_words(clause.body)
    words = separated(clause.body) if listed is None else listed
    clause.refuse_empty(words)
    clause.unflagged()
    paths = tuple(word.strip(SPACE) for word in words)
    if not all(paths):
        raise InstructionError("VOLUME specified can not be an empty string")
    return Volume(*clause.node, paths=paths)


def _one(clause: Clause) -> str:
    if not clause.body:
        raise InstructionError(f"{clause.keyword} requires exactly one argument")
    clause.unflagged()
    return clause.body


def user(clause: Clause) -> User:
    """Return the USER of a clause. Raises what `typed` raises."""
    return User(*clause.node, name=_one(clause))


def workdir(clause: Clause) -> Workdir:
    """Return the WORKDIR of a clause. Raises what `typed` raises."""
    return Workdir(*clause.node, path=_one(clause))


def stopsignal(clause: Clause) -> Stopsignal:
    """Return the STOPSIGNAL of a clause. Raises what `typed` raises."""
    return Stopsignal(*clause.node, signal=_one(clause))


def maintainer(clause: Clause) -> Maintainer:
    """Return the MAINTAINER of a clause. Raises what `typed` raises."""
    return Maintainer(*clause.node, name=_one(clause))


def cmd(clause: Clause) -> Cmd:
    """Return the CMD of a clause. Raises what `typed` raises."""
    form = command(clause.body)
    clause.unflagged()
    return Cmd(*clause.node, command=form)


def entrypoint(clause: Clause) -> Entrypoint:
    """Return the ENTRYPOINT of a clause. Raises what `typed` raises."""
    form = command(clause.body)
    clause.unflagged()
    return Entrypoint(*clause.node, command=form)


def shell(clause: Clause) -> Shell:
    """Return the SHELL of a clause. Raises what `typed` raises."""
    words = json_words(clause.body)
    clause.unflagged()
    clause.refuse_empty(clause.body if words is None else words)
    if words is None:
        raise InstructionError("SHELL requires the arguments to be in JSON form", 'such as ["/bin/sh", "-c"]')
    return Shell(*clause.node, words=words)


def healthcheck(clause: Clause) -> Healthcheck:
    """Return the HEALTHCHECK of a clause. Raises what `typed` raises."""
    kind, start = _first_word(clause.body)
    rest = clause.body[start:]
    form = command(rest, start)
    clause.refuse_empty(kind)
    if kind.upper() == "NONE":
        if rest and form != ExecForm(()):
            raise InstructionError("HEALTHCHECK NONE takes no arguments")
        return Healthcheck(*clause.node, command=None, disabled=True, options=())
    flags = clause.flags()
    if kind.upper() != "CMD":
        raise InstructionError(f'Unknown type "{kind.upper()}" in HEALTHCHECK (try CMD)')
    if not rest or form == ExecForm(()):
        raise InstructionError("Missing command after HEALTHCHECK CMD")
    return Healthcheck(*clause.node, command=form, disabled=False, options=options(flags))


def _first_word(body: str) -> tuple[str, int]:
    match = re.match(r"([^\t-\r ]*)[\t-\r ]*", body)
    return (match[1], match.end()) if match else ("", 0)
