"""A RUN body or an entrypoint script as statements and simple commands, or honestly opaque.

The grammar is tree-sitter's for bash. What it doesn't know for certain makes the whole script opaque.
"""

from collections.abc import Iterator
from functools import lru_cache

from restage.record import Record
from restage.shell.branches import Branch
from restage.shell.word import Literal, Opaque, Part, ShellWord, Variable

__all__ = [
    "LONGEST",
    "Literal",
    "Opaque",
    "Part",
    "Redirect",
    "Script",
    "ShellWord",
    "SimpleCommand",
    "Statement",
    "Variable",
    "parse",
    "parse_file",
]

LONGEST = 24_000
"""Characters; a longer script is opaque, as the grammar takes quadratic time on some of what isn't shell."""


class Redirect(Record):
    """``fd operator target``; a here-document (``<<``, ``<<-``) has no target, but the text of the document."""

    operator: str
    target: ShellWord | None
    fd: int | None
    start: int
    end: int
    document: str | None = None
    """As written, expansions and all; of ``<<-`` without the tabs that lines begin with."""


class SimpleCommand(Record):
    """One command with its words; offsets are into the text of the script.

    Without words it only sets variables or opens files: an assignment, the variable of a ``for`` (its value
    unknown), the redirects of a compound command.
    """

    start: int
    end: int
    words: tuple[ShellWord, ...]
    assignments: tuple[tuple[str, ShellWord], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    conditional: bool = False
    """It may not run, or may run repeatedly, although the script succeeds."""
    branches: tuple[Branch, ...] = ()
    """Those that it stands in, outermost first."""
    scope: tuple[int, ...] = ()
    """Offsets of the subshells around it, outermost first: what cd and variables set lasts until its end."""
    background: bool = False
    piped: bool = False
    """It reads the output of the command before."""
    pipe_to: bool = False
    """The next command reads its output."""
    over: str = ""
    """What the loop around it goes over, as written: the words of a ``for``, the redirects behind a ``done``."""
    nested: tuple["SimpleCommand", ...] = ()
    """The commands of the substitutions in its words, assignments and here-documents."""

    @property
    def subshell(self) -> bool:
        """Whether what cd and variables set is lost: in ``( )``, a pipeline, the background, ``$( )``."""
        return bool(self.scope)


class Statement(Record):
    """What can be dropped from a chain in one piece: a pipeline, a compound command, a definition."""

    start: int
    end: int
    commands: tuple[SimpleCommand, ...]
    joiner: str
    """What stands before it: ``&&``, ``||``, ``;``, ``&``, a newline, or nothing before the first."""
    defines: str | None = None
    """The name of the function that it defines."""


class Script(Record):
    """A script that was read, or the reason why it wasn't; an opaque one has no statements."""

    text: str
    statements: tuple[Statement, ...]
    opaque: str | None = None

    def commands(self) -> Iterator[SimpleCommand]:
        """All commands in source order, those of substitutions before the command that uses them."""
        for statement in self.statements:
            for command in statement.commands:
                yield from _with_nested(command)


def _with_nested(command: SimpleCommand) -> Iterator[SimpleCommand]:
    for inner in command.nested:
        yield from _with_nested(inner)
    yield command


@lru_cache(maxsize=512)
def parse(text: str) -> Script:
    """Reads a RUN body (the joined logical line, or a here-document) as sh or bash would."""
    script = _parse(text)
    if not any(statement.defines for statement in script.statements):
        return script
    from restage.shell.functions import uncalled

    return uncalled(script)


@lru_cache(maxsize=64)
def parse_file(text: str) -> Script:
    """Reads a script file: its shebang has to name sh, bash, dash or ash, or be absent.

    A call of a function that the file defines yields the commands of its body in place of the call.
    """
    from restage.shell.functions import foreign_interpreter, inline_calls

    reason = foreign_interpreter(text)
    return Script(text, (), reason) if reason else inline_calls(_parse(text))


def _parse(text: str) -> Script:
    if len(text) > LONGEST:
        return Script(text, (), f"longer than {LONGEST} characters")
    from restage.shell.chains import statements
    from restage.shell.quoting import Unreadable

    try:
        return Script(text, statements(text))
    except Unreadable as problem:
        return Script(text, (), str(problem))
