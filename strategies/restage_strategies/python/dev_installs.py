"""Which installs brought groups for development that can be taken out alone."""

from __future__ import annotations

from restage.api import Command, Region, State
from restage_strategies.python.dev_groups import DevGroups
from restage_strategies.python.dev_listed import of_pdm, of_pipenv
from restage_strategies.python.dev_locked import of_poetry, of_uv

# What these would take away with the dev group, or bring in, the author asked for by name.
_CHOSEN = frozenset(
    "--with --without --only --only-root --group --no-group --only-group --no-default-groups --all-groups "
    "--only-dev --no-dev --production --package --all-packages --inexact --script".split()
)
# Variables that say where, and not what.
_PLAIN = frozenset("PIPENV_VENV_IN_PROJECT PIPENV_NOSPIN PIPENV_VERBOSITY PIP_NO_CACHE_DIR".split())


def dev_groups(command: Command, place: Region, state: State) -> DevGroups | None:
    """The development groups of an install to `place`; None where they can't be taken out alone."""
    chosen = _CHOSEN & {word.partition("=")[0] for word in command.arguments}
    # What `--build-arg` may change (`poetry install $OPTIONS`) may ask for the group.
    if command.conditional or chosen or "$" in command.raw or "`" in command.raw:
        return None
    if {name for name, _ in command.environment} - _PLAIN:
        return None
    match command.name:
        case "poetry":
            return of_poetry(command, place, state)
        case "uv":
            return of_uv(command, place, state)
        case "pipenv":
            return of_pipenv(command, place, state)
        case "pdm":
            return of_pdm(command, place, state)
        case _:
            return None
