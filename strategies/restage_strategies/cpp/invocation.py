"""The command lines of compilers and of the tools that drive them (GCC and Clang, make, CMake, Ninja, Meson)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Command, Record, Region, State
from restage_strategies.cpp.stage import installs

_BESIDE = re.compile(
    r"-M(?!T|Q|$)\w*|--?save-temps.*|--coverage|-ftest-coverage|-fprofile.*|-gsplit-dwarf|-fdump.*|-ftime-.*|-S|-E"
    r"|-aux.*|--analyze|-Wp,.*|-ftrapv-.*|-fstack-usage|-fcallgraph-info.*|-Wl,-Map.*"
)
"""Options with which a compiler writes more than it is asked for by -o."""
_ASKED = re.compile(
    r"(?:-[jl]|--(?:parallel|jobs)=?)?(?:\$\(\(?|`)[ $({]*(?:nproc|pkg-config|pkgconf|getconf|[\w.+-]+-config)\b|(?:-[jl])?\$\(\("
)
"""Command substitutions that give options and numbers, and no file to write."""
_ONLY_LOOKS = frozenset({"--version", "-v", "--help", "-h", "-dumpversion", "-dumpmachine"})


class Build(Record):
    """A tool that runs the project's own recipe."""

    tool: str
    source: str
    """Where the recipe is: an absolute path."""
    directory: str
    """Where it builds: an absolute path."""
    file: str | None = None
    """Of make: the file that it is told to read."""
    targets: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    """Settings that the command line gives."""


def compiled_by(command: Command, state: State) -> tuple[Region, ...] | None:
    """The files that a compiler writes; None where that isn't told."""
    words = command.arguments
    if set(words) <= _ONLY_LOOKS:
        return ()
    for at, word in enumerate(words):
        asked = _ASKED.match(word)
        if word.startswith("@") or (not command.is_known(at + 1) and not asked) or _BESIDE.fullmatch(word):
            return None
    named = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "-o"]
    named += [word[2:] for word in words if word.startswith("-o") and len(word) > 2]
    if named:
        return tuple(state.path(name) for name in named)
    if "-c" in words:
        sources = [word for word in words if posixpath.splitext(word)[1] and not word.startswith("-")]
        globs = any(sign in word for word in sources for sign in "*?[")
        stems = [posixpath.splitext(posixpath.basename(word))[0] for word in sources]
        return (state.path("."),) if globs else tuple(state.path(f"{stem}.o") for stem in stems)
    return (state.path("a.out"),)


def built_by(command: Command, state: State) -> Build | None:
    """What a tool is asked to build and where; None where it is asked for anything else, or only running tells."""
    words = tuple(
        w for at, w in enumerate(command.arguments) if command.is_known(at + 1) or not _ASKED.match(w)
    )
    known = all(command.is_known(at + 1) or _ASKED.match(w) for at, w in enumerate(command.arguments))
    if not known or installs(command) or any(name not in _HARMLESS for name, _ in command.environment):
        return None
    match command.name:
        case "make" | "gmake":
            return _make(words, state)
        case "cmake":
            return _cmake(words, state)
        case "ninja":
            return _ninja(words, state)
        case "meson":
            return _meson(words, state)
        case _:
            return None


_HARMLESS = frozenset(
    "CC CXX CFLAGS CXXFLAGS LDFLAGS CPPFLAGS MAKEFLAGS VERBOSE CMAKE_BUILD_PARALLEL_LEVEL".split()
)


def _parsed(words: tuple[str, ...], valued: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Options with their values (`-C build`, `-Cbuild`, `--file=x`), and operands with the name ''."""
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        flag, sign, value = word.partition("=")
        if word in valued:
            yield word, words[at] if at < len(words) else ""
            at += 1
        elif word.startswith("--") and sign:
            yield flag, value
        elif word.startswith("-") and word[:2] in valued and len(word) > 2:
            yield word[:2], word[2:]
        else:
            yield (word, "") if word.startswith("-") else ("", word)


_MAKE_VALUED = frozenset({"-C", "--directory", "-f", "--file", "--makefile", "-I", "-o", "-W"})
_MAKE_PLAIN = re.compile(
    r"-j\d*|--jobs|-k|-s|-B|-r|-R|-w|--silent|--quiet|--keep-going|--no-print-directory|--always-make|-l\d*|-O\w*"
)


def _make(words: tuple[str, ...], state: State) -> Build | None:
    directory, file = state.directory, None
    targets: list[str] = []
    variables: list[tuple[str, str]] = []
    numbered = False
    for flag, value in _parsed(words, _MAKE_VALUED):
        if flag in ("-C", "--directory"):
            directory = Region(posixpath.normpath(posixpath.join(directory, value))).path
        elif flag in ("-f", "--file", "--makefile"):
            file = value
        elif flag and not _MAKE_PLAIN.fullmatch(flag):
            return None
        elif not flag and "=" in value:
            name, _, given = value.partition("=")
            variables.append((name.rstrip(":?+"), given))
        elif not flag and not (numbered and value.isdecimal()):
            targets.append(value)
        numbered = flag in ("-j", "-l", "--jobs")
    return Build("make", directory, directory, file, tuple(targets), tuple(variables))


_CMAKE_VALUED = frozenset("-S -B -G -D -A -T --build --target -t --config".split())
_CMAKE_PLAIN = frozenset(
    "-G -A -T --config -j --parallel -Wno-dev --clean-first --verbose -v --fresh".split()
)


def _cmake(words: tuple[str, ...], state: State) -> Build | None:
    words = words[: words.index("--")] if "--" in words else words
    source, directory = None, None
    targets: list[str] = []
    variables: list[tuple[str, str]] = []
    building = False
    for flag, value in _parsed(words, _CMAKE_VALUED):
        if flag == "-S":
            source = state.path(value).path
        elif flag in ("-B", "--build"):
            building, directory = building or flag == "--build", state.path(value).path
        elif flag in ("--target", "-t") or (not flag and building):
            targets.append(value)
        elif flag == "-D":
            name, _, given = value.partition("=")
            variables.append((name.partition(":")[0], given))
        elif not flag and source is None:
            source = state.path(value).path
        elif flag not in _CMAKE_PLAIN:
            return None
    directory = directory or state.directory
    source = source or (directory if building else state.directory)
    return Build("cmake", source, directory, None, tuple(targets), tuple(variables))


def _ninja(words: tuple[str, ...], state: State) -> Build | None:
    directory = state.directory
    targets: list[str] = []
    for flag, value in _parsed(words, frozenset({"-C", "-j", "-l", "-k"})):
        if flag == "-C":
            directory = state.path(value).path
        elif flag not in ("", "-j", "-l", "-k", "-v", "--verbose", "--quiet"):
            return None
        elif not flag:
            targets.append(value)
    return Build("ninja", directory, directory, None, tuple(targets), ())


def _meson(words: tuple[str, ...], state: State) -> Build | None:
    verb = words[0] if words and words[0] in ("setup", "compile", "configure") else "setup"
    rest = words[1:] if words and words[0] == verb else words
    valued = frozenset({"-C", "-D", "--buildtype", "--prefix", "-j", "--backend", "--default-library"})
    directory, source = None, state.directory
    named: list[str] = []
    for flag, value in _parsed(rest, valued):
        if flag == "-C":
            directory = state.path(value).path
        elif not flag:
            named.append(value)
    if verb == "setup":
        if not named or len(named) > 2:
            return None
        directory = state.path(named[0]).path
        source = state.path(named[1]).path if len(named) == 2 else state.directory
    elif directory is None:
        directory = state.directory
    return Build("meson", source, directory, None, (), ())
