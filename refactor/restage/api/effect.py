"""What one command does to the image."""

from __future__ import annotations

from restage.api.claim import Claim
from restage.api.region import EVERYWHERE, Region
from restage.record import Record


class Prefetch(Record):
    """A command that fetches beforehand what another one would fetch by itself, and reads much less of the project."""

    command: str
    """Shell text: `go mod download`. A build must not fail by it that would not fail without."""
    directory: str
    """Where it runs: an absolute path of the image."""
    reads: tuple[Region, ...]
    """All that it reads of the project: manifests and lockfiles, file by file."""
    fills: Region
    """The cache that it fills. What fills it earlier in the stage makes the command needless."""


class Effect(Record):
    """Reads, writes and deletes of one command, by region of the image.

    A region that is exactly a file says that this file is made or changed. A directory says that anything below it may
    be; files that a COPY put there are then still taken as the build context has them (claim `bounded-writes`).
    """

    reads: tuple[Region, ...] = ()
    """What it reads beyond the base's own files; the whole working directory if it runs the project's code."""
    writes: tuple[Region, ...] = ()
    bounds: tuple[Region, ...] = ()
    """Where a directory of `writes` says more than may change: the only places in it that may, there or not."""
    deletes: tuple[Region, ...] = ()
    caches: tuple[Region, ...] = ()
    """Written too, but of no use to anything that runs: download and build caches, by the tool's own table."""
    leaves: tuple[Region, ...] = ()
    """Of `caches`, those that it surely leaves and that nothing installed links to: where it runs again, they go at once."""
    packages: tuple[str, ...] = ()
    """OS packages that it installs."""
    removes: tuple[str, ...] = ()
    """OS packages that it removes."""
    users: tuple[str, ...] = ()
    """Users and groups that it makes."""
    homes: tuple[tuple[str, str], ...] = ()
    """Home directories of users, whether they are there or not: by name, and by number where the command gives one."""
    programs: tuple[str, ...] = ()
    """Programs that it calls beyond its own (gcc for a compiled extension), for what the builder must have."""
    prefetch: Prefetch | None = None
    """How what it fetches can be fetched before it."""
    repeatable: bool = False
    """Run again in the runtime stage it gives the same as here, given the base, packages, users and the files that it reads."""
    claims: tuple[Claim, ...] = ()
    opaque: str | None = None
    """Why nothing is known of it; then it may read, write and delete everywhere."""

    @property
    def changes(self) -> tuple[Region, ...]:
        """Everything that is not as before after the command, caches excepted."""
        return self.writes + self.deletes

    @property
    def may_change(self) -> tuple[Region, ...]:
        """The same as closely as `bounds` tell it; these may name what is not there afterwards."""
        whole = tuple(w for w in self.writes if not any(w.covers(place) for place in self.bounds))
        return whole + self.bounds + self.deletes


NOTHING = Effect(repeatable=True)
"""No effect on the image (`echo`, `true`, `node --version`)."""


def unknown(why: str) -> Effect:
    """The effect of a command that nobody recognises."""
    return Effect(reads=(EVERYWHERE,), writes=(EVERYWHERE,), deletes=(EVERYWHERE,), opaque=why)
