"""What the file's own settings name of the base: certificates, time zones and the like."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.need import FacilityNeed
from restage.image.base import BaseImage
from restage.image.facilities import Facility, files_of
from restage.planning.situation import Situation


def facilities_named(situation: Situation) -> Iterator[FacilityNeed]:
    """Facilities whose files ENV or a start names: `SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt`."""
    base = situation.base
    if not isinstance(base, BaseImage):
        return
    environment = situation.walk.scopes[-1].environment.items()
    said = [(f"ENV {name}", value) for name, value in environment if value]
    said += [(start.where, str(command)) for start in situation.starts for command in start.reached]
    for facility in Facility:
        places = files_of(facility, base)
        for where, text in said:
            if any(place in text for place in places):
                yield FacilityNeed(facility, f"{where} names its files")
