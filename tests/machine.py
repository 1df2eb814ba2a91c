"""What some tests need of the machine that they run on: a marker says it, and here is whether it is there."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest

from cases import all_cases
from restage.build.stages import read_build
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.verify.engines import Buildah, Engine, EngineTrouble, NoEngine, Podman, engine_name, tell
from restage.verify.finding import find_engine
from restage.verify.images import is_there

MARKERS = {
    "engine": "builds and runs with a real engine; its name, if it has to be that one",
    "facts": "compares with the facts that the data about images are made of",
    "small_disk": "mounts a file system",
}
FACTS = Path(__file__).parents[2] / "shared" / "facts"
SMALLEST = "busybox"


@contextmanager
def alone_with(names: Iterable[str]) -> Iterator[None]:
    """No other worker of pytest-xdist has any of these at the same time: names of images that are lent, a storage."""
    with ExitStack() as held:
        for name in sorted(names):  # in one order, so that nobody waits for who waits
            place = Path(tempfile.gettempdir(), f"restage-tests-{quote(name, safe='')}.lock")
            fcntl.flock(held.enter_context(place.open("w")), fcntl.LOCK_EX)
        yield


def storage_of(engine: Engine) -> tuple[str, ...]:
    """podman and buildah keep images in one storage, and each may clear what the other is about to use."""
    return ("podman",) if isinstance(engine, Podman | Buildah) else ()


def lacking(markers: Iterable[pytest.Mark]) -> str | None:
    """Why a test with these markers can't run here; None: it can."""
    return next((why for marker in markers if (why := _lacking(marker))), None)


def _lacking(marker: pytest.Mark) -> str | None:
    match marker.name:
        case "engine":
            found = engine_or_why(*marker.args)
            return found.why if isinstance(found, NoEngine) else None
        case "facts":
            return None if FACTS.is_dir() else f"the facts about images are not at {FACTS}"
        case "small_disk":
            return _why_no_small_disk()
        case _:
            return None


@cache
def engine_or_why(name: str = "") -> Engine | NoEngine:
    """The engine of that name, or the one that restage takes by itself. One that has no image to build on is none."""
    found = find_engine(name)
    if isinstance(found, NoEngine):
        return found
    try:
        why = _without_busybox(found) if name else _without_bases(found)
    except EngineTrouble as trouble:
        return NoEngine(str(trouble))
    return NoEngine(f"{engine_name(found)} {why}") if why else found


def _without_bases(engine: Engine) -> str | None:
    """It would fetch gigabytes, from wherever it does: that is for those who run the tests to decide."""
    bases = sorted(_bases())
    if any(is_there(engine, base) for base in bases):
        return None
    return f"has none of the {len(bases)} base images of the corpus ({', '.join(bases[:3])}, …)"


def _bases() -> frozenset[str]:
    documents = (read((case.before / case.dockerfile).read_bytes()) for case in all_cases() if case.builds)
    builds = (read_build(document, instructions(document)) for document in documents)
    return frozenset(stage.base for build in builds for stage in build.stages if stage.base)


def _without_busybox(engine: Engine) -> str | None:
    """Tests of one engine by name build on no other image; a few megabytes may be fetched."""
    if is_there(engine, SMALLEST):
        return None
    said = tell(engine, "pull", "--quiet", SMALLEST, seconds=60)
    return f"has no {SMALLEST} and can't pull it: {said.lines[-1][:200]}" if said.code else None


@cache
def _why_no_small_disk() -> str | None:
    with tempfile.TemporaryDirectory() as place:
        said = mounted(Path(place))
        if said is None:
            subprocess.run(["umount", place], check=True)
    return said


def mounted(place: Path) -> str | None:
    """Mounts a file system that is full after 64 kB; why not, if that fails."""
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True, text=True)
    except OSError as error:
        return f"no file system can be mounted: {error}"
    return f"no file system can be mounted: {done.stderr.strip()}" if done.returncode else None


def is_promised(markers: Iterable[pytest.Mark]) -> bool:
    """Whether the machine should have what they ask for: then a test stays, and fails without."""
    if os.environ.get("CI") == "true":
        return True
    asked = MARKERS.keys() & {marker.name for marker in markers}
    return os.environ.get("RESTAGE_ENGINE") == "1" and asked == {"engine"}
