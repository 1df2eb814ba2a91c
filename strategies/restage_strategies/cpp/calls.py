"""Programs that C and C++ sources start (POSIX: system, popen, exec, posix_spawn), and what else can start one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from restage.api import Record, Token, arguments_of, line_of, programs_in
from restage.api.search import Search
from restage_strategies.cpp.tokens import literal, tokens

_SHELL = frozenset({"system", "popen"})
_DIRECT = {"execl": 0, "execlp": 0, "execle": 0, "execv": 0, "execvp": 0, "execvpe": 0, "execve": 0}
_SPAWN = {"posix_spawn": 1, "posix_spawnp": 1}
_FIRST = {**dict.fromkeys(_SHELL, 0), **_DIRECT, **_SPAWN}
_OPENS = frozenset(
    {"dlopen", "dlmopen", "lt_dlopen", "lt_dlopenext", "g_module_open", "SDL_LoadObject", "uv_dlopen"}
)
_UNTOLD = frozenset(
    """
    fexecve execveat wordexp uv_spawn g_spawn_async g_spawn_sync g_spawn_command_line_sync g_spawn_command_line_async
    spawn_command_line_sync spawn_command_line_async spawn_sync spawn_async g_subprocess_new g_subprocess_newv
    apr_proc_create wxExecute QProcess QLibrary QPluginLoader QDesktopServices SDL_CreateProcess ShellExecute
    ACE_Process ipstream pstreams SYS_execve __NR_execve vfork luaL_openlibs Py_Initialize Py_InitializeEx
    """.split()
)
"""Names with which a program is started, a library opened or a script run by what no source tells."""
_INCLUDES = re.compile(
    r"^[ \t]*#[ \t]*include[ \t]*[<\"]((?:boost/process|boost/dll|Poco/Process|Poco/SharedLibrary|reproc|subprocess|process\.hpp"
    r"|pstream|QProcess|QPluginLoader|folly/Subprocess|Python\.h|pybind11/embed|lua\.hp?p?|sol/|luajit|ruby\.h|tcl\.h|jni\.h"
    r"|libguile|EXTERN\.h|v8\.h|mono/)[^>\"\n]*)",
    re.MULTILINE,
)
_SYSTEM = re.compile(r"system\s*[(;,)}:](?!:)")
_RENAMED = re.compile(r"define\s+\w+\s+(?:std::)?system\b")
_OTHERS = Search(
    re.compile(r"\b(?:" + "|".join(sorted({*_FIRST, *_OPENS, *_UNTOLD} - {"system"})) + r")\b"),
    tuple(
        "popen exec spawn dlopen dlmopen module_open LoadObject wordexp subprocess apr_proc QProcess QLibrary QPlugin "
        "QDesktop CreateProcess ShellExecute ACE_ pstream vfork openlibs Py_Init wxExecute".split()
    ),
)
_MOST_FOUND = 100
"""In one file; with more than that, what it calls counts as not told."""


class Source(Record):
    """One file of sources."""

    path: str
    """Relative to the project."""
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens."""
        return list(tokens(self.text))

    def where(self, offset: int) -> str:
        """A place in it, for reports."""
        return f"{self.path}:{line_of(self.text, offset)}"


class Call(Record):
    """A program that a source names."""

    program: str
    where: str


class Calls(Record):
    """What was found in all the sources."""

    named: tuple[Call, ...] = ()
    untold: tuple[str, ...] = ()
    """Why it may start programs, or open libraries, that no source names."""


def calls_in(sources: tuple[Source, ...]) -> Calls:
    """The programs that these sources start."""
    named: dict[str, Call] = {}
    untold: list[str] = []
    for source in sources:
        includes = islice(_INCLUDES.finditer(source.text), _MOST_FOUND)
        untold += [f"{source.where(found.start())} includes {found[1]}" for found in includes]
        if not _may_call(source.text):
            continue
        calls = list(islice(_found(source), _MOST_FOUND))
        named |= {
            call.program: call for call in calls if isinstance(call, Call) and call.program not in named
        }
        untold += [call for call in calls if isinstance(call, str)]
        untold += [f"{source.path} calls more than is looked at"] if len(calls) == _MOST_FOUND else []
    return Calls(tuple(named.values()), tuple(dict.fromkeys(untold)))


def _may_call(text: str) -> bool:
    """A quick look before a close one."""
    if "system" in text and (_SYSTEM.search(text) or _RENAMED.search(text)):
        return True
    return _OTHERS.search(text) is not None


def _found(source: Source) -> Iterator[Call | str]:
    all_tokens = source.tokens
    for at, (kind, text, offset) in enumerate(all_tokens):
        if kind != "word":
            continue
        where = source.where
        if text in _UNTOLD:
            yield f"{where(offset)} uses {text}"
        elif text in _FIRST or text in _OPENS:
            called = all_tokens[at + 1][1] == "(" if at + 1 < len(all_tokens) else False
            if _is_others(all_tokens, at) or (
                text == "system" and not called and not _is_handed_on(all_tokens, at)
            ):
                continue
            if not called:
                yield f"{where(offset)} hands {text} on"
                continue
            arguments = arguments_of(all_tokens, at + 2)
            yield from _of_call(text, arguments, where(offset), _is_declared(all_tokens, at, arguments))


def _is_others(found: list[Token], at: int) -> bool:
    """Whether the name is a member's or another namespace's: `io.system()`, `boost::system::error_code`."""
    before = found[at - 1][1] if at else ""
    if before in (".", "->"):
        return True
    if before == "::":
        return at >= 2 and found[at - 2][0] == "word" and found[at - 2][1] not in ("std", "return")
    return before in ("namespace", "struct", "class", "enum")


def _is_handed_on(found: list[Token], at: int) -> bool:
    """Whether a bare `system` may be the function: `run = system;`, `start(system)`, `#define RUN system`."""
    before = found[at - 1][1] if at else ""
    after = found[at + 1][1] if at + 1 < len(found) else ";"
    defined = at >= 2 and found[at - 2][1] == "define"
    return defined or (
        before in ("=", ",", "(", "&", "return", "::", "?", ":") and after in (";", ",", ")", "}", ":")
    )


def _is_declared(found: list[Token], at: int, arguments: list[list[Token]]) -> bool:
    """Whether this is no call: a type stands in front, and types stand for the arguments."""
    before = found[at - 1] if at else ("", "", 0)
    typed = before[0] == "word" and before[1] not in ("return", "else", "do", "case", "co_return")
    first = {token[1] for token in arguments[0]} if arguments else set()
    return (typed or before[1] == "*") and bool(first & {"const", "char", "void", "string", "std"})


def _of_call(name: str, arguments: list[list[Token]], where: str, declared: bool) -> Iterator[Call | str]:
    if declared:
        return
    if name in _OPENS:
        first = [token[1] for token in arguments[0]]
        if first not in (["NULL"], ["nullptr"], ["0"]):
            yield f"{where} opens a library by {name}"
        return
    position = _FIRST[name]
    told = literal(arguments[position]) if position < len(arguments) else None
    if told is None:
        first = [token[1] for token in arguments[position]] if position < len(arguments) else []
        if not (name == "system" and first in (["NULL"], ["nullptr"], [])):
            yield f"{where} calls {name} with what only running tells"
    elif name in _SHELL:
        yield from (Call(program, where) for program in programs_in(told))
    elif told.rpartition("/")[2] in ("sh", "bash", "dash", "env"):
        yield f"{where} starts {told}"
    elif told:
        yield Call(told, where)
