"""What is another with nginx than with the server before, in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from restage.build.contract import RuntimeContract
from restage.planning.serveable import Taking


def announcements(old: RuntimeContract, new: RuntimeContract, found: Taking) -> tuple[str, ...]:
    """All that the new image tells differently, and how answers may differ."""
    ports = ", ".join(map(str, sorted(found.conf.ports)))
    return (
        f"{found.path} was read to its end: it listens on {ports}, and serves {found.conf.root}",
        *_lost(old, new),
        *_gained(old, new),
        *_answers(found),
    )


def _lost(old: RuntimeContract, new: RuntimeContract) -> Iterator[str]:
    names = [f"ENV {name}" for name in old.environment if name not in new.environment]
    if old.environment.get("PATH") != new.environment.get("PATH"):
        names.append("entries of PATH")
    if old.directory != new.directory:
        names.append(f"WORKDIR {old.directory}")
    if old.shell != new.shell:
        names.append("SHELL")
    if names:
        yield f"set no more: {', '.join(names)}"


def _gained(old: RuntimeContract, new: RuntimeContract) -> Iterator[str]:
    if old.entrypoint != new.entrypoint:
        yield f"ENTRYPOINT {_shown(old.entrypoint)} becomes {_shown(new.entrypoint)}"
    yield f"CMD {_shown(old.command)} becomes {_shown(new.command)}"
    if old.stopsignal != new.stopsignal:
        yield f"STOPSIGNAL {old.stopsignal or 'SIGTERM'} becomes {new.stopsignal}"
    more = sorted(new.exposed - old.exposed)
    if more:
        yield f"nginx's image exposes {', '.join(more)} too"


def _shown(words: tuple[str, ...]) -> str:
    return f"`{shlex.join(words)}`" if words else "(none)"


def _answers(found: Taking) -> Iterator[str]:
    if found.conf.fallback and not found.site.fallback:
        yield f"addresses that no file has: not found before, index.html as {found.path} says"
    others = "headers, pages for errors, and addresses that name a page without its ending"
    yield f"{others} are as {found.path} says"
