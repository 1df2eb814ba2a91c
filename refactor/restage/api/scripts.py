"""Shell text to commands, in a given state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restage.api.command import Command
from restage.api.state import State
from restage.shell.script import Script, SimpleCommand, parse, parse_file


def expanded(simple: SimpleCommand, environment: Mapping[str, str | None]) -> Command:
    """A simple command with its words expanded as far as the environment tells."""
    texts = [word.text(environment) for word in simple.words]
    assignments = tuple((name, word.text(environment)[0]) for name, word in simple.assignments)
    written = [
        r.target.text(environment)[0]
        for r in simple.redirects
        if r.target and r.operator in (">", ">>", "&>", ">|", "&>>")
    ]
    return Command(
        words=tuple(text for text, _ in texts),
        known=tuple(known for _, known in texts),
        environment=assignments,
        outputs=tuple(path for path in written if not path.startswith("/dev/")),
        inputs=tuple(
            r.target.text(environment)[0] for r in simple.redirects if r.target and r.operator == "<"
        ),
        document=next((r.document for r in simple.redirects if r.document is not None), None),
        over=simple.over,
        conditional=simple.conditional,
        branches=simple.branches,
        raw=" ".join(
            [
                *(f"{name}={word.raw}" for name, word in simple.assignments),
                *(word.raw for word in simple.words),
            ]
        ),
    )


def variables_of(state: State) -> dict[str, str | None]:
    """The variables that a shell in this state knows."""
    return {"PWD": state.directory, "HOME": state.home, **state.environment}


def simple_commands(script: Script) -> Iterator[SimpleCommand]:
    """Every command of a script in order, those of command substitutions before the command that uses them."""
    for statement in script.statements:
        for command in statement.commands:
            yield from command.nested
            yield command


def commands_of(text: str, state: State) -> tuple[Command, ...] | None:
    """The commands of a shell text (an npm script, the argument of `sh -c`); None where it isn't plain shell."""
    return _commands(parse(text), state)


def commands_of_file(text: str, state: State) -> tuple[Command, ...] | None:
    """The commands of a script file; None where it isn't a shell script or not plain."""
    return _commands(parse_file(text), state)


def _commands(script: Script, state: State) -> tuple[Command, ...] | None:
    if script.opaque is not None:
        return None
    known = variables_of(state)
    return tuple(expanded(simple, known) for simple in simple_commands(script))
