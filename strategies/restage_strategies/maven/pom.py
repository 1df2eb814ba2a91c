"""A Maven project file, read as XML without entities (maven.apache.org/pom.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from restage.api import Record

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST = 2_000_000
_DEEPEST = 60


class Plugin(Record):
    """A plugin of the build: its artifact id, the goals that its executions name, and its settings."""

    name: str
    goals: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Every setting without elements inside, at any depth: tag → values in order."""

    def setting(self, name: str) -> str | None:
        """The last value of a setting."""
        values = self.settings.get(name, ())
        return values[-1] if values else None


class Dependency(Record):
    """A direct dependency."""

    group: str
    name: str
    scope: str
    system_path: str | None


class Part(Record):
    """What the project itself and each of its profiles may say."""

    modules: tuple[str, ...]
    properties: Mapping[str, str] = field(hash=False)
    plugins: tuple[Plugin, ...]
    dependencies: tuple[Dependency, ...]
    final_name: str | None
    directory: str | None
    repositories: tuple[str, ...]


class Profile(Record):
    """A profile, and what switches it on by itself."""

    name: str
    by_default: bool
    otherwise: bool
    """Whether something else than a name or the default may switch it on: a JDK, a property, a file."""
    part: Part


class Parent(Record):
    """The parent that a project names; `relative` is empty where it is not in the file tree."""

    group: str
    name: str
    version: str
    relative: str


class Pom(Record):
    """One project file as it is written."""

    group: str | None
    name: str
    version: str | None
    packaging: str
    parent: Parent | None
    own: Part
    profiles: tuple[Profile, ...]


@lru_cache(maxsize=256)
def read_pom(text: str) -> Pom | None:
    """The project that the text describes; None where it isn't one, or where it defines entities."""
    if len(text) > _LONGEST or "<!DOCTYPE" in text or "<!ENTITY" in text or _is_deep(text):
        return None
    from xml.etree import ElementTree

    try:
        # Entities, which are what makes XML from elsewhere dangerous, were refused above.
        root = ElementTree.fromstring(text.encode("utf-8", "surrogateescape"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    return _pom(root) if _tag(root) == "project" else None


def _is_deep(text: str) -> bool:
    """Whether elements nest beyond any real project: a tree that deep can't be walked recursively."""
    depth = deepest = 0
    for part in text.split("<")[1:]:
        if part.startswith("/"):
            depth -= 1
        elif not part.startswith(("!", "?")) and not part.partition(">")[0].endswith("/"):
            depth += 1
            deepest = max(deepest, depth)
    return deepest > _DEEPEST


def _pom(root: Element) -> Pom:
    return Pom(
        group=_text(root, "groupId"),
        name=_text(root, "artifactId") or "",
        version=_text(root, "version"),
        packaging=_text(root, "packaging") or "jar",
        parent=_parent(_child(root, "parent")),
        own=_part(root),
        profiles=tuple(_profile(found) for found in _children(_child(root, "profiles"), "profile")),
    )


def _parent(found: Element | None) -> Parent | None:
    if found is None:
        return None
    relative = _child(found, "relativePath")
    return Parent(
        _text(found, "groupId") or "",
        _text(found, "artifactId") or "",
        _text(found, "version") or "",
        "../pom.xml" if relative is None else (relative.text or "").strip(),
    )


def _part(found: Element) -> Part:
    build = _child(found, "build")
    properties = _child(found, "properties")
    modules = _children(_child(found, "modules"), "module")
    repositories = _children(_child(found, "repositories"), "repository")
    return Part(
        modules=tuple(text for module in modules if (text := (module.text or "").strip())),
        properties={}
        if properties is None
        else {_tag(each): (each.text or "").strip() for each in properties},
        plugins=tuple(_plugin(each) for each in _children(_child(build, "plugins"), "plugin")),
        dependencies=tuple(
            _dependency(each) for each in _children(_child(found, "dependencies"), "dependency")
        ),
        final_name=_text(build, "finalName"),
        directory=_text(build, "directory"),
        repositories=tuple(_text(each, "url") or "" for each in repositories),
    )


def _plugin(found: Element) -> Plugin:
    settings: dict[str, tuple[str, ...]] = {}
    goals: list[str] = []
    for each in found.iter():
        name, text = _tag(each), (each.text or "").strip()
        if name == "goal":
            goals.append(text)
        elif text and len(each) == 0:
            settings[name] = (*settings.get(name, ()), text)
    return Plugin(_text(found, "artifactId") or "", tuple(goals), settings)


def _dependency(found: Element) -> Dependency:
    return Dependency(
        _text(found, "groupId") or "",
        _text(found, "artifactId") or "",
        _text(found, "scope") or "compile",
        _text(found, "systemPath"),
    )


def _profile(found: Element) -> Profile:
    activation = _child(found, "activation")
    others = [] if activation is None else [each for each in activation if _tag(each) != "activeByDefault"]
    return Profile(
        _text(found, "id") or "",
        _text(activation, "activeByDefault") == "true",
        bool(others),
        _part(found),
    )


def _tag(found: Element) -> str:
    return found.tag.rpartition("}")[2] if isinstance(found.tag, str) else ""


def _children(found: Element | None, name: str) -> Iterator[Element]:
    return (each for each in (() if found is None else found) if _tag(each) == name)


def _child(found: Element | None, name: str) -> Element | None:
    return next(_children(found, name), None)


def _text(found: Element | None, name: str) -> str | None:
    inner = _child(found, name)
    return (inner.text or "").strip() or None if inner is not None else None
