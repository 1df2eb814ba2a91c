"""Where a command runs: the state, the case, and what was followed to get there."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from restage.api import Case, Record, Region, State
from restage_strategies.node.manifest import Manifest, nearest_manifest

DEEPEST = 12
"""Scripts that call scripts are followed this far."""


class Site(Record):
    """A place in the build or in the finished image from which commands are looked at."""

    state: State
    case: Case
    followed: tuple[str, ...] = ()
    """Scripts that led here, as `directory: name`."""
    given: tuple[tuple[str, str], ...] = ()
    """Variables that stood in front of commands on the way here."""

    @property
    def directory(self) -> str:
        """The working directory."""
        return self.state.directory

    def at(self, directory: str) -> Site:
        """The same, in another directory; relative to this one, empty for no change."""
        if not directory:
            return self
        return replace(self, state=replace(self.state, directory=self.state.path(directory).path))

    def having(self, environment: Mapping[str, str] | tuple[tuple[str, str], ...]) -> Site:
        """The same, with further variables set."""
        if not environment:
            return self
        new = dict(environment)
        state = replace(self.state, environment={**self.state.environment, **new})
        return replace(self, state=state, given=tuple({**dict(self.given), **new}.items()))

    @property
    def assignments(self) -> tuple[str, ...]:
        """These variables as a command line has them: `NAME=value`."""
        return tuple(f"{name}={value}" for name, value in self.given)

    def inside(self, script: str) -> Site | None:
        """The same, one script deeper; None if that script led here already."""
        here = f"{self.directory}: {script}"
        if here in self.followed or len(self.followed) >= DEEPEST:
            return None
        return replace(self, followed=(*self.followed, here))

    def variable(self, *names: str) -> str:
        """The value of the first of these variables that is set."""
        return next((value for name in names if (value := self.state.variable(name))), "")

    def home(self, *names: str) -> Region:
        """A path below the home directory."""
        return self.state.path(posixpath.join(self.state.home, *names))

    @property
    def is_root(self) -> bool:
        """Whether commands run as root."""
        return self.state.user in ("root", "0", "")

    @property
    def manifest(self) -> Manifest | None:
        """The package.json that npm and yarn find from here."""
        return nearest_manifest(self.state.tree, self.directory)
