"""Set-up scripts of package repositories that are piped into a shell, recognised by their address."""

from __future__ import annotations

import re

from restage.api.command import Command
from restage.api.effect import Effect
from restage.api.region import Region

_SETUP = re.compile(
    r"nodesource\.com/setup_|packagecloud\.io/install/repositories/|/setup\.(?:deb|rpm)\.sh|packages\.sury\.org/|deb\.sury\.org/|packages\.microsoft\.com/config/"
)
REPOSITORY_PLACES = tuple(Region(path) for path in ("/etc/apt", "/usr/share/keyrings"))
"""Where the lists and keys of package repositories lie."""


def fetches_repository_setup(command: Command) -> bool:
    """Whether a curl or wget command fetches a script that only adds a package repository."""
    return command.name in ("curl", "wget") and any(_SETUP.search(word) for word in command.words)


def adds_repository(command: Command) -> Effect | None:
    """A command that adds a package repository or its key, a saved set-up script among them; or None."""
    if command.name == "apt-key":
        return Effect(writes=(Region("/etc/apt/trusted.gpg"),))
    if command.name in ("add-apt-repository", "apt-add-repository"):
        return Effect(writes=REPOSITORY_PLACES[:1])
    if command.name in ("sh", "bash") and any("nodesource_setup" in word for word in command.words[1:]):
        return Effect(writes=REPOSITORY_PLACES)
    return None
