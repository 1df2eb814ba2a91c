"""What all commands of a file ask package managers for, those in scripts of the manifest included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restage.api import Command, commands_of
from restage_strategies.node.calls import PackageManagerCall, ProgramCall, read_call
from restage_strategies.node.installed import manifests_above
from restage_strategies.node.requests import Request, RunScript, RunText
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind, Tool
from restage_strategies.node.wrapping import named_scripts, texts_of, wrapped


def requests_of(site: Site) -> tuple[Request, ...]:
    """Every request of the file's commands, as seen from a package's directory; scripts in the place of their calls."""
    return tuple(_requests(site.case.commands, site))


def _requests(commands: Iterable[Command], site: Site) -> Iterator[Request]:
    for command in commands:
        match read_call(command, site):
            case PackageManagerCall(request):
                yield request
                yield from _inner(request, site)
            case ProgramCall(tool=Tool(kind=Kind.WRAP)) as call:
                inner = site.inside(" ".join(command.words))
                if inner is not None:
                    yield from _requests((one for one, _ in wrapped(call, site)), inner)
            case ProgramCall() as call:
                for text in texts_of(call, site):
                    yield from _text(text, site)
                for run in named_scripts(call, site):
                    yield from _script(run, site)
            case None:
                pass


def _inner(request: Request, site: Site) -> Iterator[Request]:
    match request.action:
        case RunScript() as run:
            yield from _script(run, site)
        case RunText(text):
            yield from _text(text, site)
        case _:
            return


def _script(run: RunScript, site: Site) -> Iterator[Request]:
    for manifest in manifests_above(site):
        for name in (f"pre{run.name}", run.name, f"post{run.name}"):
            if name in manifest.scripts:
                yield from _text(manifest.scripts[name], site)


def _text(text: str, site: Site) -> Iterator[Request]:
    inner = site.inside(text)
    if inner is not None:
        yield from _requests(commands_of(text, site.state) or (), inner)
