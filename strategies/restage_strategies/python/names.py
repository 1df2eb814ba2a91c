"""Names and requirement lines of Python distributions, as the packaging specifications define them."""

from __future__ import annotations

import re
from functools import lru_cache

from restage.api import Record


class Requirement(Record):
    """One distribution that an install asks for.

    `name` is normalised (`ruamel-yaml`); empty where only a download could tell it. `link` is the address or
    local path that it comes from, if the line gives one. `where` is the file and line, or the command.
    """

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    link: str = ""
    where: str = ""

    @property
    def pinned(self) -> str | None:
        """The version if exactly one is asked for (`==2.9.10`)."""
        found = _PINNED.fullmatch(self.specifier.strip())
        return found.group(1) if found else None

    @property
    def from_version_control(self) -> bool:
        """Whether it is fetched by a version control program."""
        return self.link.startswith(("git+", "hg+", "svn+", "bzr+"))

    def __str__(self) -> str:
        return self.name or self.link


_PINNED = re.compile(r"===?\s*([0-9][0-9A-Za-z.!+_-]*)")
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NAMED = re.compile(rf"({_NAME})\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL)
_OTHER_SYSTEM = re.compile(
    r"(?:sys_platform|platform_system|os_name)\s*==\s*['\"](?:win32|Windows|darwin|Darwin|nt|cygwin)['\"]"
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
_SIGNS = re.compile(r"[-_.]+")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".egg")


def normalised(name: str) -> str:
    """The name in the form in which names are compared (PEP 503)."""
    return _SIGNS.sub("-", name).lower()


def is_name(text: str) -> bool:
    """Whether the text may be the name of a distribution (PEP 508): a lock can hold any other."""
    return re.fullmatch(_NAME, text) is not None


@lru_cache(maxsize=512)  # effect, products and reductions all read the same lines
def read_requirement(text: str, where: str = "") -> Requirement | None:
    """Read one requirement (PEP 508, an address, or a path); None where its marker names another system."""
    text = text.strip()
    if is_link(text):
        return _linked(text, where)
    body, _, marker = text.partition(";")
    if _OTHER_SYSTEM.search(marker) and " or " not in marker:
        return None
    found = _NAMED.fullmatch(body.strip())
    if found is None:
        return Requirement("", link=text, where=where)
    name, extras, rest = found.groups()
    link = rest[1:].strip() if rest.startswith("@") else ""
    return Requirement(normalised(name), _split(extras), "" if link else rest.strip(" ()"), link, where)


def is_link(text: str) -> bool:
    """Whether a requirement is an address or a path instead of a name."""
    first = text.split(";")[0].split(" ")[0]
    path = first.partition("[")[0]
    return (
        "://" in first
        or path.startswith((".", "/", "~", "file:"))
        or path.endswith(_ARCHIVES)
        or ("/" in path and "@" not in path)
    )


def _linked(text: str, where: str) -> Requirement:
    link = text.split(" ;")[0].strip()
    egg = _EGG.search(link)
    if egg is not None:
        return Requirement(normalised(egg.group(1)), _split(egg.group(2)), "", link, where)
    path, bracket, extras = link.partition("[")
    file = path.rstrip("/").rsplit("/", 1)[-1]
    name = normalised(file.split("-")[0]) if file.endswith(".whl") else ""
    return Requirement(name, _split(extras.rstrip("]")) if bracket else (), "", path, where)


def _split(extras: str | None) -> tuple[str, ...]:
    return tuple(sorted(normalised(extra.strip()) for extra in (extras or "").split(",") if extra.strip()))
