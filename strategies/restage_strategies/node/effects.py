"""What the commands of Node.js projects do to the image."""

from __future__ import annotations

from restage.api import Case, Command, Effect, State, replace
from restage_strategies.node.calls import PackageManagerCall, ProgramCall, read_call
from restage_strategies.node.inputs import workspace_root
from restage_strategies.node.locks import is_locked_by_another
from restage_strategies.node.places import corepack_home
from restage_strategies.node.requests import Request
from restage_strategies.node.site import Site


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a command, or None if it isn't one of Node.js; all of them are run by Node.js."""
    effect = follow(command, Site(state, case))
    return None if effect is None else replace(effect, programs=(*effect.programs, "node"))


def follow(command: Command, site: Site) -> Effect | None:
    """The effect of a command met on the way, in a script or behind a wrapper."""
    site = site.having(command.environment)
    match read_call(command, site):
        case PackageManagerCall(request):
            from restage_strategies.node.installing import request_effect

            effect = request_effect(request, site, follow)
            return _without_corepack(effect, request, site) if command.conditional else effect
        case ProgramCall() as call:
            from restage_strategies.node.running import program_effect

            return program_effect(call, site, follow)
        case None:
            return None


def _without_corepack(effect: Effect, request: Request, site: Site) -> Effect:
    """What a command does that may not run: where the lockfile is of another package manager, nothing downloads this one."""
    root = workspace_root(site.at(request.directory))
    if not is_locked_by_another(root.state.tree, root.directory, str(request.manager)):
        return effect
    return replace(effect, writes=tuple(place for place in effect.writes if place != corepack_home(root)))
