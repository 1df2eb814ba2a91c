"""Whether nginx can take the place of the server that a start runs for a built site."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.need import PathNeed, ProgramNeed
from restage.api.region import EVERYWHERE, Region
from restage.api.site import ServedSite
from restage.api.start import Role, Start
from restage.api.tree import Made
from restage.build.contract import is_root
from restage.dockerfile.instructions import Healthcheck, Onbuild, Shell, Volume
from restage.image.base import BaseImage
from restage.image.programs import base_programs
from restage.image.web_server import web_server
from restage.planning.conf_files import conf_files
from restage.planning.site_conf import SiteConf, Unfit, read_site_conf
from restage.planning.situation import Situation
from restage.record import Record


class Taking(Record):
    """All that nginx needs to take the server's place."""

    site: ServedSite
    image: BaseImage
    path: str
    """The configuration in the build context."""
    conf: SiteConf


class Obstacle(Record):
    """Why it can't, and what would help."""

    why: str
    help: str


_WITHOUT = "or leave `--option site-server=nginx` away"
_SILENT = frozenset({"set", ":", "true", "echo", "exec"})
"""Commands that a start script may run besides: nothing that is served comes of them."""


def taking(situation: Situation, start: Start) -> Taking | Obstacle:
    """What nginx needs, or the first thing that stands against it."""
    site = start.site
    if not isinstance(site, ServedSite):
        return Obstacle(site.why, site.help) if site else Obstacle("nothing says which it is", _WITHOUT)
    base = situation.base
    image = web_server(base) if isinstance(base, BaseImage) and not base.config.onbuild else None
    if image is None:
        why = f"which image of nginx stands beside {situation.stage.origin.image} is not known"
        return Obstacle(why, f"start from an official image, {_WITHOUT}")
    obstacle = (
        next(_of_starts(situation, start, site), None)
        or next(_of_contract(situation), None)
        or next(_of_health(situation, image), None)
        or next(_of_root(situation, site), None)
    )
    return obstacle or _configured(situation, site, image)


def _of_starts(situation: Situation, start: Start, site: ServedSite) -> Iterator[Obstacle]:
    others = (command for command in start.ends if str(command) != site.server)
    besides = [command for command in others if command.outputs or command.name not in _SILENT]
    if start.unknown:
        yield Obstacle(f"{start.where} can't be followed: {start.unknown[0]}", _WITHOUT)
    if besides:
        why = f"{start.where} runs `{besides[0]}` besides, each time the container starts"
        yield Obstacle(why, f"run it in a RUN if it is part of the build, {_WITHOUT}")
    for other in situation.starts:
        if other.role in (Role.CONSUMER, Role.BY_HAND):
            why = f"{other.where} starts `{other.command}`, which nginx's image does not have"
            yield Obstacle(why, f"take the command out of {other.where}, {_WITHOUT}")


def _of_contract(situation: Situation) -> Iterator[Obstacle]:
    scope, steps = situation.walk.scopes[-1], situation.stage.steps
    if not is_root(scope.user):
        why = f"the container runs as {scope.user}, and nginx's image starts as root"
        yield Obstacle(why, f"take USER out: nginx's workers run as its own user, {_WITHOUT}")
    for step in steps:
        if isinstance(step, Volume | Onbuild):
            why = f"what {step.keyword} in line {step.line} is for can't be told of nginx's image"
            yield Obstacle(why, f"take it out, {_WITHOUT}")
    if any(isinstance(step, Shell) for step in steps) and any(
        isinstance(step, Healthcheck) for step in steps
    ):
        yield Obstacle("the health check may rely on SHELL", f"write the check in its JSON form, {_WITHOUT}")


def _of_health(situation: Situation, image: BaseImage) -> Iterator[Obstacle]:
    there = base_programs(image) or frozenset()
    for start in situation.starts:
        if start.role is not Role.HEALTHCHECK:
            continue
        help_text = f"check with curl, {_WITHOUT}"
        if start.unknown or start.toolchain:
            yield Obstacle(f"what {start.where} needs can't be told", help_text)
        for need in start.needs:
            program = posixpath.basename(need.program) if isinstance(need, ProgramNeed) else ""
            if program and program not in there:
                yield Obstacle(f"{start.where} calls {program}, which nginx's image lacks", help_text)
            if isinstance(need, PathNeed):
                yield Obstacle(f"{start.where} needs {need.path}", help_text)


def _of_root(situation: Situation, site: ServedSite) -> Iterator[Obstacle]:
    tree = situation.walk.final.tree
    made = isinstance(tree.origin(site.root), Made) or tree.is_directory(site.root)
    if not made or "$" in site.root or Region(site.root) == EVERYWHERE:
        why = f"no RUN makes {site.root}, which `{site.server}` serves"
        yield Obstacle(why, f"build the site in a RUN, {_WITHOUT}")


def _configured(situation: Situation, site: ServedSite, image: BaseImage) -> Taking | Obstacle:
    port = site.port or _exposed(situation)
    wanted = f"a `server` that listens on {port or 'the port that EXPOSE names'}"
    paths = conf_files(situation.walk.final.tree, site.root)
    if port is None:
        return Obstacle(
            f"where `{site.server}` listens can't be told", f"name one port in EXPOSE, {_WITHOUT}"
        )
    if len(paths) != 1:
        found = f"{', '.join(paths)} are several" if paths else "there is none in the build context"
        why = f"one configuration of nginx is needed, and {found}"
        return Obstacle(why, f"have one nginx.conf with {wanted}, not hidden by .dockerignore, {_WITHOUT}")
    path = paths[0]
    conf = read_site_conf(situation.case.context.text(path) or "")
    if isinstance(conf, Unfit):
        return Obstacle(f"{path}:{conf.line}: {conf.why}", f"have {path} serve the site alone, {_WITHOUT}")
    if port not in conf.ports:
        ports = ", ".join(map(str, sorted(conf.ports)))
        why = f"{path} listens on {ports}, and `{site.server}` on {port}"
        return Obstacle(why, f"have {path} listen on {port}, {_WITHOUT}")
    if site.fallback and not conf.fallback:
        why = f"`{site.server}` answers addresses that no file has with index.html, and {path} does not"
        return Obstacle(why, f"add `try_files $uri $uri/ /index.html;` to its `location /`, {_WITHOUT}")
    return Taking(site, image, path, conf)


def _exposed(situation: Situation) -> int | None:
    """The one port that the file exposes."""
    ports = [
        port.partition("/")[0] for port in situation.walk.scopes[-1].exposed if not port.endswith("/udp")
    ]
    return int(ports[0]) if len(ports) == 1 and ports[0].isdigit() else None
