"""Commands that bring something from elsewhere: curl, wget, git."""

from __future__ import annotations

import posixpath

from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.region import Region
from restage.api.state import State
from restage.meaning.repositories import fetches_repository_setup
from restage.shell.commands import options

_CURL_VALUED = frozenset(
    """
    -o --output -H --header -d --data -X --request -u --user -A --user-agent --retry --retry-delay
    --connect-timeout -m --max-time -e --referer -b -c --cacert --proto -w --write-out
    --retry-max-time --output-dir
    """.split()
)
_WGET_VALUED = frozenset(
    """
    -O --output-document -P --directory-prefix -t --tries -T --timeout --header -U --user-agent -o
    --output-file -e --execute --waitretry --read-timeout
    """.split()
)


def fetch_effect(command: Command, state: State) -> Effect | None:
    """The effect of a command that fetches, or None: not such a command."""
    match command.name:
        case "curl":
            return _curl(command, state)
        case "wget":
            return _wget(command, state)
        case "git":
            return _git(command, state)
        case "ssh-keyscan":
            return Effect()
        case "install" if command.words[0].endswith("aws/install"):
            return _aws(command, state)
        case _:
            return None


_AWS_VALUED = frozenset("-i --install-dir -b --bin-dir".split())


def _aws(command: Command, state: State) -> Effect:
    """The installer of the AWS CLI (its documentation, «Installing», version 2): a folder, and links in a directory of PATH."""
    flags = dict(options(list(command.arguments), _AWS_VALUED).flags)
    folder = flags.get("-i") or flags.get("--install-dir") or "/usr/local/aws-cli"
    links = flags.get("-b") or flags.get("--bin-dir") or "/usr/local/bin"
    archive = state.path(posixpath.dirname(command.words[0]))
    return Effect(reads=(archive,), writes=(state.path(folder), state.path(links)))


def _curl(command: Command, state: State) -> Effect:
    parsed = options(list(command.arguments), _CURL_VALUED)
    named = [value for flag, value in parsed.flags if flag in ("-o", "--output") and value]
    remote = (
        [posixpath.basename(text) for text in parsed.operands]
        if {"-O", "--remote-name", "--remote-name-all"} & dict(parsed.flags).keys()
        else []
    )
    writes = tuple(state.path(text) for text in [*named, *remote] if text not in ("-", "/dev/null"))
    again = _are_packages(writes) if writes else fetches_repository_setup(command)
    return Effect(writes=writes, repeatable=again)


def _are_packages(places: tuple[Region, ...]) -> bool:
    """Whether all that is fetched are package files: who installs them again has to fetch them again."""
    return all(place.path.endswith((".deb", ".rpm")) for place in places)


def _wget(command: Command, state: State) -> Effect:
    parsed = options(list(command.arguments), _WGET_VALUED)
    flags = dict(parsed.flags)
    named = flags.get("-O") or flags.get("--output-document")
    if named:
        to_file = () if named in ("-", "/dev/null") else (state.path(named),)
        again = _are_packages(to_file) if to_file else fetches_repository_setup(command)
        return Effect(writes=to_file, repeatable=again)
    if "-" in parsed.operands or any(flag in ("-qO-", "-O-") for flag in command.arguments):
        return Effect(repeatable=fetches_repository_setup(command))
    prefix = flags.get("-P") or flags.get("--directory-prefix") or "."
    names = (posixpath.basename(text.partition("?")[0]) for text in parsed.operands)
    writes = tuple(state.path(prefix, name) for name in names)
    return Effect(writes=writes, repeatable=bool(writes) and _are_packages(writes))


_CLONE_VALUED = frozenset("-b --branch --depth -o --origin -j --jobs -c --config".split())
_GIT_LOOKS = frozenset("rev-parse describe log status diff show tag branch remote ls-files".split())


def _git(command: Command, state: State) -> Effect:
    words = list(command.arguments)
    directory = "."
    while words and words[0].startswith("-"):
        directory = words[1] if words[0] == "-C" and len(words) > 1 else directory
        words = words[2:] if words[0] in ("-C", "-c", "--git-dir", "--work-tree") else words[1:]
    match words:
        case ["clone", *rest]:
            url, *target = options(rest, _CLONE_VALUED).operands or (".",)
            name = posixpath.basename(url.rstrip("/")).removesuffix(".git")
            return Effect(writes=(state.path(target[0] if target else name),))
        case ["config", *rest]:
            return Effect(writes=(_git_settings(rest, directory, state),), repeatable=True)
        case ["lfs", "install", *rest]:
            local = {"--local", "--worktree"} & set(rest)
            place = state.path(directory, ".git") if local else state.path("~/.gitconfig")
            return Effect(writes=(place,), repeatable=not local, programs=("git-lfs",))
        case []:
            return NOTHING
        case [verb, *_] if verb in _GIT_LOOKS:
            return NOTHING
        case _:
            return Effect(reads=(state.path(directory),), writes=(state.path(directory),))


def _git_settings(words: list[str], directory: str, state: State) -> Region:
    """The file that `git config` writes."""
    if "--system" in words:
        return Region("/etc/gitconfig")
    return state.path("~/.gitconfig") if "--global" in words else state.path(directory, ".git/config")
