"""What build tools make, by name: the directories that their command line, their configuration or their custom says.

Sources: the documentation of each tool (vite `build.outDir`, vue-cli `outputDir`, next `distDir` and `output`, angular
`outputPath`, create-react-app BUILD_PATH, nuxt, docusaurus, gatsby, astro, parcel).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import Command, Record, Region, commands_of, region
from restage_strategies.node.angular import angular_outputs
from restage_strategies.node.calls import PackageManagerCall, ProgramCall, fetched_program, read_call
from restage_strategies.node.outputs import option_values, told_outputs
from restage_strategies.node.requests import RunProgram, RunScript, RunText
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind, outputs
from restage_strategies.node.vite import configured_root, operand
from restage_strategies.node.wrapping import named_scripts, texts_of, wrapped

_ENDINGS = ("js", "ts", "mjs", "cjs", "mts", "cts")


class _Custom(Record):
    """Where a tool writes: by option, by a key of its configuration, else by custom."""

    options: tuple[str, ...] = ()
    configuration: str = ""
    key: str = ""


_CUSTOMS = {
    "vite": _Custom(("--outDir",), "vite.config", "outDir"),
    "vue-cli-service": _Custom(("--dest",), "vue.config", "outputDir"),
    "astro": _Custom(("--outDir",), "astro.config", "outDir"),
    "docusaurus": _Custom(("--out-dir",)),
    "next": _Custom((), "next.config", "distDir"),
    "gatsby": _Custom(),
    "parcel": _Custom(("--dist-dir", "--out-dir", "-d")),
    "react-scripts": _Custom(),
    "react-app-rewired": _Custom((), "config-overrides", "appBuild"),
    "craco": _Custom((), "craco.config", "appBuild"),
}
_MOVES = re.compile(r"\broot\s{0,4}:")
"""A configuration that moves the root of the project, and with it what the tool writes."""


def made_only(command: Command, site: Site) -> tuple[Region, ...]:
    """The directories that a command makes by way of build tools, where it does nothing else that is not known."""
    found: list[Region] = []
    for call, here in programs_run((command,), site):
        if call.tool.kind in (Kind.CLEAN, Kind.WRAP, Kind.SCRIPTS, Kind.CHECK, Kind.HOOKS):
            continue
        made = outputs_of(call, here)
        if not made and not _only_checks(call):
            return ()
        found.extend(made)
    return tuple(dict.fromkeys(found))


def _only_checks(call: ProgramCall) -> bool:
    return call.name in ("tsc", "vue-tsc", "svelte-check") and (
        call.name != "tsc" or "--noEmit" in call.arguments
    )


def outputs_of(call: ProgramCall, site: Site) -> tuple[Region, ...]:
    """What one build makes, by the tool's rules."""
    if call.tool.kind is not Kind.BUILD:
        return ()
    match call.name, call.arguments[:1]:
        case "ng", _:
            names = angular_outputs(call.arguments, site)
        case (("nuxt" | "nuxi"), ("generate",)):
            names = (".output/public",)
        case (("nuxt" | "nuxi" | "nitro" | "nitropack"), ("build",)):
            names = (".output",) if not _has(site, "nuxt", "2") else (".nuxt",)
        case name, _ if name in _CUSTOMS:
            names = _by_custom(call, _CUSTOMS[name], site)
        case _:
            names = told_outputs(call, site)
    return tuple(site.state.path(name) for name in names)


def _has(site: Site, package: str, major: str) -> bool:
    spec = site.manifest.every_dependency.get(package, "") if site.manifest is not None else ""
    return spec.lstrip("^~>=v ").partition(".")[0] == major


def _by_custom(call: ProgramCall, custom: _Custom, site: Site) -> tuple[str, ...]:
    told = [value for option in custom.options for value in option_values(option, call.arguments)]
    if call.name == "vite" and operand(call.arguments):
        return ()
    if told:
        return (told[-1],) if call.name != "vite" or configured_root(site) == "." else ()
    if site.variable("BUILD_PATH") or _env_names(site, "BUILD_PATH"):
        return ()
    if call.name == "next" and _configured("next.config", r"output\s{0,4}:\s{0,4}[\"']export", site):
        return ("out",)
    usual = outputs(call.name)[:1]
    if not custom.configuration:
        return usual
    found = [text for text in _texts(custom.configuration, site) if custom.key in text or _MOVES.search(text)]
    named = [
        re.search(rf"\b{custom.key}\s{{0,4}}:\s{{0,4}}[\"'`]([^\"'`\n$]{{1,200}})[\"'`]", t) for t in found
    ]
    if not found:
        return usual
    first = named[0]
    return (first[1],) if first is not None and not _MOVES.search(found[0]) else ()


def _texts(name: str, site: Site) -> Iterator[str]:
    for ending in _ENDINGS:
        text = site.state.tree.text(posixpath.join(site.directory, f"{name}.{ending}"))
        if text is not None:
            yield text


def _configured(name: str, pattern: str, site: Site) -> bool:
    return any(re.search(pattern, text) for text in _texts(name, site))


def is_standalone(site: Site) -> bool:
    """Whether next.config says that the build puts all that its server loads into .next/standalone."""
    return _configured("next.config", r"output\s{0,4}:\s{0,4}[\"'`]standalone[\"'`]", site)


def _env_names(site: Site, name: str) -> bool:
    files = (".env", ".env.production", ".env.local", ".env.production.local")
    return any(name in (site.state.tree.text(site.state.path(file).path) or "") for file in files)


def programs_run(
    commands: Iterable[Command], site: Site, deepest: int = 8
) -> Iterator[tuple[ProgramCall, Site]]:
    """The programs that commands come to, scripts of the manifest followed, each with where it runs."""
    here = site
    for command in commands if deepest else ():
        if command.name == "cd" and command.arguments:
            here = here.at(command.arguments[0])
            continue
        match read_call(command, here.having(command.environment)):
            case PackageManagerCall(request):
                yield from _requested(request.action, here.at(request.directory), deepest - 1)
            case ProgramCall() as call:
                yield call, here
                inner = [one for one, _ in wrapped(call, here)] if call.tool.kind is Kind.WRAP else []
                yield from programs_run(inner, here, deepest - 1)
                for text in texts_of(call, here):
                    yield from programs_run(commands_of(text, here.state) or (), here, deepest - 1)
                for run in named_scripts(call, here) if call.tool.kind is Kind.SCRIPTS else ():
                    yield from _requested(run, here, deepest - 1)
            case None:
                pass


def _requested(action: object, site: Site, deepest: int) -> Iterator[tuple[ProgramCall, Site]]:
    manifest = site.manifest
    match action:
        case RunScript(name=name) if manifest is not None and name in manifest.scripts:
            at = site.at(manifest.directory)
            for script in (f"pre{name}", name, f"post{name}"):
                text = manifest.scripts.get(script, "")
                yield from programs_run(commands_of(text, at.state) or (), at, deepest)
        case RunScript(name=name, arguments=arguments, or_program=True):
            yield fetched_program((name, *arguments), "", site), site
        case RunProgram(words=words, package=package):
            yield fetched_program(words, package, site), site
        case RunText(text=text):
            yield from programs_run(commands_of(text, site.state) or (), site, deepest)
        case _:
            return


def relative(place: Region, site: Site) -> str:
    """A directory as reports name it: relative to the working directory, with a slash at its end."""
    here = region(site.directory)
    inside = posixpath.relpath(place.path, here.path) if here.covers(place) else place.path
    return f"{inside}/"
