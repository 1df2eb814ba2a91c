"""Script files: who runs them, and calls of the functions that they define themselves."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from restage.record import replace
from restage.shell.branches import SKIPPED
from restage.shell.quoting import Unreadable
from restage.shell.script import Script, SimpleCommand
from restage.shell.word import Literal, Opaque, Part, ShellWord, Variable

_SHELLS = frozenset({"sh", "bash", "dash", "ash"})
_STARTERS = frozenset({"env", "tini", "dumb-init", "-S", "--", "busybox"})
_POSITIONAL = re.compile(r"[0-9]{1,4}|[@*#]")
_MOVING_PARAMETERS = frozenset({"shift", "set", "getopts"})
_MOST_COMMANDS = 20_000


def foreign_interpreter(text: str) -> str | None:
    """The reason why the shebang makes this no shell script of ours; None where it is, or has no shebang."""
    if not text.startswith("#!"):
        return None
    line = text[2:].partition("\n")[0].strip()
    names = (word.rpartition("/")[2] for word in line.split())
    name = next((name for name in names if name not in _STARTERS), "")
    return None if name in _SHELLS else f"run by {line[:60]!r}, not by a shell that is read here"


def uncalled(script: Script) -> Script:
    """The script with the commands of its functions conditional, as nothing is known of their calls."""
    return replace(
        script,
        statements=tuple(
            replace(statement, commands=tuple(_conditional(statement.commands)))
            if statement.defines
            else statement
            for statement in script.statements
        ),
    )


def inline_calls(script: Script) -> Script:
    """The script with each call of its own functions replaced by the commands of the body.

    A definition keeps its statement, without commands: it runs nothing by itself. A recursive call stays.
    """
    bodies = {s.defines: s.commands for s in script.statements if s.defines}
    if not bodies:
        return script
    budget = iter(range(_MOST_COMMANDS))
    try:
        statements = tuple(
            replace(s, commands=() if s.defines else tuple(_inlined(s.commands, bodies, budget)))
            for s in script.statements
        )
    except Unreadable as problem:
        return Script(script.text, (), str(problem))
    return replace(script, statements=statements)


def _conditional(commands: Iterable[SimpleCommand]) -> Iterator[SimpleCommand]:
    for command in commands:
        branches = (SKIPPED, *command.branches)
        nested = tuple(_conditional(command.nested))
        yield replace(command, conditional=True, branches=branches, nested=nested)


_Bodies = Mapping[str, tuple[SimpleCommand, ...]]


def _inlined(
    commands: Iterable[SimpleCommand], bodies: _Bodies, budget: Iterator[int]
) -> Iterator[SimpleCommand]:
    for command in commands:
        if next(budget, None) is None:
            raise Unreadable("functions that call each other too often")
        name = command.words[0].plain() if command.words else None
        if name is None or name not in bodies:
            yield replace(command, nested=tuple(_inlined(command.nested, bodies, budget)))
            continue
        if command.redirects or command.assignments:
            yield replace(command, words=())
        # Without its own name, so that recursion ends.
        inner = {other: body for other, body in bodies.items() if other != name}
        called = [_called(part, command) for part in bodies[name]]
        yield from _inlined(_with_arguments(called, command.words[1:]), inner, budget)


def _called(part: SimpleCommand, call: SimpleCommand) -> SimpleCommand:
    """A command of the body, standing where the call stands."""
    return replace(
        part,
        conditional=part.conditional or call.conditional,
        branches=(*call.branches, *part.branches),
        scope=(*call.scope, *part.scope),
        background=part.background or call.background,
        piped=part.piped or call.piped,
        pipe_to=part.pipe_to or call.pipe_to,
        nested=tuple(_called(inner, replace(call, piped=False, pipe_to=False)) for inner in part.nested),
    )


def _with_arguments(body: Sequence[SimpleCommand], arguments: Sequence[ShellWord]) -> Iterator[SimpleCommand]:
    """The body with ``$1`` and ``$@`` as the call gives them; unknown where the body moves its parameters."""
    if [word.raw for word in arguments] == ['"$@"']:
        yield from body
        return
    moved = any(c.words and c.words[0].plain() in _MOVING_PARAMETERS for c in body)
    for command in body:
        yield replace(
            command,
            words=tuple(new for word in command.words for new in _filled(word, arguments, moved)),
            assignments=tuple(
                (name, _part_filled(value, arguments, moved)) for name, value in command.assignments
            ),
            nested=tuple(_with_arguments(command.nested, arguments)),
        )


def _filled(word: ShellWord, arguments: Sequence[ShellWord], moved: bool) -> Sequence[ShellWord]:
    if word.raw in ('"$@"', "$@", "$*") and not moved:
        return arguments
    return [_part_filled(word, arguments, moved)]


def _part_filled(word: ShellWord, arguments: Sequence[ShellWord], moved: bool) -> ShellWord:
    parts = (new for part in word.parts for new in _parameter(part, arguments, moved))
    return replace(word, parts=tuple(parts))


def _parameter(part: Part, arguments: Sequence[ShellWord], moved: bool) -> Sequence[Part]:
    if not isinstance(part, Variable) or not _POSITIONAL.fullmatch(part.name) or part.name == "0":
        return [part]
    known = part.name.isdigit() and not moved and not any("@" in _names(word) for word in arguments)
    if not known:
        return [Opaque(part.raw)]
    if int(part.name) > len(arguments):
        return [Literal(part.default or "")]
    given = arguments[int(part.name) - 1]
    return [Opaque(part.raw)] if given.has_glob else given.parts


def _names(word: ShellWord) -> set[str]:
    return {variable.name for variable in word.variables()}
