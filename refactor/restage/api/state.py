"""What holds at one step of a stage."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from restage.api.region import Region, region
from restage.api.tree import Tree
from restage.image.base import BaseImage, UnknownBase
from restage.record import Record


class State(Record):
    """Working directory, user, environment and files just before a command runs."""

    directory: str
    """The working directory: absolute, normalised, a `cd` in the same RUN included."""
    user: str
    """As USER says, without its group; `root` where nothing says."""
    environment: Mapping[str, str | None]
    """ENV, ARG in scope (defaults), and what the base sets; None where a value cannot be known."""
    base: BaseImage | UnknownBase
    tree: Tree
    packages: frozenset[str] = frozenset()
    """OS packages that the file has installed so far."""
    homes: tuple[tuple[str, str], ...] = ()
    """Home directories of the users that the file has made so far, by name and by number."""
    wandered: bool = False
    """Whether a `cd` to a place that only running tells went before: the working directory may be any."""

    def path(self, *names: str) -> Region:
        """The region of a path as a command in this state sees it; `~` is the home directory.

        A variable of a base that isn't known keeps its name: `$APP_ROOT/bin` is at `/$APP_ROOT/bin`.
        """
        first, *rest = names or ("",)
        if first.startswith("$") and self._sets(first):
            return region("/", first, *rest)
        if first == "~" or first.startswith("~/"):
            first = posixpath.join(self.home, first[2:])
        return region(self.directory, first, *rest)

    def _sets(self, text: str) -> bool:
        """Whether the text begins with a variable that only the base can set."""
        named = re.match(r"\$(?:\{(\w+)\}|(\w+))(?=/|$)", text)
        name = (named[1] or named[2]) if named else None
        return isinstance(self.base, UnknownBase) and name is not None and name not in self.environment

    @property
    def home(self) -> str:
        """The home directory: HOME if it is set, else where the file made the user; /root for root, else /home/USER."""
        told = self.environment.get("HOME") or dict(self.homes).get(self.user)
        if told:
            return told
        return "/root" if self.user in ("root", "0", "") else f"/home/{self.user}"

    def variable(self, name: str) -> str:
        """The value of a variable; empty where it is not set or not known."""
        return self.environment.get(name) or ""

    @property
    def search_path(self) -> tuple[str, ...]:
        """The directories of PATH, in order."""
        return tuple(part for part in self.variable("PATH").split(":") if part)
