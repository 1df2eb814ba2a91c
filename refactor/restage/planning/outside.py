"""Scripts of the project that the build runs: where they name places outside their directory, nothing is bounded."""

from __future__ import annotations

import re

from restage.api.claim import ClaimKind
from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.packages import SCRATCH
from restage.meaning.walk import Step
from restage.planning.beside import Unsortable

_PLACE = re.compile(
    r"""["'`](/(?:srv|opt|var|usr|data|home|mnt|etc|www|root|media)(?:/[\w.${}@+-]+)*)/?["'`]"""
)
"""A path in quotes below a directory of the file system; roots that addresses of a site begin with are not among them."""
_HARMLESS = tuple(
    Region(path) for path in ("/usr/bin", "/usr/local/bin", "/usr/sbin", "/var/tmp", "/var/run")
)


def names_outside(actions: list[tuple[Step, Action]], build: set[int]) -> Unsortable | None:
    """The first step that runs a script of the context which names a place that is not copied."""
    for step, action in actions:
        if id(action) not in build:
            continue
        for path in _scripts(action):
            for place in _places(action.state.tree.text(path) or ""):
                known = (Region(action.state.directory), *action.effect.writes, *SCRATCH, *_HARMLESS)
                if not any(region.covers(place) for region in known):
                    return Unsortable(step.position, f"{path} names {place}, outside its directory")
    return None


def _scripts(action: Action) -> list[str]:
    """Files of the context that the command, or what it was followed to, names."""
    subjects = [claim.subject for claim in action.effect.claims if claim.kind is ClaimKind.BOUNDED_WRITES]
    words = [*action.command.words, *(word for subject in subjects for word in subject.split())]
    if not subjects:
        return []
    paths = (action.state.path(word).path for word in words if "." in word and not word.startswith("-"))
    return [path for path in dict.fromkeys(paths) if action.state.tree.is_file(path)]


def _places(text: str) -> list[Region]:
    return [Region(found) for found in dict.fromkeys(_PLACE.findall(text))]
