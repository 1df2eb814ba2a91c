"""What came with a package that stays in the builder, and is needed by itself: certificates with wget, ssh with git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restage.image.base import BaseImage
from restage.image.facilities import Facility, has, provides
from restage.image.os_packages import brings_tools, programs, recommended
from restage.meaning.needs import Needs


def company_needed(
    dropped: dict[str, str], candidates: list[str], needs: Needs, base: BaseImage
) -> dict[str, str]:
    """Packages to install in their own right, with the reason; recommendations count as installed."""
    manager = base.package_manager
    there = set(candidates) - dropped.keys()
    lacking = {
        facility: why
        for facility, why in needs.facilities.items()
        if not has(base, facility) and not any(provides(name, facility, manager) for name in there)
    }
    called = {program.rpartition("/")[2]: why for program, why in needs.programs.items()}
    own = base.own_programs.union(program for name in there for program in programs(name, manager))
    called = {name: why for name, why in called.items() if name not in own}
    called |= {package: why for names, why in needs.packages.items() for package in names if package}
    return {
        name: why
        for name in _with(dropped, base)
        if name not in there and (why := _reason(name, lacking, called, base))
    }


def _reason(name: str, lacking: dict[Facility, str], called: dict[str, str], base: BaseImage) -> str | None:
    manager = base.package_manager
    held = (why for facility, why in lacking.items() if provides(name, facility, manager))
    run = (called[program] for program in (name, *programs(name, manager)) if program in called)
    return next(held, None) or next(run, None)


def _with(dropped: Iterable[str], base: BaseImage) -> Iterator[str]:
    """All that comes with these packages, each once, without themselves."""
    pending = list(dropped)
    seen = set(pending)
    while pending:
        name = pending.pop(0)
        for other in (*brings_tools(name, base.package_manager), *recommended(name, base.package_manager)):
            if other not in seen:
                seen.add(other)
                pending.append(other)
                yield other
