"""Which ecosystem a project belongs to."""

from __future__ import annotations

from restage.record import Record


class Detection(Record):
    """A strategy found its ecosystem."""

    root: str
    """Directory of the manifest, relative to the build context; empty for its top."""
    evidence: tuple[str, ...]
    """What was found: `package.json`, `RUN npm ci`."""
