"""What pm2 starts: a file with the interpreter that its ending or an option says, or the programs of a process list.

Sources: pm2's documentation (ecosystem file, command line) and its table of interpreters.
"""

from __future__ import annotations

import posixpath
import re
import shlex

from restage.api import Command, Need, PathNeed, Resolution
from restage_strategies.node.nodeline import resolve_main
from restage_strategies.node.process_list import SPREAD, Entry, entries
from restage_strategies.node.site import Site

_VERBS = frozenset({"start", "restart", "reload"})
_BY_ENDING = {".sh": "bash", ".py": "python", ".rb": "ruby", ".php": "php", ".pl": "perl", ".ts": "ts-node"}
"""What pm2 runs a file with that is none of Node.js, where nothing says otherwise."""


def is_file(word: str) -> bool:
    """Whether a word names a module of Node.js."""
    return word.endswith((".js", ".cjs", ".mjs", ".ts", ".mts", ".cts"))


def resolve_pm2(command: Command, operands: list[str], words: tuple[str, ...], site: Site) -> Resolution:
    """What `pm2 start TARGET` and its like come to."""
    targets = operands[1:] if operands and operands[0] in _VERBS else operands
    if not targets:
        return Resolution()
    target = targets[0]
    if target in ("npm", "yarn", "pnpm"):
        rest = words[words.index("--") + 1 :] if "--" in words else tuple(targets[1:])
        return Resolution(runs=(Command((target, *rest)),))
    text = site.state.tree.text(site.state.path(target).path)
    if text is not None and (
        target.endswith((".json", ".yml", ".yaml")) or re.search(r"config\.[cm]?js$", target)
    ):
        return _ecosystem(target, text, site)
    if " " in target:
        return Resolution(runs=(Command(("sh", "-c", target)),))
    other = _interpreter(target, _told(words))
    if other is not None:
        return Resolution(runs=(Command((*other, target)),))
    return resolve_main(command, target, site)


def _told(words: tuple[str, ...]) -> str:
    """The interpreter that an option gives."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, sign, value = word.partition("=")
        if name == "--interpreter":
            return value if sign else following
    return ""


def _interpreter(script: str, told: str) -> tuple[str, ...] | None:
    """What runs a file instead of node; nothing for a program that runs by itself, None for node."""
    if told == "none":
        return ()
    if told and posixpath.basename(told) != "node":
        return (told,)
    ending = _BY_ENDING.get(posixpath.splitext(script.split(" ")[0])[1])
    return (ending,) if ending and not told else None


def _ecosystem(target: str, text: str, site: Site) -> Resolution:
    """The programs that a pm2 configuration starts."""
    own: tuple[Need, ...] = (PathNeed(site.state.path(target).path, "pm2 reads it"),)
    found = entries(target, text)
    if not found or any(_is_open(entry) for entry in found):
        return Resolution(needs=own, complete=False, anything=f"which programs {target} starts can't be told")
    places = [_place(entry, target) for entry in found]
    if None in places:
        return Resolution(
            needs=own, complete=False, anything=f"where programs of {target} start can't be told"
        )
    runs = (_in_place(_run(entry), place or ".") for entry, place in zip(found, places, strict=True))
    return Resolution(runs=tuple(runs), needs=own)


_INTERPRETERS = ("interpreter", "exec_interpreter")


def _is_open(entry: Entry) -> bool:
    """Whether only running tells what the program is, what runs it, or what it is told."""
    told = [entry.get(key, "") for key in ("script", *_INTERPRETERS)]
    untold = entry.get("args", "") is None and not is_file(entry["script"] or "")
    return SPREAD in entry or None in told or untold


def _place(entry: Entry, target: str) -> str | None:
    """The directory in which it starts; None: it can't be told."""
    match entry.get("cwd", "."):
        case "__dirname":
            return posixpath.dirname(target) or "."
        case "process.cwd()" | "":
            return "."
        case told:
            return told


def _in_place(command: Command, place: str) -> Command:
    return (
        command
        if place in (".", "./")
        else Command(("sh", "-c", f"cd {shlex.quote(place)} && {shlex.join(command.words)}"))
    )


def _run(entry: Entry) -> Command:
    script, arguments = entry["script"] or "", entry.get("args") or ""
    told = next((entry[key] for key in _INTERPRETERS if entry.get(key)), None)
    other = _interpreter(script, told or "")
    if other is not None:
        return Command((*other, *script.split(" ")))
    name = posixpath.basename(script.split(" ")[0])
    if name in ("npm", "yarn", "pnpm", "npx") or not is_file(script.split(" ")[0]):
        if "/" not in script or ".bin/" in script or " " in script:
            return Command(("sh", "-c", f"{script} {arguments}".strip()))
        modules = re.search(r"node_modules/(?:\.bin/)?((?:@[^/]+/)?[^/]+)", script)
        if modules:
            return Command(("sh", "-c", f"npx {modules[1]} {arguments}".strip()))
    return Command(("node", *script.split(" ")))
