"""Images that hold data but no programs: what a static program may find there."""

from __future__ import annotations

from collections.abc import Mapping

from restage.image.base import BaseImage
from restage.record import Record


class MinimalImage(Record):
    """An image without shell, C library and package manager."""

    reference_text: str
    holds: tuple[str, ...]
    """Paths, with all below them."""
    packages: frozenset[str]
    """OS packages whose files it has."""
    users: frozenset[str]
    environment: Mapping[str, str]


_DEBIAN = {"bookworm": "debian12", "trixie": "debian13"}


def minimal_image(base: BaseImage) -> MinimalImage | None:
    """The static image of the same release; its content follows GoogleContainerTools/distroless, `base` (2026-08)."""
    suite = _DEBIAN.get(base.release)
    if base.distro != "debian" or suite is None:
        return None
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    return MinimalImage(
        f"gcr.io/distroless/static-{suite}",
        (
            "/etc/group",
            "/etc/passwd",
            "/etc/protocols",
            "/etc/services",
            "/etc/ssl",
            "/tmp",
            "/usr/share/zoneinfo",
        ),
        frozenset({"base-files", "ca-certificates", "netbase", "tzdata"}),
        frozenset({"", "0", "root", "65532", "nonroot", "65534", "nobody"}),
        {"SSL_CERT_FILE": certificates},
    )
