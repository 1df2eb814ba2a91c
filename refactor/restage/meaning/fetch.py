"""Commands that bring something from elsewhere: curl, wget, git, gpg, and make, which runs the project's own recipe."""

from __future__ import annotations

import posixpath
from itertools import pairwise

from restage.api.claim import Basis, Claim, ClaimKind, Evidence
from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.region import Region
from restage.api.state import State
from restage.meaning.repositories import fetches_repository_setup
from restage.shell.commands import options

_CURL_VALUED = frozenset(
    """
    -o --output -H --header -d --data -X --request -u --user -A --user-agent --retry --retry-delay
    --connect-timeout -m --max-time -e --referer -b -c --cacert --proto --create-dirs -w --write-out
    --retry-max-time --output-dir
    """.split()
) - {"--create-dirs"}
_WGET_VALUED = frozenset(
    """
    -O --output-document -P --directory-prefix -t --tries -T --timeout --header -U --user-agent -o
    --output-file -e --execute --waitretry --read-timeout
    """.split()
)
_COMPILERS = frozenset(
    """
    cc gcc g++ c++ clang clang++ ld ar as
    """.split()
)


def fetch_effect(command: Command, state: State) -> Effect | None:
    """The effect of a command that fetches or compiles, or None: not such a command."""
    match command.name:
        case "curl":
            return _curl(command, state)
        case "wget":
            return _wget(command, state)
        case "git":
            return _git(command, state)
        case "gpg" | "gpg2" | "gpgconf" | "gpg-agent":
            return _output(command, state, ("-o", "--output"))
        case "openssl" | "ssh-keygen":
            return _output(command, state, ("-out", "-keyout", "-f"))
        case "ssh-keyscan":
            return Effect()
        case "sqlite3":
            files = options(list(command.arguments), frozenset({"-cmd", "-init", "-separator"})).operands[:1]
            return Effect(reads=(state.path("."),), writes=tuple(map(state.path, files)))
        case (
            "make"
            | "gmake"
            | "cmake"
            | "ninja"
            | "meson"
            | "configure"
            | "autoreconf"
            | "autogen.sh"
            | "just"
            | "task"
        ):
            return project_recipe(command, state)
        case name if name in _COMPILERS:
            return _output(command, state, ("-o",), default="a.out", reads=(state.path("."),))
        case _:
            return None


def _curl(command: Command, state: State) -> Effect:
    parsed = options(list(command.arguments), _CURL_VALUED)
    named = [value for flag, value in parsed.flags if flag in ("-o", "--output") and value]
    remote = (
        [posixpath.basename(text) for text in parsed.operands]
        if {"-O", "--remote-name", "--remote-name-all"} & dict(parsed.flags).keys()
        else []
    )
    writes = tuple(state.path(text) for text in [*named, *remote] if text not in ("-", "/dev/null"))
    return Effect(writes=writes, repeatable=not writes and fetches_repository_setup(command))


def _wget(command: Command, state: State) -> Effect:
    parsed = options(list(command.arguments), _WGET_VALUED)
    flags = dict(parsed.flags)
    named = flags.get("-O") or flags.get("--output-document")
    if named:
        to_file = () if named in ("-", "/dev/null") else (state.path(named),)
        return Effect(writes=to_file, repeatable=not to_file and fetches_repository_setup(command))
    if "-" in parsed.operands or any(flag in ("-qO-", "-O-") for flag in command.arguments):
        return Effect(repeatable=fetches_repository_setup(command))
    prefix = flags.get("-P") or flags.get("--directory-prefix") or "."
    return Effect(
        writes=tuple(
            state.path(prefix, posixpath.basename(text.partition("?")[0])) for text in parsed.operands
        )
    )


def _git(command: Command, state: State) -> Effect:
    words = list(command.arguments)
    directory = "."
    while words and words[0].startswith("-"):
        directory = words[1] if words[0] == "-C" and len(words) > 1 else directory
        words = words[2:] if words[0] in ("-C", "-c", "--git-dir", "--work-tree") else words[1:]
    match words[:1]:
        case ["clone"]:
            parsed = options(
                words[1:],
                frozenset({"-b", "--branch", "--depth", "-o", "--origin", "-j", "--jobs", "-c", "--config"}),
            )
            url, *target = parsed.operands or (".",)
            return Effect(
                writes=(
                    state.path(
                        target[0] if target else posixpath.basename(url.rstrip("/")).removesuffix(".git")
                    ),
                )
            )
        case ["config"]:
            place = (
                Region("/etc/gitconfig")
                if "--system" in words
                else state.path("~/.gitconfig")
                if "--global" in words
                else state.path(directory, ".git/config")
            )
            return Effect(writes=(place,), repeatable=True)
        case ["lfs"] if words[1:2] == ["install"]:
            local = {"--local", "--worktree"} & set(words)
            return Effect(
                writes=(state.path(directory, ".git") if local else state.path("~/.gitconfig"),),
                repeatable=not local,
                programs=("git-lfs",),
            )
        case [
            "rev-parse"
            | "describe"
            | "log"
            | "status"
            | "diff"
            | "show"
            | "tag"
            | "branch"
            | "remote"
            | "ls-files"
            | "--version"
        ] | []:
            return NOTHING
        case _:
            return Effect(reads=(state.path(directory),), writes=(state.path(directory),))


def _output(
    command: Command,
    state: State,
    flags: tuple[str, ...],
    default: str | None = None,
    reads: tuple[Region, ...] = (),
) -> Effect:
    words = command.words
    named = [words[i + 1] for i, text in enumerate(words[:-1]) if text in flags]
    chosen = named or ([default] if default else [])
    return Effect(
        reads=reads, writes=tuple(state.path(text) for text in chosen if text not in ("-", "/dev/null"))
    )


_PREFIXES = ("--prefix", "-DCMAKE_INSTALL_PREFIX", "PREFIX", "prefix", "DESTDIR", "--install-prefix")


def _prefixes(command: Command, state: State) -> tuple[Region, ...]:
    """Where the command, or a later `make install`, is told to install."""
    words = command.words
    given = [word.partition("=")[::2] for word in words]
    named = {value for name, value in given if name.partition(":")[0] in _PREFIXES and value}
    named |= {value for flag, value in pairwise(words) if flag in ("--prefix", "--install-prefix")}
    return tuple(state.path(value) for value in sorted(named))


def project_recipe(command: Command, state: State) -> Effect:
    """A tool that runs the project's own recipe: it writes its working directory, and the prefix when it installs."""
    installs = any(word in ("install", "altinstall") or word.startswith("install-") for word in command.words)
    places = (state.path("."), *_prefixes(command, state), *((Region("/usr/local"),) if installs else ()))
    evidence = Evidence(
        Basis.SEARCH, f"`{command.name}` writes the working directory{' and /usr/local' if installs else ''}"
    )
    return Effect(
        reads=(state.path("."),),
        writes=places,
        caches=(Region(state.home),),
        claims=(Claim(ClaimKind.BOUNDED_WRITES, str(command), evidence),),
    )
