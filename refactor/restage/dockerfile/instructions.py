"""The typed instructions of a document: a closed union, to be matched to the end.

Follows `Parse` in BuildKit's `frontend/dockerfile/instructions/parse.go`; the refusal of a file without a
stage comes from `dockerfile2llb/convert.go`.
"""

from functools import partial

from .arguments import ArgumentError
from .clause import Clause, InstructionError, NodeFields
from .document import Document, ReadError, Statement
from .expansion import ExpansionError
from .flags import FlagError
from .forms import Command, ExecForm, Flag, Mount, Node, ShellForm
from .logical_line import LogicalLine, split
from .mounts import MountError
from .nodes import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from .typed import typed

__all__ = [
    "Add",
    "Arg",
    "Cmd",
    "Command",
    "Copy",
    "Entrypoint",
    "Env",
    "ExecForm",
    "Expose",
    "Flag",
    "From",
    "Healthcheck",
    "Instruction",
    "Label",
    "Maintainer",
    "Mount",
    "Node",
    "Onbuild",
    "Run",
    "Shell",
    "ShellForm",
    "Stopsignal",
    "User",
    "Volume",
    "Workdir",
    "instructions",
]

_FIRST = "a Dockerfile begins with FROM"


def instructions(document: Document) -> tuple[Instruction, ...]:
    """Return the instructions of a document, in order.

    Raises ReadError with line, message and help where BuildKit refuses the file, and where an ONBUILD holds
    something that the builds based on it would refuse.
    """
    if document.problem:
        raise ReadError(document.problem.line, document.problem.message, document.problem.help)
    if not document.statements:
        raise ReadError(document.line_of(max(0, len(document.text) - 1)), "file with no instructions", _FIRST)
    found: list[Instruction] = []
    in_stage = False
    for statement in document.statements:
        instruction = _instruction(statement, len(found), document.escape)
        in_stage = in_stage or isinstance(instruction, From)
        if not in_stage and not isinstance(instruction, Arg):
            raise ReadError(statement.line, "no build stage in current context", _FIRST)
        found.append(instruction)
    if not in_stage:
        raise ReadError(document.statements[-1].end_line, "dockerfile contains no stages to build", _FIRST)
    return tuple(found)


def _instruction(statement: Statement, index: int, escape: str) -> Instruction:
    parts = split(statement.text, escape)
    try:
        return typed(_clause(statement, index, escape, statement.text, parts, 0))
    except InstructionError as error:
        raise ReadError(statement.line, str(error), error.help) from error
    except (ArgumentError, FlagError, MountError, ExpansionError) as error:
        raise ReadError(statement.line, str(error)) from error


def _clause(
    statement: Statement, index: int, escape: str, text: str, parts: LogicalLine, origin: int
) -> Clause:
    body_origin = origin + parts.body_start
    keyword = parts.keyword.upper()
    node: NodeFields = (
        index,
        keyword,
        statement.span,
        statement.line,
        statement.end_line,
        text,
        parts.body,
        tuple(map(_flag, parts.flags)) if parts.flags else (),
        statement.heredocs,
        statement.comments,
        statement.mapping.moved(body_origin),
        statement.mapping.moved(origin),
    )
    inner = partial(_inner, statement, index, escape, parts.body, body_origin)
    return Clause(keyword, parts.keyword, parts.flags, parts.body, escape, node, inner)


def _inner(statement: Statement, index: int, escape: str, body: str, origin: int) -> Instruction:
    return typed(_clause(statement, index, escape, body, split(body, escape), origin))


def _flag(word: str) -> Flag:
    name, equals, value = word.removeprefix("--").partition("=")
    return Flag(name, value if equals else None)
