"""What pm2 starts: a file with the interpreter that its ending or an option says, or the programs of a process list.

Sources: pm2's documentation (ecosystem file, command line) and its table of interpreters.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from restage.api import Command, Need, PathNeed, Record, Resolution
from restage_strategies.node.nodeline import resolve_main
from restage_strategies.node.site import Site

_VERBS = frozenset({"start", "restart", "reload"})
_BY_ENDING = {".sh": "bash", ".py": "python", ".rb": "ruby", ".php": "php", ".pl": "perl", ".ts": "ts-node"}
"""What pm2 runs a file with that is none of Node.js, where nothing says otherwise."""
_QUOTED = r"""["']?\s{0,8}:\s{0,8}["'`]([^"'`\n]{1,300})["'`]"""
_PLAIN = r"""[ \t]{0,8}:[ \t]{1,8}([^"'`\s{},][^\n{},]{0,200})$"""
_ARGUMENTS = re.compile(rf"\bargs{_QUOTED}")
_TOKEN = re.compile(
    rf"([{{}}]|^[ \t]{{0,20}}-(?=[ \t]))|\bscript(?:{_QUOTED}|{_PLAIN})|\b(?:exec_)?interpreter(?:{_QUOTED}|{_PLAIN})",
    re.MULTILINE,
)
"""Braces and items of a list; scripts and interpreters, in quotes or plain."""
_CWD = re.compile(
    r"""\bcwd["']?\s{0,8}:\s{0,8}(?:["'`]([^"'`\n]{1,300})["'`]|(__dirname|process\.cwd\(\))\s{0,8}[,}\n])?"""
)
_COMMENT = re.compile(r"^[ \t]{0,80}//.*$", re.MULTILINE)


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


class _Program(Record):
    """One program of a process list."""

    script: str
    arguments: str
    interpreter: str


def _ecosystem(target: str, text: str, site: Site) -> Resolution:
    """The programs that a pm2 configuration starts."""
    own: tuple[Need, ...] = (PathNeed(site.state.path(target).path, "pm2 reads it"),)
    programs = tuple(_programs(text))
    if not programs:
        return Resolution(needs=own, complete=False, anything=f"which programs {target} starts can't be told")
    places = _places(text, len(programs), target)
    if places is None:
        return Resolution(
            needs=own, complete=False, anything=f"where programs of {target} start can't be told"
        )
    runs = [_in_place(_run(program), place) for program, place in zip(programs, places, strict=True)]
    return Resolution(runs=tuple(runs), needs=own)


def _programs(text: str) -> Iterator[_Program]:
    """In the order of the text; an interpreter is that of the program in the same braces, or the same item of a list."""
    arguments = _ARGUMENTS.findall(text)
    lists: list[dict[str, str]] = [{}]
    found: list[tuple[str, dict[str, str]]] = []
    for match in _TOKEN.finditer(text):
        mark, quoted, plain, interpreter, plain_interpreter = match.groups()
        if mark == "{":
            lists.append({})
        elif mark == "}":
            lists = lists[:-1] or [{}]
        elif mark is None and (quoted or plain):
            found.append((quoted or plain.strip(), lists[-1]))
        elif mark is None:
            lists[-1]["interpreter"] = interpreter or plain_interpreter.strip()
        elif len(lists) == 1:
            lists = [{}]
    for number, (script, besides) in enumerate(found):
        own = arguments[number] if number < len(arguments) else ""
        yield _Program(script, own, besides.get("interpreter", ""))


def _places(text: str, programs: int, target: str) -> list[str] | None:
    """The directory of each program of a process list; None: it can't be told of which."""
    own = {"__dirname": posixpath.dirname(target) or ".", "process.cwd()": ".", None: ""}
    told = [match[1] or own[match[2]] for match in _CWD.finditer(_COMMENT.sub("", text))]
    if not told:
        return ["."] * programs
    return told if len(told) == programs and all(told) else None


def _in_place(command: Command, place: str) -> Command:
    return (
        command
        if place in (".", "./")
        else Command(("sh", "-c", f"cd {shlex.quote(place)} && {shlex.join(command.words)}"))
    )


def _run(program: _Program) -> Command:
    script, arguments = program.script, program.arguments
    other = _interpreter(script, program.interpreter)
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
