"""What the file's own settings name of the base: certificates, time zones and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api.need import FacilityNeed, PackageNeed
from restage.image.base import BaseImage, PackageManager
from restage.image.facilities import Facility, files_of
from restage.planning.situation import Situation

_LIBRARY = re.compile(r"/lib([A-Za-z0-9_+-]+)\.so\.(\d+)")


def needs_said(situation: Situation) -> Iterator[FacilityNeed | PackageNeed]:
    """What ENV and the starts name of the base."""
    yield from _facilities_named(situation)
    yield from _libraries_named(situation)


def _facilities_named(situation: Situation) -> Iterator[FacilityNeed]:
    """Facilities whose files ENV or a start names: `SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt`."""
    base = situation.base
    if not isinstance(base, BaseImage):
        return
    said = _said(situation)
    for facility in Facility:
        places = files_of(facility, base)
        for where, text in said:
            if any(place in text for place in places):
                yield FacilityNeed(facility, f"{where} names its files")


def _libraries_named(situation: Situation) -> Iterator[PackageNeed]:
    """Packages of libraries that ENV or a start names by their file (`LD_PRELOAD=…/libgomp.so.1`), by Debian's naming rule."""
    base = situation.base
    if not isinstance(base, BaseImage) or base.package_manager is not PackageManager.APT:
        return
    for where, text in _said(situation):
        for stem, number in _LIBRARY.findall(text):
            dash = "-" if stem[-1:].isdigit() else ""
            name = f"lib{stem.replace('_', '-').lower()}{dash}{number}"
            yield PackageNeed(name, "", f"{where} names lib{stem}.so.{number}")


def _said(situation: Situation) -> list[tuple[str, str]]:
    """What the file says to the container, each with who says it."""
    environment = situation.walk.scopes[-1].environment.items()
    said = [(f"ENV {name}", value) for name, value in environment if value]
    return said + [(start.where, str(command)) for start in situation.starts for command in start.reached]
