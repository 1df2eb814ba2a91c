"""What can be left out of the runtime stage, and what that rests on."""

from __future__ import annotations

from enum import StrEnum

from restage.api.claim import Claim
from restage.api.need import Need
from restage.api.product import Product
from restage.api.region import Region
from restage.record import Record


class ReductionKind(StrEnum):
    """Every way of leaving something out."""

    BUILD_TOOLS = "build-tools"
    """Compilers, headers and fetch tools: packages of the build, or an unpacked toolchain."""
    SIBLING_BASE = "sibling-base"
    """The base's build variant, for its runtime sibling."""
    DEV_DEPENDENCIES = "dev-dependencies"
    """What is installed only for the build: it leaves the builder by a `prune` command before anything is copied."""
    COMPILE_ONLY = "compile-only"
    """Sources of compiled code and intermediate output inside a directory that is copied: `goes`."""
    BROUGHT_BY_BASE = "brought-by-base"
    """What the runtime stage's base brings by itself, and a copied directory would bring a second time: `goes`."""
    ARTIFACT_ONLY = "artifact-only"
    """Everything of the working directory but `keeps`: the artifact and its named data."""
    MINIMAL_BASE = "minimal-base"
    """The sibling, for an image without shell and package manager: the artifact brings its own or needs nothing."""


class Prune(Record):
    """A command that takes something out of the builder before the runtime stage copies from it."""

    directory: str
    """Where it runs: an absolute path of the image."""
    command: str
    """Shell text: `npm prune --omit=dev`. It needs no network and runs no scripts of the project."""
    what: str
    """What leaves, for reports: `12 dev dependencies`."""
    places: tuple[Region, ...] = ()
    """Directories that it takes something out of; empty for every product of dependencies."""
    wants: tuple[Region, ...] = ()
    """Caches that it takes from what earlier commands left: without them it would fetch, perhaps where it no longer may."""
    how: str = ""
    """Why it is this command, where a reader of the file would expect another one."""
    pays: bool = True
    """Whether it alone is worth a second stage: False where copying what is left may cost as much as it saves."""


class Reduction(Record):
    """A strategy's offer for one product: it stands the reduction if the claims hold and the needs are met."""

    kind: ReductionKind
    product: Product
    claims: tuple[Claim, ...]
    needs: tuple[Need, ...] = ()
    """What has to be in the runtime stage once it is applied; the engine brings it or drops the reduction."""
    goes: tuple[Region, ...] = ()
    """Regions that stay behind in the builder (a toolchain unpacked by hand, sources of compiled code)."""
    keeps: tuple[Region, ...] = ()
    """Of `ARTIFACT_ONLY`: all that goes along of the directory that would be copied as a whole."""
    prune: Prune | None = None
    """Of `DEV_DEPENDENCIES`: what takes them out."""
