"""Commands that make files of others: compilers, keys, databases, and make, which runs the project's own recipe."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from restage.api.claim import Basis, Claim, ClaimKind, Evidence
from restage.api.command import Command
from restage.api.effect import Effect, unknown
from restage.api.region import Region, outermost
from restage.api.state import State
from restage.image.base import BaseImage
from restage.image.programs import base_programs
from restage.record import replace
from restage.shell.commands import options

_COMPILERS = frozenset("cc gcc g++ c++ clang clang++ ld ar as".split())
_RECIPES = frozenset("make gmake cmake ninja meson configure autoreconf autogen.sh just task".split())


def making_effect(command: Command, state: State) -> Effect | None:
    """The effect of a command that makes files, or None: not such a command."""
    match command.name:
        case "gpg" | "gpg2" | "gpgconf" | "gpg-agent":
            return _keyring(command, state) or _output(command, state, ("-o", "--output"))
        case "openssl":
            return _output(command, state, ("-out", "-keyout"))
        case "ssh-keygen":
            return _keys(command, state)
        case "sqlite3":
            files = options(list(command.arguments), frozenset({"-cmd", "-init", "-separator"})).operands[:1]
            return Effect(reads=(state.path("."),), writes=tuple(map(state.path, files)))
        case "msgfmt" | "msgmerge" | "msgcat" | "xgettext" | "pandoc" | "rsvg-convert" | "dot":
            return _document(command, state)
        case "hugo" | "zola":
            return _site(command, state)
        case name if name in _RECIPES:
            return project_recipe(command, state)
        case name if name in _COMPILERS:
            return _output(command, state, ("-o",), default="a.out", reads=(state.path("."),))
        case _:
            return None


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


_TO_FILE = ("-o", "--output", "--output-file")


def _document(command: Command, state: State) -> Effect:
    """Catalogues of messages and documents: what `-o` names; a name that a loop tells lies in the working directory."""
    parts = [
        part for word in command.words for part in (word.split("=", 1) if word.startswith("--") else [word])
    ]
    named = [value for flag, value in pairwise(parts) if flag in _TO_FILE]
    here = state.path(".")
    if command.all_known and named:
        return Effect(reads=(here,), writes=tuple(state.path(text) for text in named if text != "-"))
    evidence = Evidence(Basis.SEARCH, f"`{command.name}` writes below the working directory")
    claim = Claim(ClaimKind.BOUNDED_WRITES, str(command), evidence)
    return Effect(reads=(here,), writes=(here,), claims=(claim,))


_SETTINGS_OF_SITES = tuple(
    f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json")
)
_PUBLISHED = re.compile(
    r"""publish_?dir["']?\s{0,4}[:=]\s{0,4}["']?(?:/|\.\.)|^output_dir\s{0,4}=\s{0,4}"(?:/|\.\.)""",
    re.I | re.M,
)


def _site(command: Command, state: State) -> Effect:
    """A generator of sites: it writes below the project, or to where `-d` (Zola: `-o`) says."""
    if not command.all_known:
        return unknown(f"where `{command.name}` writes, only running tells")
    parts = [part for word in command.words for part in word.split("=", 1)]
    pairs = tuple(pairwise(parts))
    source = next((value for flag, value in pairs if flag in ("-s", "--source", "--root", "-r")), ".")
    here = state.path(source)
    for name in _SETTINGS_OF_SITES:
        if _PUBLISHED.search(state.tree.text(here.below(name).path) or ""):
            return unknown(f"{name} has `{command.name}` write outside of its project")
    told = [value for flag, value in pairs if flag in ("-d", "--destination", "-o", "--output-dir")]
    places = tuple(
        state.path(value if value[:1] in "/~" else posixpath.join(source, value)) for value in told
    )
    evidence = Evidence(Basis.SEARCH, f"the options and settings of `{command.name}`, for outputs elsewhere")
    written = outermost((here, *places))
    cache = Region(state.home).below(".cache/hugo_cache")
    claim = Claim(ClaimKind.BOUNDED_WRITES, str(command), evidence)
    return Effect(reads=outermost((state.path("."), here)), writes=written, caches=(cache,), claims=(claim,))


_TAKES_KEYS = frozenset(("--recv-keys", "--receive-keys", "--recv-key", "--import"))


def _keyring(command: Command, state: State) -> Effect | None:
    """The keyring that a command is told to put keys into; None where it is told of none."""
    if _TAKES_KEYS.isdisjoint(word.partition("=")[0] for word in command.arguments):
        return None
    words = [word for text in command.arguments for word in text.split("=", 1)]
    named = [following for word, following in pairwise(words) if word in ("--keyring", "--primary-keyring")]
    places = tuple(state.path(text.removeprefix("gnupg-ring:")) for text in named)
    return Effect(writes=places) if places else None


_ABOUT_KEYS = frozenset(("-y", "-l", "-e", "-i", "-F", "-R", "-H", "-B"))


def _keys(command: Command, state: State) -> Effect:
    """`ssh-keygen -A` makes the keys of a host, any of which will do; else a key is made with its public half beside it."""
    if "-A" in command.arguments:
        return Effect(writes=(Region("/etc/ssh"),), repeatable=True)
    made = _output(command, state, ("-f",))
    if _ABOUT_KEYS.isdisjoint(command.arguments):
        made = replace(made, writes=(*made.writes, *(Region(f"{key.path}.pub") for key in made.writes)))
    return made


_PREFIXES = ("--prefix", "-DCMAKE_INSTALL_PREFIX", "PREFIX", "prefix", "DESTDIR", "--install-prefix")


def _prefixes(command: Command, state: State) -> tuple[Region, ...]:
    """Where the command, or a later `make install`, is told to install."""
    words = command.words
    given = [word.partition("=")[::2] for word in words]
    named = {value for name, value in given if name.partition(":")[0] in _PREFIXES and value}
    named |= {value for flag, value in pairwise(words) if flag in ("--prefix", "--install-prefix")}
    return tuple(state.path(value) for value in sorted(named))


def _named_programs(command: Command, state: State) -> Iterator[str]:
    """Paths on PATH that are given to a recipe by name, and where the base has no program: `make OUT=/usr/local/bin/x`."""
    there = base_programs(state.base) if isinstance(state.base, BaseImage) else None
    values = [word.partition("=")[2] for word in command.arguments if not word.startswith("-")]
    for value in (*values, *(value for _, value in command.environment)):
        directory, _, name = value.rpartition("/")
        if directory in state.search_path and name and name not in (there or ()):
            yield value


def project_recipe(command: Command, state: State) -> Effect:
    """A tool that runs the project's own recipe: it writes its working directory, and the prefix when it installs."""
    elsewhere = next(_named_programs(command, state), None)
    if elsewhere is not None:
        return unknown(f"`{command}` may write {elsewhere}")
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
