"""One single-stage file, understood; and a split of it, planned."""

from __future__ import annotations

from restage.api.case import Case
from restage.api.need import PathNeed
from restage.api.region import Region
from restage.api.start import Start
from restage.api.strategy import Strategy
from restage.build.contract import RuntimeContract
from restage.build.stages import Build, Stage
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied, Arrangement
from restage.planning.base import BasePlan
from restage.planning.packages import PackagePlan
from restage.planning.sorted import Sorted
from restage.record import Record


class Situation(Record):
    """One single-stage file, understood."""

    build: Build
    stage: Stage
    base: BaseImage | UnknownBase
    walk: Walk
    starts: tuple[Start, ...]
    case: Case
    strategies: tuple[Strategy, ...]
    taken_names: frozenset[str]
    """Names that a new stage must not have."""
    named: tuple[PathNeed, ...] = ()
    """Paths that whoever uses the image names in the values of variables."""
    mounted: tuple[str, ...] = ()
    """Paths where whoever uses the image mounts something that outlives the container."""
    workplace: str | None = None
    """File and line that has people or jobs work in the image."""


class Served(Record):
    """A planned stage of nginx in the place of the server that the file starts: the author asked for it."""

    arrangement: Arrangement
    contract: RuntimeContract
    """What the new image tells whoever runs it; the server's own settings are others than before, and announced."""
    lost: tuple[str, ...]
    """Variables that are set no more."""
    lost_path_entries: tuple[str, ...]
    root: Region
    """The site in the builder."""
    place: str
    """The site in the new image."""
    applied: tuple[Applied, ...]
    base: BaseImage
    rung: str = "served"


class Split(Record):
    """A planned split."""

    arrangement: Arrangement
    rung: str
    applied: tuple[Applied, ...]
    sorted: Sorted
    base: BasePlan
    packages: PackagePlan


Planned = Split | Served
