"""Programs that Go sources call by name, and other things that they ask the system for."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Record
from restage_strategies.go.calling import Call, PackageCalls
from restage_strategies.go.handing import handed_to
from restage_strategies.go.source import GoFile
from restage_strategies.go.sources import Sources, is_vendored
from restage_strategies.go.starters import callers, structures


class Calls(Record):
    """What was found in all the files of a program."""

    named: tuple[Call, ...]
    computed: tuple[str, ...]
    """Places that call a program whose name the code computes."""
    from_arguments: tuple[str, ...]
    """Those that take it from the command line."""
    untold: tuple[str, ...] = ()
    """Of `computed`, those in the project's own code for which no string names a program: settings may name any."""
    lines: tuple[tuple[str, ...], ...] = ()
    """The words of the calls in the project's own code, each up to the first that the code computes."""

    @property
    def direct(self) -> tuple[Call, ...]:
        """The calls that name their program themselves."""
        return tuple(call for call in self.named if call.direct)


def calls_in(files: Iterable[GoFile], root: str) -> Calls:
    """The programs that these files call.

    A computed name is looked for among the strings of its package and of those that import it: they may hand it over.
    """
    sources = Sources(files, root)
    found = {
        directory: PackageCalls(package, sources)
        for directory, package in sources.packages.items()
        if any(callers(file) or structures(file) for file in package)
    }
    given = handed_to((taken for each in found.values() for taken, _ in each.handing), sources)
    for directory, package in found.items():
        package.take(given)
        if package.computed:
            package.take_strings(sources.users(directory))
    named = [call for package in found.values() for call in package.named]
    own = [package for directory, package in found.items() if not is_vendored(directory)]
    unique = {(call.program, call.vendored, call.direct): call for call in reversed(named)}
    return Calls(
        tuple(sorted(unique.values(), key=lambda c: c.where)),
        tuple(where for package in found.values() for where in package.computed),
        tuple(where for package in found.values() for where in package.from_arguments),
        tuple(where for package in own if not package.handed for where in package.untold),
        tuple(dict.fromkeys(line for package in own for line in package.lines)),
    )
