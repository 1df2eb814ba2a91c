"""The commands of a RUN, wrappers peeled and scripts opened, each with what it does."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from restage.api.case import Case
from restage.api.command import Command
from restage.api.effect import NOTHING, Effect, unknown
from restage.api.region import Region
from restage.api.scripts import expanded, variables_of
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.api.tree import Changed, Gone, Placed
from restage.meaning.archives import members_there
from restage.meaning.copies import file_put_again
from restage.meaning.effects import SHELLS, Known, effect_of
from restage.meaning.files import file_effect, find_starts, keeps_content
from restage.meaning.lasting import state_after
from restage.meaning.looking import is_harmless
from restage.meaning.repositories import REPOSITORY_PLACES, fetches_repository_setup
from restage.meaning.toolchains import WRAPPERS
from restage.record import Record, replace
from restage.shell.commands import Inline, Plain, leading_options, unwrap
from restage.shell.script import SimpleCommand, parse


class Action(Record):
    """One command of a RUN with what it does."""

    statement: int
    """Number of the top-level statement of the script it stands in."""
    simple: SimpleCommand | None
    """Where it stands; None in the exec form, or inside `sh -c`."""
    command: Command
    known: Known
    state: State
    """Before the command."""

    @property
    def effect(self) -> Effect:
        """What it does."""
        return self.known.effect


def actions_of(
    command: Command,
    simple: SimpleCommand | None,
    statement: int,
    state: State,
    case: Case,
    strategies: tuple[Strategy, ...],
    depth: int,
) -> tuple[list[Action], State]:
    """The commands that one command comes to, wrappers peeled, and the state after them."""
    lasting = state_after(command, state)
    if lasting is not None:
        return [Action(statement, simple, command, Known(NOTHING), state)], lasting
    match unwrap(list(command.words)):
        case Inline(script_text=text) if depth < 4 and command.all_known:
            return _inner(text, command, statement, state, case, strategies, depth + 1), state
        case Plain(words=words, assignments=given) if list(words) != list(command.words) and words:
            known = command.known[len(command.words) - len(words) :]
            environment = (*command.environment, *given)
            command = replace(command, words=tuple(words), known=known, environment=environment)
        case _:
            pass
    script = _script_file(command, state)
    if script is not None and depth < 4:
        path, text = script
        reading = Action(statement, None, command, Known(Effect(reads=(path,), repeatable=True)), state)
        return [reading, *_inner(text, command, statement, state, case, strategies, depth + 1)], state
    return [Action(statement, simple, command, effect_of(command, state, case, strategies), state)], state


def _inner(
    text: str,
    command: Command,
    statement: int,
    state: State,
    case: Case,
    strategies: tuple[Strategy, ...],
    depth: int,
) -> list[Action]:
    script = parse(text)
    if script.opaque is not None:
        return [Action(statement, None, command, Known(unknown(script.opaque)), state)]
    found: list[Action] = []
    for part in script.statements:
        for simple in part.commands:
            more, state = actions_of(
                replace(expanded(simple, variables_of(state)), raw=command.raw),
                None,
                statement,
                state,
                case,
                strategies,
                depth,
            )
            found.extend(piped(more, part.commands, simple))
    return found


def _script_file(command: Command, state: State) -> tuple[Region, str] | None:
    """Place and text of a shell script of the context that the command runs (`./build.sh`, `sh build.sh`)."""
    if not command.words:
        return None
    words = (
        [word for word in command.words[1:] if not word.startswith("-")]
        if command.name in SHELLS
        else [command.words[0]]
    )
    if not words or ("/" not in words[0] and command.name not in SHELLS):
        return None
    if posixpath.basename(words[0]) in WRAPPERS:
        return None
    text = state.tree.text(state.path(words[0]).path)
    if text is None or (
        command.name not in SHELLS
        and not text.startswith(("#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash", "#!/usr/bin/env sh"))
    ):
        return None
    return state.path(words[0]), text


def piped(found: list[Action], commands: tuple[SimpleCommand, ...], simple: SimpleCommand) -> list[Action]:
    """A shell at the end of a pipe runs what it is sent: known only for set-up scripts of package repositories.

    `xargs` runs a command on what it is sent.
    """
    if found and simple.piped and found[-1].command.name in ("tar", "bsdtar"):
        return [*found[:-1], _of_tar(found[-1], commands)]
    if found and found[-1].command.name == "xargs" and found[-1].known.strategy is None:
        return [*found[:-1], replace(found[-1], known=Known(_of_xargs(found[-1], commands)))]
    if (
        not simple.piped
        or not found
        or found[-1].command.name not in SHELLS
        or found[-1].known.strategy is not None
        or (
            len(found[-1].command.words) > 1
            and not all(w.startswith("-") for w in found[-1].command.arguments)
        )
    ):
        return found
    fetched = [Command(tuple(word.text({})[0] for word in other.words)) for other in commands]
    known = tuple(command.name for command in fetched if fetches_repository_setup(command))
    effect = (
        Effect(writes=REPOSITORY_PLACES, programs=known, repeatable=True)
        if known
        else unknown("a script from elsewhere is piped into a shell")
    )
    return [*found[:-1], replace(found[-1], known=Known(effect))]


def _of_tar(action: Action, commands: tuple[SimpleCommand, ...]) -> Action:
    """`curl ADDRESS | tar xz` unpacks what the address names."""
    sent = [word for other in commands for word in expanded(other, variables_of(action.state)).words]
    told = any(word.startswith("--strip") for word in action.command.arguments)
    if told or len(action.effect.writes) != 1:
        return action
    target = action.effect.writes[0]
    members = members_there(target, (word for word in sent if "://" in word))
    writes = tuple(map(target.below, members)) or (target,)
    return replace(action, known=replace(action.known, effect=replace(action.effect, writes=writes)))


_XARGS_VALUED = frozenset({"-I", "-n", "-P", "-L", "-d", "-s", "-E", "-a"})


def _of_xargs(action: Action, commands: tuple[SimpleCommand, ...]) -> Effect:
    """The effect of `find … | xargs command`: below where find starts; of another command, on the paths it names."""
    words = leading_options(action.command.arguments, _XARGS_VALUED).operands
    inner = file_effect(Command(words), action.state) if words else NOTHING
    if inner is None:
        return unknown(f"what `{action.command}` does is not known")
    sources = (expanded(simple, variables_of(action.state)) for simple in commands)
    starts = [
        place for source in sources if source.name == "find" for place in find_starts(source, action.state)
    ]
    if starts:
        return Effect(reads=tuple(starts), writes=tuple(starts), repeatable=True)
    return (
        inner
        if inner.writes or is_harmless(words[0] if words else "")
        else unknown(f"what `{action.command}` touches is not known")
    )


def changed_by(actions: Sequence[Action], state: State) -> State:
    """The state with what the commands wrote, deleted, installed and removed."""
    if not actions:
        return state
    events: list[Placed | Changed | Gone] = []
    packages, homes = set(state.packages), dict(state.homes)
    for action in actions:
        what, effect = str(action.command), action.effect
        homes |= dict(effect.homes)
        if effect.writes and not keeps_content(action.command):
            again = (file_put_again(action.command, place, action.state) for place in effect.writes)
            events.extend(
                placed or Changed(place, what) for place, placed in zip(effect.writes, again, strict=True)
            )
        events.extend(Gone(place) for place in effect.deletes)
        packages.update(effect.packages)
        packages.difference_update(effect.removes)
    return replace(
        state, tree=state.tree.then(*events), packages=frozenset(packages), homes=tuple(homes.items())
    )
