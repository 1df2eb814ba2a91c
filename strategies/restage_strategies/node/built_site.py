"""Starts that serve a built site, for those who want nginx to serve it (`--option site-server=nginx`).

Sources: the documentation of the servers, and of the servers that come with vite, create-react-app, Angular and Vue CLI.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import pairwise

from restage.api import Case, Command, NotServed, Record, Region, ServedSite, State
from restage_strategies.node.asked import requests_of
from restage_strategies.node.built import outputs_of, programs_run
from restage_strategies.node.calls import PackageManagerCall, ProgramCall, fetched_program, read_call
from restage_strategies.node.globally import package_place
from restage_strategies.node.npm import package_name
from restage_strategies.node.outputs import option_values
from restage_strategies.node.requests import ChangeGlobally, RunProgram, RunScript
from restage_strategies.node.site import Site
from restage_strategies.node.site_servers import SERVERS, asked, port_of
from restage_strategies.node.site_settings import Configuration, react_forwards
from restage_strategies.node.tools import Kind, package_of

_WITHOUT = "leave `--option site-server=nginx` away"


class _Tool(Record):
    """A build tool that comes with a server."""

    builds: frozenset[str]
    """Programs whose `build` makes what it serves."""
    configuration: str
    section: str
    port: int


_REACT = frozenset({"react-scripts", "react-app-rewired", "craco"})
_TOOLS = {
    "vite": _Tool(frozenset({"vite"}), "vite.config", "server", 5173),
    "ng": _Tool(frozenset({"ng"}), "angular.json", "options", 4200),
    "vue-cli-service": _Tool(frozenset({"vue-cli-service"}), "vue.config", "devServer", 8080),
    **{name: _Tool(_REACT, "", "", 3000) for name in _REACT},
}
_HARMLESS = frozenset(
    """--host --port -p --strictPort --open -o --force --clearScreen --disable-host-check --poll --no-live-reload
    --live-reload --no-open --outDir -m --mode -l --logLevel --public-host --watch --hmr""".split()
)
"""Options of these servers that change no answer, or that are read here."""


def site_of(command: Command, state: State, case: Case) -> ServedSite | NotServed | None:
    """The site that a command serves; None: it serves none, or it is not known as a server of built sites."""
    site = Site(state, case).having(command.environment)
    found = _called(command, site)
    if found is None:
        return None
    call, here = found
    if call.name in SERVERS:
        return _by_server(command, call, here)
    tool = _TOOLS.get(call.name)
    if tool is None or call.tool.kind not in (Kind.DEV, Kind.SERVE):
        return None
    return _by_tool(command, call, tool, here)


def _called(command: Command, site: Site) -> tuple[ProgramCall, Site] | None:
    """The program that the command runs, directly or by `npx` and its like."""
    match read_call(command, site):
        case ProgramCall() as call:
            return call, site
        case PackageManagerCall(request):
            here = site.at(request.directory)
            scripts = here.manifest.scripts if here.manifest else {}
            match request.action:
                case RunProgram(words=words, package=package) if words:
                    return fetched_program(words, package, here), here
                case RunScript(name=name, arguments=words, or_program=True) if name not in scripts:
                    return fetched_program((name, *words), "", here), here
                case _:
                    return None
        case None:
            return None


def _by_server(command: Command, call: ProgramCall, site: Site) -> ServedSite | NotServed:
    server = SERVERS[call.name]
    line = asked(call.arguments, server)
    if line.strange:
        return _unlike(f"`{line.strange}` of `{command}` may change what is answered")
    if len(line.operands) != 1 or "$" in line.operands[0]:
        why = f"which directory `{command}` serves can't be told"
        return NotServed(why, f"name the directory that the build makes, or {_WITHOUT}")
    root = site.state.path(line.operands[0])
    if root.covers(Region(site.directory)):
        return _unlike(f"`{command}` serves the whole working directory, and no built site")
    settings = next(_settings_of(call.name, root, site), "")
    if settings:
        return _unlike(f"{settings} tells {call.name} what to answer")
    port = port_of(package_of(call.name), server, line, site)
    return ServedSite(root.path, port, line.single, str(command), tuple(_only_for(call, site)))


def _unlike(why: str) -> NotServed:
    return NotServed(why, _WITHOUT)


def _settings_of(name: str, root: Region, site: Site) -> Iterator[str]:
    """Settings of serve that the build copies, or that lie where it looks for them."""
    for folder in (root, Region(site.directory), *map(site.state.path, ("public", "static"))):
        place = folder.below("serve.json").path
        if name == "serve" and site.state.tree.is_file(place):
            yield posixpath.relpath(place, site.directory)


def _only_for(call: ProgramCall, site: Site) -> Iterator[Region]:
    """Where the server lies that is installed globally, if no other package lies there."""
    there: dict[Region, set[str]] = {}
    for request in requests_of(site):
        for name in request.action.names if isinstance(request.action, ChangeGlobally) else ():
            there.setdefault(package_place(request.manager, name, site), set()).add(package_name(name))
    return (place for place, names in there.items() if names == {package_of(call.name)})


def _by_tool(command: Command, call: ProgramCall, tool: _Tool, site: Site) -> ServedSite | NotServed:
    """The server of a build tool: what it shows is what a RUN built, or nothing that could be served without it."""
    develops = call.tool.kind is Kind.DEV
    made = _built(tool.builds, site)
    told = option_values("--outDir", call.arguments) if call.name == "vite" and not develops else []
    roots = [site.state.path(path) for path in told[-1:]] or made
    if len(made) != 1:
        which = f"RUNs make {len(made)}" if made else "no RUN makes one"
        why = f"`{command}` needs a built site, and {which}"
        return NotServed(why, f"build the site in a RUN (restage does not choose the command), or {_WITHOUT}")
    unlike = next(_differences(command, call, tool, site), None)
    if unlike is not None:
        return _unlike(unlike)
    configuration = Configuration(tool.configuration, site)
    spa = develops or configuration.kind() != "mpa"
    return ServedSite(roots[0].path, _port(call, tool, configuration, site), spa, str(command))


def _built(programs: Iterable[str], site: Site) -> list[Region]:
    """What the builds of the file make in this project; of several directories of one build the first is the site."""
    calls = ((call, at) for call, at in programs_run(site.case.commands, site) if call.name in programs)
    made = (place for call, at in calls for place in outputs_of(call, at)[:1])
    return list(dict.fromkeys(place for place in made if Region(site.directory).covers(place)))


def _differences(command: Command, call: ProgramCall, tool: _Tool, site: Site) -> Iterator[str]:
    """Why nginx would answer otherwise than the tool's server does."""
    verbs = call.arguments[:1] if not call.arguments[:1] or not call.arguments[0].startswith("-") else ()
    options = [word.partition("=")[0] for word in call.arguments if word.startswith("-")]
    strange = [name for name in options if name not in _HARMLESS]
    values = {other for word, other in pairwise(call.arguments) if word in _HARMLESS}
    operands = [word for word in call.arguments if not word.startswith("-") and word not in values]
    if strange or len(operands) > len(verbs):
        yield f"`{(strange or operands[len(verbs) :])[0]}` of `{command}` may change what is answered"
    configuration = Configuration(tool.configuration, site)
    if configuration.forwards():
        yield f"{tool.configuration} has {call.name} forward requests"
    if configuration.elsewhere():
        yield f"{tool.configuration} puts the site at another address: {configuration.elsewhere()}"
    if configuration.kind() not in ("", "spa", "mpa"):
        yield f"appType of {tool.configuration} says that another server answers"
    if call.name in _REACT and (told := react_forwards(site)):
        yield f"{told} changes what `{command}` answers"


def _port(call: ProgramCall, tool: _Tool, configuration: Configuration, site: Site) -> int | None:
    told = [value for option in ("--port", "-p") for value in option_values(option, call.arguments)]
    if told:
        return int(told[-1]) if told[-1].isdigit() else None
    if call.name in _REACT:
        port = site.variable("PORT") if "PORT" in site.state.environment else str(tool.port)
        return int(port) if port.isdigit() else None
    if call.tool.kind is Kind.SERVE:
        return configuration.port("preview", 4173)
    return configuration.port(tool.section, tool.port)
