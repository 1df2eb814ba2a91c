"""The words that strategies speak: everything they need, and nothing of the Dockerfile's text."""

from restage.api.case import Case
from restage.api.claim import Basis, Claim, ClaimKind, Evidence, Verdict
from restage.api.command import Command
from restage.api.detection import Detection
from restage.api.effect import NOTHING, Effect, Prefetch, unknown
from restage.api.need import FacilityNeed, Need, PackageNeed, PathNeed, ProgramNeed, VariableNeed
from restage.api.observation import (
    LinkedLibrary,
    MissingFile,
    MissingLibrary,
    MissingProgram,
    Observation,
    Opened,
    Started,
)
from restage.api.product import Product, ProductKind
from restage.api.reduction import Prune, Reduction, ReductionKind
from restage.api.region import EVERYWHERE, Region, outermost, region
from restage.api.scripts import commands_of, commands_of_file
from restage.api.shell_text import COMMON_PROGRAMS, is_program, programs_in
from restage.api.start import Resolution, Role, Start, ToolchainAtStart
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.api.tree import Changed, FromContext, Gone, Made, Origin, Placed, Tree, Unknown
from restage.image.base import BaseImage, Libc, PackageManager, UnknownBase, Variant
from restage.image.facilities import Facility
from restage.project.context import Context, Kind
from restage.record import Record
from restage.shell.commands import Inline, Plain, options, unwrap

__all__ = [
    "COMMON_PROGRAMS",
    "EVERYWHERE",
    "NOTHING",
    "BaseImage",
    "Basis",
    "Case",
    "Changed",
    "Claim",
    "ClaimKind",
    "Command",
    "Context",
    "Detection",
    "Effect",
    "Evidence",
    "Facility",
    "FacilityNeed",
    "FromContext",
    "Gone",
    "Inline",
    "Kind",
    "Libc",
    "LinkedLibrary",
    "Made",
    "MissingFile",
    "MissingLibrary",
    "MissingProgram",
    "Need",
    "Observation",
    "Opened",
    "Origin",
    "PackageManager",
    "PackageNeed",
    "PathNeed",
    "Placed",
    "Plain",
    "Prefetch",
    "Product",
    "ProductKind",
    "ProgramNeed",
    "Prune",
    "Record",
    "Reduction",
    "ReductionKind",
    "Region",
    "Resolution",
    "Role",
    "Start",
    "Started",
    "State",
    "Strategy",
    "ToolchainAtStart",
    "Tree",
    "Unknown",
    "UnknownBase",
    "VariableNeed",
    "Variant",
    "Verdict",
    "commands_of",
    "commands_of_file",
    "is_program",
    "options",
    "outermost",
    "programs_in",
    "region",
    "unknown",
    "unwrap",
]
