"""The question whether dev dependencies are used, and small answers to it that several searches share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.api import Record, Start
from restage_strategies.node.family import Family, direct
from restage_strategies.node.leaving import Leaving
from restage_strategies.node.locks import Lock
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.site import Site
from restage_strategies.node.tools import programs_of

_PRELOADS = re.compile(r"(?:|.*\s)(?:-r|--require|--import|--loader|--experimental-loader)(?:\s|=)")
"""How options of node load a module ahead of the program."""
_OF_THE_SYSTEM = frozenset({"which", "node", "npm", "sh"})
_TYPES = frozenset("type-fest ts-toolbelt csstype openapi-types @octokit/types".split())


class Asked(Record):
    """What leaves, and around which starts."""

    family: Family
    leaving: Leaving
    programs: frozenset[str]
    """Programs that leave with their packages."""
    starts: tuple[Start, ...]
    root: Site
    """The package's directory in the finished image."""
    workdir: str
    """Where the container starts."""

    @property
    def manifest(self) -> Manifest:
        """What all packages of the family ask for."""
        return self.family.whole

    @property
    def directories(self) -> tuple[str, ...]:
        """Where the family's sources lie, the root first."""
        return tuple(one.directory for one in self.family.manifests)

    @property
    def direct(self) -> frozenset[str]:
        """The dev dependencies themselves, without packages of types."""
        return frozenset(name for name in direct(self.manifest) if not is_types(name))

    @property
    def named_in_starts(self) -> frozenset[str]:
        """What a start may not name: it doesn't tell which member's node_modules it looks into."""
        return self.direct | (self.leaving.parted - self.family.names)

    @property
    def direct_programs(self) -> frozenset[str]:
        """Programs of the dev dependencies themselves."""
        return frozenset(
            name for package in self.direct for name in (package, *programs_of(package)) if "/" not in name
        )

    def words(self) -> Iterator[tuple[str, str]]:
        """Every word of every command that a start reaches, with where."""
        for start in self.starts:
            for command in start.reached:
                told = (*command.words, *(value for _, value in command.environment))
                for word in (part for text in told for part in re.split(r"[\s=,;'\"]+", text) if part):
                    yield word, f"`{command}` of {start.where}"
        for word in self.root.variable("NODE_OPTIONS").split():
            yield word.rpartition("=")[2], "NODE_OPTIONS"
        for value in self.root.case.values:
            for word in value.split() if _PRELOADS.match(value) else ():
                yield word.rpartition("=")[2], "NODE_OPTIONS of a service"


def is_types(name: str) -> bool:
    """Whether a package holds nothing that could be loaded."""
    return name.startswith(("@types/", "@tsconfig/")) or name in _TYPES


def package_in(word: str) -> str:
    """The package of `ts-node/register`, of `./node_modules/nodemon/bin/x.js`, or mostly of `node_modules/.bin/mocha`."""
    inside = word.rpartition("node_modules/")[2].removeprefix(".bin/")
    return "/".join(inside.split("/")[: 2 if inside.startswith("@") else 1])


def programs_leaving(names: Iterable[str], lock: Lock | None) -> frozenset[str]:
    """Programs of packages that leave: by the lockfile and by the table of tools."""
    leaving = frozenset(names)
    found = {program for name in leaving for program in programs_of(name)}
    for package in lock.packages if lock is not None else ():
        found.update(package.programs if package.name in leaving else ())
    return frozenset(found) - _OF_THE_SYSTEM
