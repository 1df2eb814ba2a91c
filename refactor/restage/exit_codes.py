"""What the command tells whoever called it."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, as in DESIGN 10."""

    DONE = 0
    WOULD_CHANGE = 1
    USAGE = 2
    NO_DOCKERFILE = 3
    UNREADABLE = 4
    VERIFICATION_FAILED = 5
    BUG = 123
    INTERRUPTED = 130
    """By Ctrl-C; as shells tell of a program that SIGINT ended."""


_OBJECTS_BEFORE_COLLECTION = 100_000
"""What is made while modules load lives to the end: looking through it for garbage takes a twentieth of a cold run."""
