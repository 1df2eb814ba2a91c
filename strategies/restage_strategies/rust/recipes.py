"""Recipes that call cargo: make, just and their like."""

from __future__ import annotations

import posixpath
import re

from restage.api import Command, State

_RUNNERS = frozenset({"make", "gmake", "just", "cargo-make", "makers"})
_FILES = ("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Makefile.toml")
_CALLS_CARGO = re.compile(r"\bcargo\b|\$[({]CARGO[)}]")
_CALLS_OTHERS = re.compile(r"\bgo build\b|\$[({]GO[)}]|\bnpm |\byarn |\bmvn |\bpip ")
_PREFIX = re.compile(r"/usr/local|\$[({](?:PREFIX|prefix|DESTDIR)[)}]|\binstall -")


def runs_recipe(command: Command) -> bool:
    """Whether the command runs a recipe of the project."""
    return command.name in _RUNNERS


def recipe_directory(command: Command, state: State) -> str:
    """Where `make -C DIR` and its like work."""
    for at, word in enumerate(command.words[:-1]):
        if word in ("-C", "--directory", "-d", "--working-directory"):
            return state.path(command.words[at + 1]).path
    return state.directory


def recipe_of(command: Command, state: State) -> str | None:
    """The text of the recipe that the command runs, if it calls cargo and no other ecosystem's tool."""
    if not runs_recipe(command):
        return None
    directory = recipe_directory(command, state)
    texts = (state.tree.text(posixpath.join(directory, name)) for name in _FILES)
    text = next((text for text in texts if text is not None), None)
    if text is None or not _CALLS_CARGO.search(text) or _CALLS_OTHERS.search(text):
        return None
    return text


def names_prefix(recipe: str) -> bool:
    """Whether a recipe may install below a prefix."""
    return _PREFIX.search(recipe) is not None
