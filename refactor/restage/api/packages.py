"""Operating system packages that a file installs, by the words of its commands."""

from __future__ import annotations

from restage.api.case import Case
from restage.api.state import State

_INSTALLS = {"apt-get": "install", "apt": "install", "aptitude": "install", "apk": "add", "dnf": "install"}


def installed_anywhere(state: State, case: Case) -> frozenset[str]:
    """Names of the packages that the file installs anywhere: what a later clean-up takes away again counts too."""
    found = set(state.packages)
    for command in case.commands:
        verb = _INSTALLS.get(command.name)
        if verb and verb in command.arguments:
            found.update(word for word in command.arguments if word[:1].isalnum() and word != verb)
    return frozenset(name.partition("=")[0].partition(":")[0] for name in found)
