"""Questions to a running container over the network, and its answers."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from typing import assert_never

HEADERS = ("Content-Type", "Location", "Server", "X-Powered-By", "Allow", "WWW-Authenticate", "Cache-Control")
"""Headers that say what is served, and by which server."""

MOST_BYTES = 1_000_000
"""How much of a body is read."""


@dataclass(frozen=True)
class HttpProbe:
    """One GET, redirections not followed."""

    port: int
    path: str = "/"


@dataclass(frozen=True)
class TcpProbe:
    """A connection, a few bytes, and what comes back first."""

    port: int
    sends: str = "?\n"


Probe = HttpProbe | TcpProbe


@dataclass(frozen=True)
class Answer:
    """What came back. `head` is the status for HTTP."""

    probe: Probe
    head: str
    headers: tuple[tuple[str, str], ...]
    body: str


def ask(probe: Probe, host: str) -> Answer | None:
    """The answer of whoever listens there; None while nobody does."""
    try:
        match probe:
            case HttpProbe():
                return _http(probe, host)
            case TcpProbe():
                return _tcp(probe, host)
            case _ as never:
                assert_never(never)
    except (OSError, http.client.HTTPException):
        return None


def _http(probe: HttpProbe, host: str) -> Answer:
    connection = http.client.HTTPConnection(host, probe.port, timeout=10)
    try:
        connection.request("GET", probe.path)
        reply = connection.getresponse()
        body = reply.read(MOST_BYTES).decode("utf-8", "replace")
        headers = tuple((name, text) for name in HEADERS if (text := reply.getheader(name)) is not None)
        return Answer(probe, f"HTTP {reply.status}", headers, body)
    finally:
        connection.close()


def _tcp(probe: TcpProbe, host: str) -> Answer:
    with socket.create_connection((host, probe.port), 3) as talk:
        talk.settimeout(5)
        talk.sendall(probe.sends.encode())
        return Answer(probe, "TCP", (), talk.recv(4096).decode("utf-8", "replace"))
