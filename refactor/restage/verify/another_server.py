"""Where a plan puts another web server in the place of the original's: what has to be the same, and what is its own.

The same: which addresses are answered, with which status, kind and text. Its own: how it is started and stopped, what it
logs, its other headers, its pages for errors.
"""

from __future__ import annotations

from dataclasses import replace

from restage.build.contract import is_root
from restage.verify.images import ImageConfig
from restage.verify.probes import Answer
from restage.verify.runs import Seen


def with_its_settings(before: ImageConfig, after: ImageConfig) -> ImageConfig:
    """The original's configuration with what belongs to the new server; a port more than before is its own too.

    Variables that are gone were the old server's, or its image's: nginx reads none. Those that are there are compared.
    """
    kept = {name: text for name, text in before.environment.items() if name in after.environment}
    return replace(
        before,
        environment=kept,
        entrypoint=after.entrypoint,
        command=after.command,
        directory=after.directory,
        stopsignal=after.stopsignal,
        shell=after.shell,
        user=after.user if is_root(before.user) and is_root(after.user) else before.user,
        exposed=after.exposed if before.exposed <= after.exposed else before.exposed,
    )


def what_it_serves(seen: Seen) -> Seen:
    """What was seen of a container without what belongs to its server."""
    return replace(seen, output="", errors="", answers=tuple(map(_served, seen.answers)))


def its_own(server: str) -> tuple[str, ...]:
    """What is not compared where a plan says so, for a reader of the verdict; `server` is empty where none is new."""
    what = "how it starts and stops, its variables, its log, its other headers and its pages for errors are its own"
    return (f"{server} serves in the place of the original's server: {what}",) if server else ()


_KINDS = {"application/javascript": "text/javascript", "application/x-javascript": "text/javascript"}
"""Names of one and the same kind of file."""


def _served(answer: Answer) -> Answer:
    kinds = [text.partition(";")[0].strip() for name, text in answer.headers if name == "Content-Type"]
    headers = tuple(("Content-Type", _KINDS.get(kind, kind)) for kind in kinds)
    if answer.head >= "HTTP 4":
        return replace(answer, headers=(), body="")
    return replace(answer, headers=headers)
