"""The words that strategies speak: everything they need, and nothing of the Dockerfile's text."""

from restage.api.calling import called, called_in
from restage.api.case import Case
from restage.api.claim import Basis, Claim, ClaimKind, Evidence, Verdict
from restage.api.command import Command
from restage.api.detection import Detection
from restage.api.effect import NOTHING, Effect, Prefetch, unknown
from restage.api.naming import is_address, named_elsewhere, named_values, surely_there, told_places
from restage.api.need import FacilityNeed, Need, PackageNeed, PathNeed, ProgramNeed, VariableNeed
from restage.api.observation import (
    LinkedLibrary,
    MissingFile,
    MissingLibrary,
    MissingProgram,
    MissingVariable,
    Observation,
    Opened,
    Started,
)
from restage.api.option import Chosen, Option
from restage.api.packages import installed_anywhere
from restage.api.product import Product, ProductKind
from restage.api.reaching import is_reached, may_run, moved_names, program_paths
from restage.api.reduction import Prune, Reduction, ReductionKind
from restage.api.region import EVERYWHERE, Region, join, outermost, region
from restage.api.scripts import commands_of, commands_of_file
from restage.api.shell_text import COMMON_PROGRAMS, is_program, programs_in
from restage.api.site import NotServed, ServedSite
from restage.api.source_tokens import Token, arguments_of, line_of
from restage.api.start import Resolution, Role, Start, ToolchainAtStart
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.api.tree import Changed, FromContext, Gone, Made, Origin, Placed, Tree, Unknown, of_tree
from restage.image.base import BaseImage, Libc, PackageManager, UnknownBase, Variant
from restage.image.facilities import Facility
from restage.project.context import Context, Kind
from restage.project.readers.yaml_source import Malformed, Section, Value
from restage.project.readers.yaml_source import documents as read_yaml
from restage.project.toml_source import read_toml
from restage.record import Record, replace
from restage.shell.commands import Inline, Plain, options, unwrap

__all__ = [
    "COMMON_PROGRAMS",
    "EVERYWHERE",
    "NOTHING",
    "BaseImage",
    "Basis",
    "Case",
    "Changed",
    "Chosen",
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
    "Malformed",
    "MissingFile",
    "MissingLibrary",
    "MissingProgram",
    "MissingVariable",
    "Need",
    "NotServed",
    "Observation",
    "Opened",
    "Option",
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
    "Section",
    "ServedSite",
    "Start",
    "Started",
    "State",
    "Strategy",
    "Token",
    "ToolchainAtStart",
    "Tree",
    "Unknown",
    "UnknownBase",
    "Value",
    "VariableNeed",
    "Variant",
    "Verdict",
    "arguments_of",
    "called",
    "called_in",
    "commands_of",
    "commands_of_file",
    "installed_anywhere",
    "is_address",
    "is_program",
    "is_reached",
    "join",
    "line_of",
    "may_run",
    "moved_names",
    "named_elsewhere",
    "named_values",
    "of_tree",
    "options",
    "outermost",
    "program_paths",
    "programs_in",
    "read_toml",
    "read_yaml",
    "region",
    "replace",
    "surely_there",
    "told_places",
    "unknown",
    "unwrap",
]
