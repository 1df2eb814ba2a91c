"""What a plan rests on: claims, and the evidence for them. Strategies give evidence, the engine judges it."""

from __future__ import annotations

from enum import StrEnum

from restage.record import Record


class ClaimKind(StrEnum):
    """Every kind of claim that a plan can rest on."""

    BASE_KNOWN = "base-known"
    """The base image, its sibling and what the sibling lacks stand in the data of official images."""
    BOUNDED_WRITES = "bounded-writes"
    """A recognised tool that runs the project's code writes its own places only."""
    UNNAMED_PROGRAM = "unnamed-program"
    """No needed code names a program that only the full base has, beyond those that are installed again."""
    NODE_SIBLING = "node-sibling"
    """Each Node.js package with native code or install scripts is prebuilt or has a row."""
    PYTHON_DIRECT_ROWS = "python-direct-rows"
    """Each direct requirement has a row that says what it loads."""
    PYTHON_LOCKED_ROWS = "python-locked-rows"
    """Each locked distribution has a row that says what it loads."""
    GO_LINKAGE = "go-linkage"
    """The libraries that a Go binary links to are in the runtime stage."""
    RUST_LINKAGE = "rust-linkage"
    """The libraries that a Rust binary links to are in the runtime stage."""
    C_LINKAGE = "c-linkage"
    """The libraries that a C or C++ program links to are in the runtime stage: it may link to any that its headers brought."""
    JAR_RUNTIME = "jar-runtime"
    """A jar runs on the JRE of the same vendor and major as the JDK that made it."""
    DEV_UNUSED = "dev-unused"
    """Nothing that a start reaches, and no configuration that the started tool loads, names a dev dependency."""
    SOURCES_UNREAD = "sources-unread"
    """No start, script or shipped file opens the sources of what was compiled."""
    MINIMAL_CONTENTS = "minimal-contents"
    """The artifact is static or finds its libraries, and needs no shell, user or program that the minimal image lacks."""
    APPLICATION_FILES = "application-files"
    """The files that the program opens go along."""
    LIBRARIES_COVERED = "libraries-covered"
    """Each library of a dropped package has its runtime package, or nothing links to it."""
    USER_IDS = "user-ids"
    """No dropped package moves the numeric ids of the users that the file makes."""
    START_KNOWN = "start-known"
    """Every start was followed to the programs that it runs."""


class Verdict(StrEnum):
    """The engine's word on a claim."""

    PROVEN = "proven"
    EXPECTED = "expected"
    OPEN = "open"
    REFUTED = "refuted"


class Basis(StrEnum):
    """What kind of evidence stands behind a claim."""

    RULE = "rule"
    """A complete rule over file and context, a closed table, or by construction."""
    SEARCH = "search"
    """A search of named places that went to its end."""
    PARTIAL = "partial"
    """A search that could not be completed; only running can tell."""


class Evidence(Record):
    """What was looked at and what was found."""

    basis: Basis
    searched: str
    """What was searched, as a phrase: `14 direct requirements of requirements.txt`."""
    against: tuple[str, ...] = ()
    """Findings that contradict the claim; any of them refutes it."""
    missing: tuple[str, ...] = ()
    """What could not be told (names without a row); with any of them the claim is open."""
    found: tuple[str, ...] = ()
    """Findings worth a reader's while that don't contradict the claim."""


class Claim(Record):
    """One claim on one subject, with its evidence."""

    kind: ClaimKind
    subject: str
    """What it is about: `dependencies of requirements.txt`, `/app/main`."""
    evidence: Evidence
