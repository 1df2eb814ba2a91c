"""Distributions as a product of an install."""

from __future__ import annotations

from restage.api import Product
from restage_strategies.python.dev_groups import DevGroups
from restage_strategies.python.names import Requirement


class Installed(Product):
    """Distributions that one install put somewhere, with what it asked for."""

    wanted: tuple[Requirement, ...] = ()
    unread: tuple[str, ...] = ()
    locked: bool = False
    python: str | None = None
    own: bool = True
    """Installed for the interpreter that the base image exists for."""
    asked_in: str = ""
    """Where the install asks: `requirements.txt`, `pip install`."""
    dev: DevGroups | None = None
    """What it installed for development alone, where that can be taken out."""
