"""Programs that run other commands: cross-env and its like, npm-run-all, concurrently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import Command, commands_of
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.requests import RunScript
from restage_strategies.node.site import Site

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_VALUED = frozenset(
    "-f --file -e --environments -p -c -v -r --rc-file --fallback --config --project --env -o".split()
)


def wrapped(call: ProgramCall, site: Site) -> tuple[tuple[Command, Site], ...]:
    """The commands that a wrapper runs, each with where it runs; empty if that can't be told."""
    words = list(call.arguments)
    if call.name == "cross-env-shell":
        return _text(" ".join(words), site)
    if call.name == "dotenvx" and words[:1] == ["run"]:
        words = words[1:]
    if "--" in words:
        words = words[words.index("--") + 1 :]
    environment, words = _peeled(words)
    if not words:
        return ()
    here = site.having(environment)
    if len(words) == 1 and " " in words[0]:
        return _text(words[0], here)
    return ((Command(tuple(words), environment=tuple(environment.items())), here),)


def _peeled(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Assignments and options in front of a command."""
    environment: dict[str, str] = {}
    while words:
        if _ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        elif words[0].startswith("-"):
            option = words.pop(0)
            if option in _VALUED and words:
                words.pop(0)
        else:
            break
    return environment, words


def _text(text: str, site: Site) -> tuple[tuple[Command, Site], ...]:
    return tuple((command, site) for command in commands_of(text, site.state) or ())


def texts_of(call: ProgramCall, site: Site) -> tuple[str, ...]:
    """Shell texts that concurrently and its like run side by side."""
    if call.name not in ("concurrently", "conc", "redrun"):
        return ()
    return tuple(word for word in _operands(call) if not _shortcut(word))


def named_scripts(call: ProgramCall, site: Site) -> tuple[RunScript, ...]:
    """Scripts of the manifest that npm-run-all, concurrently and their like run; patterns expanded."""
    operands = _operands(call)
    if call.name in ("concurrently", "conc"):
        operands = tuple(_shortcut(word) for word in operands)
    if call.name in ("per-env",):
        operands = (f"start:{site.variable('NODE_ENV') or 'development'}",)
    manifest = site.manifest
    known = () if manifest is None else tuple(manifest.scripts)
    return tuple(RunScript(name) for word in operands if word for name in _expanded(word, known))


def _shortcut(word: str) -> str:
    """The script in concurrently's `npm:build:*`, else nothing."""
    manager, colon, name = word.partition(":")
    return name if colon and manager in ("npm", "yarn", "pnpm", "bun", "node") and " " not in word else ""


_TAKING_VALUE = frozenset(
    """-n --names -c --prefix-colors -p --prefix -m --max-processes -s --success --restart-tries --restart-after
    --kill-signal -t --timestamp-format -l --prefix-length --hide --handle-input-default --kill-others-signal""".split()
)
"""Of concurrently; npm-run-all's `-p` and `-s` say how the scripts after them run."""
_OF_NPM_RUN_ALL = frozenset({"--max-parallel", "--npm-path"})


def _operands(call: ProgramCall) -> tuple[str, ...]:
    valued = _TAKING_VALUE if call.name in ("concurrently", "conc") else _OF_NPM_RUN_ALL
    found: list[str] = []
    waiting = iter(call.arguments)
    for word in waiting:
        if word in valued:
            next(waiting, None)
        elif word == "--":
            break
        elif not word.startswith("-"):
            found.append(word)
    return tuple(found)


def _expanded(word: str, known: tuple[str, ...]) -> Iterator[str]:
    """The scripts that `build:*` or `build:**` names; a word without pattern is a name, with arguments after it."""
    name = word.split(" ")[0]
    if "*" not in name:
        yield name
        return
    pattern = "".join(
        "[^:]*" if part == "*" else ".*" if part == "**" else re.escape(part)
        for part in re.split(r"(\*\*|\*)", name)
    )
    yield from (script for script in known if re.fullmatch(pattern, script))
