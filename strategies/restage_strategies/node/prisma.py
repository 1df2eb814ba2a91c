"""What `prisma generate` reads and writes: the schema, the configuration, and what generators put where.

Sources: Prisma's reference of schema locations, of prisma.config.ts, and of generators (provider, output).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Region, region
from restage_strategies.node.reach import reached
from restage_strategies.node.site import Site

_CONFIGURATIONS = tuple(
    f"{name}.{ending}"
    for name in ("prisma.config", ".config/prisma")
    for ending in ("ts", "js", "mjs", "mts", "cjs", "cts")
)
_USUAL = ("prisma", "schema.prisma")
_GENERATOR = re.compile(r"^\s{0,8}generator\s{1,8}\w{1,80}\s{0,8}\{([^}]{0,4000})\}", re.MULTILINE)
_PROVIDER = re.compile(r"^\s{0,8}provider\s{0,20}=\s{0,20}\"([^\"\n]{1,300})\"", re.MULTILINE)
_OUTPUT = re.compile(r"^\s{0,8}output\s{0,20}=\s{0,20}\"([^\"\n]{1,300})\"", re.MULTILINE)
_TOLD = re.compile(r"\bschema\s{0,8}:\s{0,8}([^\n,}]{1,300})")
_LITERAL = re.compile(r"""["'`]([^"'`\n$]{1,200})["'`]""")


def reads_of_generate(site: Site, arguments: tuple[str, ...]) -> tuple[Region, ...] | None:
    """Every file and directory of the project that is read; None where a generator or a setting can't be followed."""
    schema = _schema(site, arguments)
    configuration = _configuration(site, arguments)
    if schema is None or configuration is None or _outputs(site, schema) is None:
        return None
    here = region(site.directory)
    return (*schema, *configuration, *(here.below(name) for name in (".env", "package.json")))


def writes_of_generate(site: Site, arguments: tuple[str, ...]) -> tuple[Region, ...]:
    """Where the generated clients go; node_modules where nothing else is told."""
    schema = _schema(site, arguments) or ()
    return (region(site.directory, "node_modules"), *(_outputs(site, schema) or ()))


def _option(arguments: tuple[str, ...], name: str) -> str:
    for position, word in enumerate(arguments):
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
        if word == name and position + 1 < len(arguments):
            return arguments[position + 1]
    return ""


def _schema(site: Site, arguments: tuple[str, ...]) -> tuple[Region, ...] | None:
    """The schema: told on the line, in package.json or in the configuration, else in its usual places."""
    told = _option(arguments, "--schema") or (site.manifest.prisma_schema if site.manifest else "")
    if told:
        return (site.state.path(told),)
    named = _in_configuration(site, arguments)
    if named is None:
        return None
    return tuple(site.state.path(name) for name in (*named, *_USUAL))


def _in_configuration(site: Site, arguments: tuple[str, ...]) -> tuple[str, ...] | None:
    """What the configuration's `schema:` names, its parts joined; None where it isn't made of literals."""
    for path in _configuration_files(site, arguments):
        told = _TOLD.search(site.state.tree.text(path) or "")
        if told is None:
            continue
        parts = _LITERAL.findall(told[1])
        if not parts or "${" in told[1]:
            return None
        return (posixpath.join(posixpath.dirname(path), *parts),)
    return ()


def _configuration_files(site: Site, arguments: tuple[str, ...]) -> Iterator[str]:
    told = _option(arguments, "--config")
    for name in (told,) if told else _CONFIGURATIONS:
        path = site.state.path(name).path
        if site.state.tree.is_file(path):
            yield path


def _configuration(site: Site, arguments: tuple[str, ...]) -> tuple[Region, ...] | None:
    """The configuration with the modules that it loads; None if it may read more than these."""
    found: list[Region] = []
    for path in _configuration_files(site, arguments):
        for module, text in reached(site.state.tree, path):
            if re.search(r"\bfs\b|child_process|readFile", text):
                return None
            found.append(region(module))
    return tuple(found)


def _outputs(site: Site, schema: tuple[Region, ...]) -> tuple[Region, ...] | None:
    """Where generators write beside node_modules; None where one is a program of the project or tells no place."""
    found: list[Region] = []
    for path in _schema_files(site, schema):
        for block in _GENERATOR.findall(site.state.tree.text(path) or ""):
            provider, output = _PROVIDER.search(block), _OUTPUT.search(block)
            if provider is None or re.search(r"[\s/\\]|^\.", provider[1]):
                return None
            if output is not None:
                found.append(region(posixpath.dirname(path), output[1]))
            elif provider[1] != "prisma-client-js":
                return None
    return tuple(found)


def _schema_files(site: Site, schema: tuple[Region, ...]) -> Iterator[str]:
    tree = site.state.tree
    for place in schema:
        if tree.is_file(place.path):
            yield place.path
        elif tree.is_directory(place.path):
            yield from (path for path in tree.walk(place.path) if path.endswith(".prisma"))
