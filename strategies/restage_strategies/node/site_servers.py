"""Servers of static files on their command line: which directory, which port, what for unknown addresses.

Sources: the documentation of serve, http-server and sirv-cli. An option that is not listed may change what is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from restage.api import Record
from restage_strategies.node.asked import requests_of
from restage_strategies.node.npm import package_name
from restage_strategies.node.requests import ChangeGlobally
from restage_strategies.node.site import Site


class Server(Record):
    """The options of one server that change no answer, and where it listens by itself."""

    plain: frozenset[str]
    valued: frozenset[str]
    """Those that take a value which changes no answer."""
    single: frozenset[str]
    """Those that answer unknown addresses with index.html."""
    usual: int
    before: tuple[int, int] = (0, 0)
    """(major, port): where versions below this major listen."""
    hears_port: bool = True
    """It listens where the variable PORT says."""


_PORT = frozenset({"-p", "--port", "-l", "--listen"})
SERVERS: Mapping[str, Server] = {
    "serve": Server(
        frozenset(
            "-d --debug -n --no-clipboard -u --no-compression -L --no-request-logging -S --symlinks --no-etag "
            "--no-port-switching".split()
        ),
        frozenset(),
        frozenset({"-s", "--single"}),
        3000,
        (14, 5000),
    ),
    "http-server": Server(
        frozenset("-d -i -g --gzip -b --brotli -s --silent --log-ip".split()),
        frozenset({"-a", "-c"}),
        frozenset(),
        8080,
    ),
    "sirv": Server(
        frozenset("-q --quiet -G --gzip -B --brotli -e --etag".split()),
        frozenset({"-H", "--host", "-m", "--maxage"}),
        frozenset({"-s", "--single"}),
        8080,
        (2, 5000),
        hears_port=False,
    ),
}


class Asked(Record):
    """What a command line asks of a server."""

    operands: tuple[str, ...]
    port: str = ""
    single: bool = False
    strange: str = ""
    """An option that may change what is answered."""


def asked(words: tuple[str, ...], server: Server) -> Asked:
    """Reads the words after the program."""
    found = Asked(())
    waiting = iter(words)
    for word in waiting:
        name, sign, value = word.partition("=")
        short = word[:2]
        operands, port, single, strange = found.operands, found.port, found.single, found.strange
        if not word.startswith("-") or word == "-":
            operands = (*operands, word)
        elif name in _PORT:
            port = value if sign else next(waiting, "")
        elif name in server.valued:
            value if sign else next(waiting, "")
        elif word in server.single:
            single = True
        elif short in _PORT and word[2:].isdigit():
            port = word[2:]
        elif word not in server.plain and not (short in server.valued and word[1] != "-"):
            strange = strange or word
        found = Asked(operands, port, single, strange)
    return found


_NUMBER = re.compile(r"(?:tcp:(?://)?)?(?:[\w.\[\]]*:)?(\d{1,5})")


def port_of(name: str, server: Server, line: Asked, site: Site) -> int | None:
    """Where it listens: as told, as PORT says, or as that version does by itself; None where it can't be told."""
    if line.port:
        match = _NUMBER.fullmatch(line.port)
        return int(match[1]) if match else None
    if "PORT" in site.state.environment:
        told = site.variable("PORT")
        return int(told) if server.hears_port and told.isdigit() else None
    major = _major(name, site)
    return server.before[1] if major is not None and major < server.before[0] else server.usual


def _major(package: str, site: Site) -> int | None:
    """The major version that is asked for; None where that is left open."""
    manifest = site.manifest
    specs = [manifest.every_dependency.get(package, "")] if manifest else []
    specs += [spec[len(package) :].lstrip("@") for spec in globally(package, site)]
    numbers = [re.match(r"[\^~>=v ]{0,4}(\d{1,4})", spec) for spec in specs]
    return next((int(match[1]) for match in numbers if match), None)


def globally(package: str, site: Site) -> tuple[str, ...]:
    """How a package is named where the file installs it for the whole system (`serve@14`)."""
    asked_for = (request.action for request in requests_of(site))
    names = (name for action in asked_for if isinstance(action, ChangeGlobally) for name in action.names)
    return tuple(name for name in names if package_name(name) == package)
