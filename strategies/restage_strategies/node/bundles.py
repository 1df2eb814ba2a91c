"""Starts that need a bundle and nothing else of the working directory: what is kept then.

Sources: Next.js (`output: standalone`: the server changes into its own directory, which holds all modules that were traced),
Nitro (`.output` is complete and can be moved anywhere), and the documentation of the servers of static sites.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    Basis,
    Claim,
    ClaimKind,
    Command,
    Evidence,
    Product,
    Record,
    Reduction,
    ReductionKind,
    Region,
    Role,
    Start,
    region,
)
from restage_strategies.node.built import is_standalone, outputs_of, programs_run, relative
from restage_strategies.node.calls import PackageManagerCall, read_call
from restage_strategies.node.inputs import is_there, run_reads
from restage_strategies.node.named import installed_globally
from restage_strategies.node.requests import Manager, RunScript
from restage_strategies.node.site import Site
from restage_strategies.node.sources import opening
from restage_strategies.node.tools import package_of

_SERVERS = {
    "serve": frozenset(
        "-l --listen -p -s --single -d --debug -C --cors -n --no-clipboard -u -L -S -T".split()
    ),
    "http-server": frozenset(
        "-p --port -a -d -i -g --gzip -b --brotli -e -r -c -s --silent --cors -U --log-ip".split()
    ),
    "sirv": frozenset(
        "-p --port -H --host -s --single -q --quiet -D --dev -e -m -G --gzip -B --brotli --cors".split()
    ),
}
"""Servers that open the directory that they are given and nothing else, with the options that name no file."""
_VALUED = frozenset("-l --listen -p --port -a --host -H -e -c -m".split())
_ASKING = frozenset({"curl", "wget", "nc", "true", "exit", "echo", "sh", "test", "["})
"""Commands of health checks that open nothing of the project."""


class Bundle(Record):
    """What one start opens of the working directory."""

    keeps: tuple[Region, ...]
    evidence: Evidence


def bundle_offers(product: Product, starts: tuple[Start, ...], site: Site) -> Iterator[Reduction]:
    """The offer to take along nothing of the working directory but what every start opens."""
    found = [_of_start(start, site) for start in starts]
    bundles = [bundle for bundle in found if isinstance(bundle, Bundle)]
    if not bundles or any(bundle is None for bundle in found):
        return
    keeps = tuple(dict.fromkeys(place for bundle in bundles for place in bundle.keeps))
    subject = ", ".join(relative(place, site) for place in keeps)
    claims = tuple(Claim(ClaimKind.APPLICATION_FILES, subject, bundle.evidence) for bundle in bundles)
    yield Reduction(ReductionKind.ARTIFACT_ONLY, product, tuple(dict.fromkeys(claims)), keeps=keeps)


class Nothing(Record):
    """A start that opens no file of the project."""


def _of_start(start: Start, site: Site) -> Bundle | Nothing | None:
    """What a start opens; None where that isn't known."""
    if start.unknown or start.toolchain or not start.reached:
        return None
    if start.role is Role.HEALTHCHECK and all(command.name in _ASKING for command in start.reached):
        return Nothing()
    if any(command.environment or not command.all_known for command in start.reached):
        return None
    match start.reached:
        case (command,) if command.name in ("node", "nodejs"):
            return _of_node(command, site)
        case (command,) if package_of(command.name) in installed_globally(site.case):
            return _of_server(command, site)
        case (manager, command):
            return _by_script(manager, command, site)
        case _:
            return None


def _by_script(manager: Command, command: Command, site: Site) -> Bundle | None:
    """A server that a script of the manifest starts: the manifest, settings and node_modules go along as well."""
    call, manifest = read_call(manager, site), site.manifest
    served = _of_server(command, site)
    if not isinstance(call, PackageManagerCall) or served is None or manifest is None:
        return None
    request = call.request
    plain = isinstance(request.action, RunScript) and not request.members and not request.directory
    if not plain or request.manager is Manager.BERRY or manifest.directory != site.directory:
        return None
    modules = site.state.path("node_modules")
    if not is_there(modules, site):
        return None
    besides = (*run_reads(request, site), modules)
    return Bundle(tuple(dict.fromkeys((*served.keeps, *besides))), served.evidence)


def _of_node(command: Command, site: Site) -> Bundle | None:
    if len(command.words) != 2 or site.variable("NODE_OPTIONS"):
        return None
    path = site.state.path(command.words[1]).path
    here = region(site.directory)
    builds = tuple(programs_run(site.case.commands, site))
    for place in (here.below(".next/standalone"), here.below(".output")):
        if not place.covers(region(path)):
            continue
        if place.path.endswith("standalone") and path == place.below("server.js").path:
            made = any(
                call.name == "next" and place == at.state.path(".next/standalone") for call, at in builds
            )
            return Bundle((place,), _standalone(site)) if made and is_standalone(site) else None
        if path in (place.below("server/index.mjs").path, place.below("server/index.js").path):
            made = any(place in outputs_of(call, at) for call, at in builds)
            return Bundle((place,), _nitro(site)) if made else None
    return None


_UNTRACED = re.compile(
    r"outputFileTracing(?:Excludes|Root)|externals|serverExternalPackages|serverComponentsExternal"
)


def _standalone(site: Site) -> Evidence:
    texts = (
        site.state.tree.text(site.state.path(f"next.config.{e}").path) or ""
        for e in ("js", "mjs", "ts", "cjs")
    )
    told = tuple(
        f"what {found[0]} of next.config changes" for text in texts if (found := _UNTRACED.search(text))
    )
    searched = (
        "by Next.js's rule the standalone server changes into its directory and finds all its modules there"
    )
    return Evidence(Basis.RULE, searched, missing=told)


def _nitro(site: Site) -> Evidence:
    """Nitro's server stays in the working directory, so that sources which open files by name may find them there."""
    opened = opening(site.state.tree, site.directory)
    searched = (
        "by Nitro's rule .output holds all that its server loads; no source of the project opens other files"
    )
    return Evidence(Basis.RULE, searched, missing=tuple(f"{where} opens files" for where in opened[:3]))


def _of_server(command: Command, site: Site) -> Bundle | None:
    """A server of static files, installed globally or by the project itself."""
    options, package = _SERVERS.get(command.name), package_of(command.name)
    own = site.manifest is not None and package in site.manifest.every_dependency
    if options is None or (not own and package not in installed_globally(site.case)):
        return None
    operands: list[str] = []
    words = iter(command.arguments)
    for word in words:
        name = word.partition("=")[0]
        if word.startswith("-"):
            if not any(
                name == option or (len(option) == 2 and name.startswith(option) and name[1] != "-")
                for option in options
            ):
                return None
            if word in _VALUED:
                next(words, None)
        else:
            operands.append(word)
    return _served(command, operands, site)


def _served(command: Command, operands: list[str], site: Site) -> Bundle | None:
    places = [site.state.path(word) for word in operands if not word.isdigit()]
    here = region(site.directory)
    if len(places) != 1 or not here.covers(places[0]) or places[0] == here:
        return None
    place = places[0]
    made = any(place in outputs_of(call, at) for call, at in programs_run(site.case.commands, site))
    if not made and not _has_files(place, site):
        return None
    inside = posixpath.relpath(place.path, here.path)
    searched = f"{command.name} opens {inside}/ and its own settings in there, nothing else"
    return Bundle((place,), Evidence(Basis.RULE, searched))


def _has_files(place: Region, site: Site) -> bool:
    return site.state.tree.is_directory(place.path) and bool(site.state.tree.entries(place.path))
