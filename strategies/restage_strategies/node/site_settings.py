"""What configuration files say of the servers that come with build tools: ports, forwarded requests, other addresses.

Sources: vite (`server`, `preview`, `base`, `appType`), Vue CLI (`devServer`, `publicPath`), Angular's workspace
configuration, create-react-app (`proxy`, `homepage`, src/setupProxy.js).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage_strategies.node.manifest import json_object
from restage_strategies.node.site import Site

_ENDINGS = ("js", "ts", "mjs", "cjs", "mts", "cts")
_LARGEST = 200_000
_FORWARDS = re.compile(r"\bproxy(?:Config)?[\"']?\s{0,4}:")
_BASE = re.compile(
    r"(?<![\w.$])[\"']?(?:base|publicPath|baseHref|servePath|deployUrl)[\"']?\s{0,4}:\s{0,4}([^\s,}][^\n,}]{0,200})"
)
_AT_ROOT = re.compile(r"[\"'`](?:|/|\./?)[\"'`]")
_PORT = re.compile(r"\bport[\"']?\s{0,4}:\s{0,4}(\d{1,5})\b")
_KIND = re.compile(r"\bappType\s{0,4}:\s{0,4}[\"'`](\w{1,20})")


class Configuration:
    """The configuration of one tool, as far as it is text."""

    def __init__(self, name: str, site: Site) -> None:
        """`name` is without its ending (`vite.config`), or a whole file (`angular.json`)."""
        self._texts = tuple(_read(name, site))

    def elsewhere(self) -> str:
        """What it says that makes the site stand below another address than `/`; empty for nothing."""
        found = (match for text in self._texts for match in _BASE.finditer(text))
        return next((match[0].strip() for match in found if not _AT_ROOT.match(match[1])), "")

    def forwards(self) -> bool:
        """Whether it forwards requests to another server."""
        return any(_FORWARDS.search(text) for text in self._texts)

    def kind(self) -> str:
        """vite's `appType`; empty where it is not said."""
        return next((match[1] for text in self._texts if (match := _KIND.search(text))), "")

    def port(self, section: str, usual: int) -> int | None:
        """The port in a section (`preview`), or the usual one where it says none; None where it can't be told."""
        for text in self._texts:
            opened = re.findall(rf"\b{section}[\"']?\s{{0,4}}:\s{{0,4}}\{{([^{{}}]{{0,800}})", text)
            told = [match for inside in opened if (match := _PORT.search(inside))]
            if told:
                return int(told[0][1])
            if re.search(r"\bport\b", text) and re.search(rf"\b{section}\b", text):
                return None
        return usual


def _read(name: str, site: Site) -> Iterator[str]:
    files = (name,) if name.endswith(".json") else (f"{name}.{ending}" for ending in _ENDINGS)
    for file in files:
        text = site.state.tree.text(posixpath.join(site.directory, file))
        if text is not None and len(text) <= _LARGEST:
            yield text


def react_forwards(site: Site) -> str:
    """What makes create-react-app's server forward requests, or serve below another address; empty for nothing."""
    place = posixpath.join(site.directory, "package.json")
    fields = json_object(site.state.tree.text(place) or "") or {}
    if fields.get("proxy"):
        return "`proxy` of package.json"
    home = str(fields.get("homepage") or "")
    if home.partition("://")[2].partition("/")[2] or (home.startswith("/") and home != "/"):
        return "`homepage` of package.json"
    names = (f"src/setupProxy.{ending}" for ending in ("js", "ts"))
    return next((name for name in names if site.state.tree.is_file(site.state.path(name).path)), "")
