"""`node OPTIONS MAIN ARGUMENTS`: the main file, what it reaches, and what that needs."""

from __future__ import annotations

import posixpath
import re

from restage.api import Command, FromContext, Made, Need, PackageNeed, PathNeed, Record, Resolution
from restage_strategies.node.reach import dev_server_in, main_file, reached, source_of
from restage_strategies.node.refusals import calls_builder, checks, serves_in_development
from restage_strategies.node.site import Site
from restage_strategies.node.sources import named_in_sources

_VALUED = frozenset(
    """-r --require --import --loader --experimental-loader --env-file --env-file-if-exists -e --eval -p --print -pe -C
    --conditions --input-type --icu-data-dir --openssl-config --title --stack-trace-limit --dns-result-order
    --trace-event-categories --redirect-warnings --report-dir --report-directory --diagnostic-dir --inspect-port
    --max-http-header-size --unhandled-rejections --experimental-config-file --watch-path --run""".split()
)
_BUILDS = re.compile(
    r"""['"`](?:npx\s|yarn\s|npm\srun\s|pnpm\s(?:run\s)?)?((?:next|vite|ng|nuxt|nest|react-scripts) build|"""
    r"""(?:webpack|tsc)(?:\s-|['"`])|(?:npm run|yarn|pnpm) build)"""
)


class NodeLine(Record):
    """A line of node, taken apart."""

    main: str
    """The main file as written; empty for none (`node -e`)."""
    preloads: tuple[str, ...]
    options: tuple[str, ...]


def read_node(arguments: tuple[str, ...]) -> NodeLine:
    """The parts of a node line, after node's command-line documentation."""
    preloads: list[str] = []
    options: list[str] = []
    position = 0
    while position < len(arguments) and arguments[position].startswith("-"):
        name, sign, value = arguments[position].partition("=")
        taken = not sign and name in _VALUED
        if taken:
            value = arguments[position + 1] if position + 1 < len(arguments) else ""
        if name in ("-r", "--require", "--import", "--loader", "--experimental-loader"):
            preloads.append(value)
        options.append(name)
        position += 2 if taken else 1
        if name == "--":
            break
    rest = arguments[position:]
    evaluates = {"-e", "--eval", "-p", "--print", "-pe", "--run"} & set(options)
    return NodeLine("" if evaluates or not rest else rest[0], tuple(preloads), tuple(options))


def resolve_node(command: Command, arguments: tuple[str, ...], site: Site) -> Resolution:
    """What starting node with these arguments comes to."""
    line = read_node(arguments)
    if "--test" in line.options:
        return Resolution(toolchain=checks(command, "node --test"))
    preloaded = [need for name in line.preloads for need in _file_needs(name, site)]
    settings = _settings(line, site)
    if not line.main:
        return Resolution(needs=(*preloaded, *settings))
    return resolve_main(command, line.main, site, (*preloaded, *settings))


def resolve_main(command: Command, main: str, site: Site, needs: tuple[Need, ...] = ()) -> Resolution:
    """What running a main file of the project comes to, whichever program runs it."""
    tree = site.state.tree
    path = site.state.path(main).path
    root = site.manifest.directory if site.manifest is not None else site.directory
    start = main_file(tree, path) or source_of(tree, path, root)
    if start is not None:
        where = dev_server_in(tree, start, site.variable("NODE_ENV"))
        if where is not None:
            return Resolution(needs=needs, toolchain=serves_in_development(command, where))
        where = _builder_called(site, start)
        if where is not None:
            return Resolution(needs=needs, toolchain=calls_builder(command, where))
    besides = tuple(path for path, _ in reached(tree, start)) if start is not None else ()
    named = named_in_sources(tree, root, besides)
    return Resolution(needs=(*needs, *_main_needs(main, site), *named.needs))


def _main_needs(main: str, site: Site) -> tuple[Need, ...]:
    """The main file; where a command made it, with the ending that node would add."""
    path = site.state.path(main).path
    tree = site.state.tree
    found = main_file(tree, path)
    if found is not None:
        return (PathNeed(found, "it is the main file"),)
    if not isinstance(tree.origin(path), Made):
        return ()
    return (PathNeed(path, "it is the main file"),)


def _file_needs(name: str, site: Site) -> tuple[Need, ...]:
    path = site.state.path(name).path
    found = main_file(site.state.tree, path) if name.startswith((".", "/")) else None
    return (PathNeed(found, "node preloads it"),) if found else ()


def _settings(line: NodeLine, site: Site) -> tuple[Need, ...]:
    """Certificates of the system, where node is told to use them."""
    told = {"--use-openssl-ca", "--use-system-ca"} & {*line.options, *site.variable("NODE_OPTIONS").split()}
    values = [site.variable(name) for name in ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR")]
    if told or any(value.startswith("/etc/ssl") for value in values):
        why = "node is told to use the certificates of the system"
        return (PackageNeed("ca-certificates", "ca-certificates", why),)
    return ()


def _builder_called(site: Site, start: str) -> str | None:
    """Where a reached module calls a build tool by name."""
    for path, text in reached(site.state.tree, start):
        if "child_process" not in text and "execa" not in text and "shelljs" not in text:
            continue
        match = _BUILDS.search(text)
        if match and isinstance(site.state.tree.origin(path), FromContext):
            return f"{posixpath.basename(path)}:{text.count(chr(10), 0, match.start()) + 1} calls `{match[1].strip()}`"
    return None
