"""A project's own nginx configuration: which site it serves where, or why it can't be told to serve one alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.image.web_server import WEB_ROOT
from restage.planning.conf_words import PLAIN, SENDING, captured, is_variable, variables
from restage.project.readers.nginx import BadNginx, Directive, read_nginx
from restage.record import Record


class SiteConf(Record):
    """What one configuration says of the one site in it."""

    is_whole: bool
    """It is all of nginx.conf, not a site that nginx.conf includes."""
    root: str
    """Where it looks for the files."""
    ports: frozenset[int]
    fallback: bool
    """Addresses that no file has are answered with index.html."""


class Unfit(Record):
    """The configuration can't take the place of the server, and why."""

    line: int
    why: str


_EVERYTHING = (("/",), ("^~", "/"))
"""Locations that take every request that no other takes."""
_BESIDE_SERVER = frozenset({"server", "map", "geo", "limit_req_zone", "limit_conn_zone"})
_TYPES = frozenset({"mime.types", "/etc/nginx/mime.types"})
_USERS = frozenset({"nginx", "root", "www-data"})
_LOGS = re.compile(r"/var/log/nginx/[\w.-]+|/dev/std(?:out|err)|off|stderr|/dev/null")
_PIDS = re.compile(r"(?:/var)?/run/[\w.-]+|/tmp/[\w.-]+")
_LISTEN = re.compile(r"(?:(?:\*|0\.0\.0\.0|\[::\]):)?(\d{1,5})")
_HARMLESS_FLAGS = frozenset(
    {"default_server", "default", "reuseport", "deferred", "ipv6only=on", "ipv6only=off"}
)


def read_site_conf(text: str) -> SiteConf | Unfit:
    """Understands a configuration as far as it only serves files."""
    read = read_nginx(text)
    if isinstance(read, BadNginx):
        return Unfit(read.line, read.why)
    http = [one for one in read if one.name == "http" and one.block is not None]
    inside = http[0].block or () if http else read
    servers = [one for one in inside if one.name == "server" and one.block is not None]
    if len(servers) != 1 or len(http) > 1:
        line = servers[1].line if len(servers) > 1 else 1
        return Unfit(line, f"it has {len(servers) or 'no'} server blocks where one is understood")
    missing = _lacks(read, inside) if http else _misplaced(read)
    return next(_strange(read), None) or next(missing, None) or _site(servers[0], bool(http))


def _site(server: Directive, is_whole: bool) -> SiteConf | Unfit:
    within = server.block or ()
    main = next((one for one in within if one.name == "location" and one.arguments in _EVERYTHING), None)
    around = (*within, *(main.block or () if main else ()))
    for one in around:
        if one.name in SENDING:
            return Unfit(one.line, f"`{one.name}` may keep every request from the files")
        if one.name == "index" and "index.html" not in one.arguments:
            return Unfit(one.line, "index.html is not what it answers with first")
    roots = frozenset(_roots(within, _of("root", within)))
    if len(roots) != 1 or None in roots:
        return Unfit(server.line, "it does not say one root for all that it serves")
    root = str(next(iter(roots))).rstrip("/")
    if not root.startswith("/") or "$" in root:
        return Unfit(server.line, f"its root {root} is no absolute path")
    return SiteConf(
        is_whole, root, frozenset(_ports(within)) or frozenset({80}), _falls_back(around, within, main)
    )


def _of(name: str, within: Iterable[Directive]) -> tuple[str, ...] | None:
    """The arguments of the first directive of a name."""
    return next((one.arguments for one in within if one.name == name), None)


def _roots(within: tuple[Directive, ...], inherited: tuple[str, ...] | None) -> Iterator[str | None]:
    """The root of each place that files come from; None where none is said."""
    locations = [one for one in within if one.name == "location"]
    if not any(one.arguments in _EVERYTHING for one in locations):
        yield inherited[0] if inherited else None
    for one in locations:
        block = one.block or ()
        own = _of("root", block) or inherited
        if not (_of("return", block) or _of("deny", block) == ("all",) or _is_error_page(one, own)):
            yield from _roots(block, own)


def _is_error_page(location: Directive, root: tuple[str, ...] | None) -> bool:
    """The image's own page for errors, as its own configuration has it."""
    return location.arguments == ("=", "/50x.html") and root in ((WEB_ROOT,), None)


def _falls_back(around: tuple[Directive, ...], within: tuple[Directive, ...], main: Directive | None) -> bool:
    """Whether what no file is found for is answered with index.html, and as found."""
    tried = (_of("try_files", main.block or ()) if main else None) or _of("try_files", within) or ()
    pages = [one.arguments for one in around if one.name == "error_page"]
    return ("404", "=200", "/index.html") in pages or "/index.html" in tried[1:]


def _ports(within: tuple[Directive, ...]) -> Iterator[int]:
    for one in within:
        match = _LISTEN.fullmatch(one.arguments[0]) if one.name == "listen" and one.arguments else None
        if match is not None:
            yield int(match[1])


def _lacks(read: tuple[Directive, ...], http: tuple[Directive, ...]) -> Iterator[Unfit]:
    """What a whole nginx.conf can't do without."""
    if not any(one.name == "events" for one in read):
        yield Unfit(1, "nginx needs a block `events` beside `http`")
    if not any(
        one.name == "types" or (one.name == "include" and _TYPES.issuperset(one.arguments)) for one in http
    ):
        yield Unfit(1, "without mime.types every file is sent as plain bytes")


def _misplaced(read: tuple[Directive, ...]) -> Iterator[Unfit]:
    """What the image's nginx.conf, which includes the site, has itself or does not take there."""
    for one in read:
        if one.name not in _BESIDE_SERVER:
            yield Unfit(
                one.line,
                f"`{one.name}` stands outside of `server`, where the image's nginx.conf may have it too",
            )


def _strange(directives: tuple[Directive, ...], known: frozenset[str] = frozenset()) -> Iterator[Unfit]:
    """Directives of which it can't be told that they work in the image, in blocks too."""
    told = known | frozenset(_variables_set(directives))
    for one in directives:
        if not _is_understood(one):
            yield Unfit(one.line, f"`{' '.join(one.words[:3])}` may need more than the files of the site")
        for name in () if one.name in ("types", "log_format") else _unset(one, told):
            yield Unfit(
                one.line,
                f"${name or '{'} is no variable that nginx sets; a template has to be filled in first",
            )
        if one.block is not None and one.name not in ("types", "map", "geo"):
            yield from _strange(one.block, told)


def _variables_set(directives: tuple[Directive, ...]) -> Iterator[str]:
    for one in directives:
        if one.name in ("map", "geo", "set") and one.arguments:
            place = 0 if one.name == "set" else -1
            yield one.arguments[place].removeprefix("$")
        for word in one.arguments:
            yield from captured(word)
        if one.name in ("server", "http", "location", "if") and one.block:
            yield from _variables_set(one.block)


def _unset(one: Directive, told: frozenset[str]) -> Iterator[str]:
    words = one.arguments if one.name != "location" else ()
    read = (name for word in words if not word.startswith("^") for name in variables(word))
    return (name for name in read if name not in told and not is_variable(name))


def _is_understood(one: Directive) -> bool:
    match one.name, one.arguments:
        case (("http" | "events" | "server" | "types" | "map" | "geo"), _):
            return one.block is not None
        case "location", (*_, _):
            return one.block is not None
        case (("return" | "rewrite" | "if"), (*_, _)):
            return True
        case "listen", (address, *flags):
            return _LISTEN.fullmatch(address) is not None and _HARMLESS_FLAGS.issuperset(flags)
        case "root", (_,):
            return True
        case "include", (path,):
            return path in _TYPES
        case "user", (name, *_):
            return name in _USERS
        case (("access_log" | "error_log"), (path, *_)):
            return _LOGS.fullmatch(path) is not None
        case "pid", (path,):
            return _PIDS.fullmatch(path) is not None
        case name, (*_, _):
            return name in PLAIN
        case _:
            return one.name in ("internal", "break")
