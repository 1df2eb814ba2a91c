"""Commands that the project's documents tell people to run in the container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage_strategies.node.site import Site

_DOCUMENTS = (
    "README.md",
    "readme.md",
    "README",
    "README.rst",
    "Readme.md",
    "Makefile",
    "makefile",
    "justfile",
)
_IN_CONTAINER = re.compile(r"\b(?:docker|docker-compose|podman|kubectl)\b.{0,200}?\b(?:exec|run)\b(.{1,400})")
_RUN = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s{1,4}(?:run(?:-script)?\s{1,4})?([\w:@/.-]{1,80})")


def told_to_run(site: Site) -> Iterator[tuple[str, str]]:
    """Each word of such a line, scripts of the manifest followed one step, and where it stands."""
    for name in _DOCUMENTS:
        text = site.case.context.text(name)
        for number, line in enumerate((text or "").splitlines()):
            found = _IN_CONTAINER.search(line) if len(line) < 2000 else None
            if found:
                where = f"{name}:{number + 1}"
                yield from ((word, where) for word in _words(found[1], site))


def _words(text: str, site: Site) -> Iterator[str]:
    yield from re.split(r"[\s=`'\"]+", text)
    manifest = site.manifest
    for script in _RUN.findall(text):
        if manifest is not None and script in manifest.scripts:
            yield from re.split(r"[\s=`'\"]+", manifest.scripts[script])
