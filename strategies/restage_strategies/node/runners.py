"""Runners: forever, ts-node and their like, and servers of packages."""

from __future__ import annotations

from restage.api import Command, Made, Need, PathNeed, Resolution
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.nodeline import resolve_main
from restage_strategies.node.pm2 import is_file, resolve_pm2
from restage_strategies.node.site import Site
from restage_strategies.node.sources import named_in_sources

_VALUED = frozenset(
    """-P --project -r --require -O --compiler-options --transpiler --tsconfig --cwd --dir -C -n --name -i --instances
    --env --env-file -x --extensions --presets --plugins -p --port -l --listen -c --config -o --output -e --error --log
    --max-memory-restart --node-args --interpreter --watch-delay --ignore --loader --import --config-file -m
    --minUptime --spinSleepTime --pidFile --sourceDir --workingDir --uid --only""".split()
)
_ANYTHING = {
    "node-red": "flows of Node-RED may call any program",
    "n8n": "workflows of n8n may call any program",
    "homebridge": "plugins of Homebridge may be added and call any program",
    "iobroker": "adapters of ioBroker may be added and call any program",
    "hubot": "scripts of Hubot may call any program",
}
"""Platforms whose users say, often only once it runs, what is called."""
_BUILT = {"next": ".next", "nuxt": ".nuxt", "gatsby": "public", "docusaurus": "build", "serve": ""}


def resolve_runner(command: Command, call: ProgramCall, site: Site) -> Resolution:
    """What a runner or a package's server comes to."""
    operands = _operands(call.arguments)
    match call.name:
        case name if name in _ANYTHING:
            return Resolution(anything=_ANYTHING[name], complete=False)
        case "pm2" | "pm2-runtime" | "pm2-docker":
            return resolve_pm2(command, operands, call.arguments, site)
        case "forever":
            return _main(command, [word for word in operands if word not in ("start", "restart")], site)
        case _ if call.tool.kind == "run" or (operands and is_file(operands[0])):
            return _main(command, operands, site)
        case _:
            return _server(call, operands, site)


def _operands(words: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            break
        if word in _VALUED:
            next(waiting, None)
        elif not word.startswith("-"):
            found.append(word)
    return found


def _main(command: Command, operands: list[str], site: Site) -> Resolution:
    if not operands:
        return Resolution()
    return resolve_main(command, operands[0], site)


def _server(call: ProgramCall, operands: list[str], site: Site) -> Resolution:
    """A server of a package: what it serves, where that is known, and what the project's sources name."""
    needs: list[Need] = []
    place = _BUILT.get(call.name)
    wanted = [place] if place else []
    if call.name in ("serve", "http-server", "sirv", "live-server", "superstatic"):
        wanted = [word for word in operands if not word.isdigit()][:1]
    for name in wanted:
        path = site.state.path(name).path
        if isinstance(site.state.tree.origin(path), Made) or site.state.tree.is_directory(path):
            needs.append(PathNeed(path, f"{call.name} serves it"))
    if not place and call.name in ("serve", "http-server", "vite", "sirv"):
        return Resolution(needs=tuple(needs))
    return Resolution(needs=(*needs, *named_in_sources(site.state.tree, site.directory).needs))
