"""A start that does nothing but serve a built site: another web server could do it, where the user asks for one."""

from __future__ import annotations

from restage.api.region import Region
from restage.record import Record


class ServedSite(Record):
    """A start serves built files over HTTP, and does nothing else with them."""

    root: str
    """Absolute path of the directory in the image."""
    port: int | None
    """Where it listens; None: that can't be told."""
    fallback: bool
    """It answers addresses that no file has with index.html, as applications of one page need it."""
    server: str
    """The command that serves, for reports."""
    only_for: tuple[Region, ...] = ()
    """What was installed for this server alone."""


class NotServed(Record):
    """A start serves a site that another web server can't take over."""

    why: str
    help: str
