"""What an image sets by itself (environment, working directory, entrypoint …), from curated rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from restage.image.tags import TagParts, TagRow
from restage.record import Record

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NEWEST = 1_000_000
_ABOUT = frozenset({"when", "env", "execs", "transparent"})


class BaseConfig(Record):
    """The configuration of an image as a stage that begins FROM it inherits it.

    `env` is in the order in which the image sets it; a value of None is not known (or the variable is only in
    some images of that tag). `PATH` is always there, with its full value. `workdir` is absolute.
    """

    env: Mapping[str, str | None] = field(hash=False)
    workdir: str = "/"
    user: str | None = None
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    stopsignal: str | None = None
    onbuild: bool = False


def resolve_config(rules: Iterable[Mapping[str, Any]], parts: TagParts, row: TagRow) -> BaseConfig:
    """Apply the rules that hold for this tag, in order; as in a Dockerfile, ENTRYPOINT clears CMD."""
    env: dict[str, str | None] = {"PATH": DEFAULT_PATH}
    settings: dict[str, Any] = {}
    for rule in rules:
        if not holds(rule.get("when", {}), parts, row):
            continue
        if "entrypoint" in rule:
            settings.pop("cmd", None)
        settings.update({name: _frozen(rule[name]) for name in rule if name not in _ABOUT})
        for name, value in rule.get("env", {}).items():
            env[name] = _expanded(value, env, parts)
    return BaseConfig(env=MappingProxyType(env), onbuild="onbuild" in parts.words, **settings)


def only_execs(rules: Iterable[Mapping[str, Any]], parts: TagParts, row: TagRow) -> bool:
    """The ENTRYPOINT that these rules set only execs the command; also true where they set none."""
    return _entrypoint_is("execs", rules, parts, row)


def is_transparent(rules: Iterable[Mapping[str, Any]], parts: TagParts, row: TagRow) -> bool:
    """The ENTRYPOINT that these rules set execs every command as it is, so that the image could do without."""
    return _entrypoint_is("transparent", rules, parts, row)


def _entrypoint_is(what: str, rules: Iterable[Mapping[str, Any]], parts: TagParts, row: TagRow) -> bool:
    answer = True
    for rule in rules:
        if "entrypoint" in rule and holds(rule.get("when", {}), parts, row):
            answer = not rule["entrypoint"] or bool(rule.get(what))
    return answer


def holds(when: Mapping[str, Any], parts: TagParts, row: TagRow) -> bool:
    """All conditions hold: version bounds, months of publication, distribution, slim or not, words of the tag."""
    version = version_key(parts.number)
    month = row.last or "9999"
    return (
        ("from" not in when or version >= version_key(when["from"], fill=0))
        and ("below" not in when or version < version_key(when["below"], fill=0))
        and ("since" not in when or month >= when["since"])
        and ("before" not in when or month < when["before"])
        and ("distro" not in when or row.release.partition(":")[0] in when["distro"])
        and ("slim" not in when or parts.slim is when["slim"])
        and ("with" not in when or parts.words.issuperset(when["with"]))
        and ("without" not in when or parts.words.isdisjoint(when["without"]))
    )


def version_key(number: str | None, fill: int = _NEWEST) -> tuple[int, int, int]:
    """A version as three numbers; what a floating tag leaves open is the newest there is (or `fill`)."""
    given = [int(part) for part in (number or "").split(".") if part][:3]
    first, second, third = given + [fill] * (3 - len(given))
    return first, second, third


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _expanded(value: str | None, env: Mapping[str, str | None], parts: TagParts) -> str | None:
    if value is None:
        return None
    if value == "{version}":
        return parts.exact
    return value.replace("{PATH}", env["PATH"] or "").replace(
        "{major}", (parts.number or "").partition(".")[0]
    )
