"""The instructions that make the image: FROM, RUN, COPY, ADD, ARG, and ONBUILD.

Follows `frontend/dockerfile/instructions/parse.go` of BuildKit, its messages included: users look them up.
"""

import re

from .arguments import json_words, quoted_words, separated
from .clause import Clause, InstructionError, command
from .expansion import ExpansionError
from .flags import Flags
from .heredocs import heredoc_word
from .mounts import mount
from .nodes import Add, Arg, Copy, From, Onbuild, Run


def from_(clause: Clause) -> From:
    """Return the FROM of a clause. Raises what `typed` raises."""
    words = separated(clause.body)
    name = None
    if len(words) == 3 and words[1].lower() == "as":
        name = words[2].lower()
        if not re.fullmatch(r"[a-z][a-z0-9-_.]*", name):
            reason = "name can't start with a number or contain symbols"
            raise InstructionError(f'invalid name for build stage: "{words[2]}", {reason}')
    elif len(words) != 1:
        raise InstructionError(
            "FROM requires either one or three arguments", "write FROM image, or FROM image AS name"
        )
    return From(*clause.node, image=words[0], platform=clause.flags().text("platform"), name=name)


def run(clause: Clause) -> Run:
    """Return the RUN of a clause. Raises what `typed` raises."""
    flags = clause.flags()
    form = command(clause.body)
    mounts = tuple(mount(value) for value in flags.list("mount"))
    network, security = flags.text("network"), flags.text("security")
    if flags.texts.get("network", "default") not in ("default", "none", "host"):
        raise InstructionError(f'invalid network mode "{network or ""}"')
    if flags.texts.get("security", "sandbox") not in ("insecure", "sandbox"):
        raise InstructionError(f'security "{security or ""}" is not valid')
    return Run(*clause.node, command=form, mounts=mounts, network=network, security=security)


def _files(clause: Clause) -> tuple[Flags, tuple[str, ...], str]:
    listed = json_words(clause.body)
    words = separated(clause.body) if listed is None else listed
    if len(words) < 2:
        message = f"{clause.keyword} requires at least two arguments, but only one was provided. "
        raise InstructionError(f"{message}Destination could not be determined")
    flags = clause.flags()
    if _is_heredoc(words[-1]):
        raise InstructionError(f"{clause.keyword} cannot accept a heredoc as a destination")
    sources = tuple(word for word in words[:-1] if not _is_heredoc(word))
    if listed is not None and len(sources) < len(listed) - 1:
        raise InstructionError(f"{clause.keyword} has a heredoc in JSON form, where it has no content")
    return flags, sources, words[-1]


def _is_heredoc(word: str) -> bool:
    try:
        return "<<" in word and heredoc_word(word) is not None
    except ExpansionError:
        return False


def copy(clause: Clause) -> Copy:
    """Return the COPY of a clause. Raises what `typed` raises."""
    flags, sources, dest = _files(clause)
    return Copy(
        *clause.node,
        sources=sources,
        dest=dest,
        from_=flags.text("from"),
        chown=flags.text("chown"),
        chmod=flags.text("chmod"),
        link=flags.truth("link") or False,
        parents=flags.truth("parents") or False,
        exclude=flags.list("exclude"),
    )


def add(clause: Clause) -> Add:
    """Return the ADD of a clause. Raises what `typed` raises."""
    flags, sources, dest = _files(clause)
    return Add(
        *clause.node,
        sources=sources,
        dest=dest,
        chown=flags.text("chown"),
        chmod=flags.text("chmod"),
        link=flags.truth("link") or False,
        exclude=flags.list("exclude"),
        checksum=flags.text("checksum"),
        keep_git_dir=flags.truth("keep-git-dir"),
        unpack=flags.truth("unpack"),
    )


def arg(clause: Clause) -> Arg:
    """Return the ARG of a clause. Raises what `typed` raises."""
    words = quoted_words(clause.body, clause.escape)
    clause.refuse_empty(words)
    parts = [word.partition("=") for word in words]
    if any(not name for name, _, _ in parts):
        raise InstructionError("ARG names can not be blank")
    return Arg(*clause.node, pairs=tuple((name, value if sign else None) for name, sign, value in parts))


def onbuild(clause: Clause) -> Onbuild:
    """Return the ONBUILD of a clause. Raises what `typed` raises."""
    clause.refuse_empty(clause.body)
    trigger = separated(clause.body)[0].upper()
    inner = None if trigger in ("ONBUILD", "MAINTAINER", "FROM") else clause.inner()
    clause.unflagged()
    if trigger == "ONBUILD":
        raise InstructionError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if inner is None:
        raise InstructionError(f"{trigger} isn't allowed as an ONBUILD trigger")
    return Onbuild(*clause.node, inner=inner)
