"""Which command is a call of a package manager, and which a program of a package or of the project."""

from __future__ import annotations

from restage.api import Command, Record, join
from restage_strategies.node.berry import yarn_in
from restage_strategies.node.installed import is_node_project, provider_of
from restage_strategies.node.npm import package_name, read_npm, read_npx
from restage_strategies.node.pnpm import read_bun, read_corepack, read_pnpm
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind, Tool, is_ambiguous, programs_of, tool
from restage_strategies.node.yarn import read_yarn

SCRIPT_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")


class PackageManagerCall(Record):
    """A call of npm, yarn, pnpm, bun or Corepack."""

    request: Request


class ProgramCall(Record):
    """A call of a program: of node itself, of a known tool, or of another package."""

    name: str
    arguments: tuple[str, ...]
    tool: Tool
    fetched: bool = False
    """By npx and its like, which download what isn't installed."""


NODE = Tool("node", "node", Kind.RUN)


def read_call(command: Command, site: Site) -> PackageManagerCall | ProgramCall | None:
    """What a command calls, or None if it isn't of this ecosystem."""
    request = _manager_request(command, site)
    if request is not None:
        return PackageManagerCall(request)
    if command.name in ("node", "nodejs"):
        return ProgramCall("node", command.arguments, NODE)
    if not command.name:
        return None
    if "/" in command.words[0]:
        return _by_path(command, site)
    return _by_name(command, site)


def _manager_request(command: Command, site: Site) -> Request | None:
    words = command.arguments
    match command.name:
        case "npm" | "cnpm":
            return read_npm(words)
        case "npx":
            return read_npx(words)
        case "yarn" | "yarnpkg":
            return read_yarn(words, yarn_in(site))
        case "pnpm":
            return read_pnpm(words)
        case "pnpx":
            return read_pnpm(("dlx", *words))
        case "bun" if is_node_project(site):
            return read_bun(words)
        case "bunx" if is_node_project(site):
            return read_pnpm(("dlx", *words), Manager.BUN)
        case "corepack":
            return read_corepack(words)
        case _:
            return None


def _by_path(command: Command, site: Site) -> ProgramCall | None:
    path = command.words[0]
    if ".bin/" in path or "/usr/local/bin/" in path or path.startswith("/usr/bin/"):
        return _by_name(command, site, local=".bin/" in path)
    if path.endswith(SCRIPT_ENDINGS[:3]) or _has_node_line(path, site):
        return ProgramCall("node", command.words, NODE)
    return None


def _has_node_line(path: str, site: Site) -> bool:
    text = site.state.tree.text(site.state.path(path).path) or ""
    first = text[:200].partition("\n")[0]
    return first.startswith("#!") and ("node" in first or "tsx" in first or "ts-node" in first)


def _by_name(command: Command, site: Site, local: bool = False) -> ProgramCall | None:
    name = command.name
    if name.endswith(SCRIPT_ENDINGS[:3]):  # the official entrypoint hands what isn't a program to node
        return ProgramCall("node", command.words, NODE)
    known = tool(name, command.arguments)
    provider = provider_of(name, site)
    if known is not None and (local or provider or (is_node_project(site) and not is_ambiguous(name))):
        return ProgramCall(name, command.arguments, known)
    if provider or local:
        return ProgramCall(name, command.arguments, Tool(name, provider or name, Kind.SERVE))
    places = (join(directory, name) for directory in site.state.search_path)
    own = next((path for path in places if _has_node_line(path, site)), None)
    return None if own is None else ProgramCall("node", (own, *command.arguments), NODE)


def fetched_program(words: tuple[str, ...], package: str, site: Site) -> ProgramCall:
    """The program that npx and its like run: an installed one, or one of a package that they download."""
    wanted = package_name(words[0])
    name = wanted.rpartition("/")[2]
    if "/" in wanted:
        name = next(iter(programs_of(wanted)), name)
    known = tool(name, words[1:])
    provider = package or provider_of(name, site) or wanted
    return ProgramCall(name, words[1:], known or Tool(name, provider, Kind.SERVE), fetched=True)
