"""Maven projects as the image has them: a pom with its parents, its modules, and values with their properties filled in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property

from restage.api import Record, State, Tree
from restage_strategies.maven.commands import Invocation
from restage_strategies.maven.pom import Dependency, Part, Plugin, Pom, Profile, read_pom

_MOST_MODULES = 300
_MOST_PARENTS = 12
_MOST_ROUNDS = 8
_BARE = frozenset({"artifactId", "basedir", "version"})
"""Of the model's values, those that may be written without `project.`."""
_PROPERTY = re.compile(r"\$\{([^{}$]*)\}")
_BOOT_PARENT = "spring-boot-starter-parent"


class Project(Record):
    """One project of the reactor: where it lies, its pom, and the parents that lie in the tree, nearest first."""

    directory: str
    file: str
    pom: Pom
    parents: tuple[Pom, ...]
    parent_files: tuple[str, ...]
    given: Mapping[str, str] = field(hash=False)
    """User properties of the command line."""
    profiles: tuple[str, ...]
    """Profiles of the command line."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What counts for this project: profiles before what they change, the project before its parents."""
        return tuple(part for pom in (self.pom, *self.parents) for part in _parts(pom, self.profiles))

    @property
    def has_foreign_parent(self) -> bool:
        """Whether a parent comes from a repository: what it sets can't be read."""
        return (self.pom, *self.parents)[-1].parent is not None

    @property
    def parent_names(self) -> frozenset[str]:
        """Artifact ids of all parents that are named."""
        return frozenset(pom.parent.name for pom in (self.pom, *self.parents) if pom.parent)

    @property
    def is_boot(self) -> bool:
        """Whether Spring Boot's parent gives the build."""
        return _BOOT_PARENT in self.parent_names

    def value(self, text: str | None) -> str | None:
        """The text with its properties filled in; None where one of them is not known."""
        for _ in range(_MOST_ROUNDS):
            if text is None or "${" not in text:
                return text
            text = self._filled(text)
        return None

    def _filled(self, text: str) -> str | None:
        """The text after one round; properties may name further ones."""
        values = [self._property(name) for name in _PROPERTY.findall(text)]
        told = [value for value in values if value is not None]
        if not values or len(told) < len(values):
            return None
        rest = iter(told)
        return _PROPERTY.sub(lambda _: next(rest), text)

    def _property(self, name: str) -> str | None:
        if name in self.given:
            return self.given[name]
        own = self._of_model(name.removeprefix("project.").removeprefix("pom."))
        if own is not None and (name.startswith(("project.", "pom.")) or name in _BARE):
            return own
        return next((part.properties[name] for part in self.parts if name in part.properties), None)

    def _of_model(self, name: str) -> str | None:
        pom, parent = self.pom, self.pom.parent
        match name:
            case "artifactId":
                return pom.name
            case "groupId":
                return pom.group or (parent.group if parent else None)
            case "version":
                return pom.version or (parent.version if parent else None)
            case "packaging":
                return pom.packaging
            case "basedir":
                return self.directory
            case "parent.version":
                return parent.version if parent else None
            case "parent.artifactId":
                return parent.name if parent else None
            case "build.directory":
                return self.target
            case "build.finalName":
                return self.final_name
            case _:
                return None

    @cached_property
    def target(self) -> str | None:
        """The build directory: `target` unless the project says otherwise."""
        told = next((part.directory for part in self.parts if part.directory), None)
        if told is None:
            return posixpath.join(self.directory, "target")
        known = None if "build." in told else self.value(told)
        return posixpath.normpath(posixpath.join(self.directory, known)) if known else None

    @cached_property
    def final_name(self) -> str | None:
        """The artifact's name without its ending; None where it isn't known."""
        told = next((part.final_name for part in self.parts if part.final_name), None)
        if told is not None:
            return None if "build." in told else self.value(told)
        if self.has_foreign_parent and not self.is_boot and not self._usual_parents:
            return None
        return self.value("${project.artifactId}-${project.version}")

    @property
    def _usual_parents(self) -> bool:
        """Whether the outermost parent is one that leaves names alone; company parents seldom set them, but may."""
        outer = (self.pom, *self.parents)[-1].parent
        return outer is not None and outer.name.endswith(("-parent", "-starter-parent", "-bom"))

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """The plugins that the build uses, this project's first."""
        return tuple(plugin for part in self.parts for plugin in part.plugins)

    def plugin(self, name: str) -> tuple[Plugin, ...]:
        """The plugin's blocks by artifact id."""
        return tuple(plugin for plugin in self.plugins if plugin.name == name)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Direct dependencies, inherited ones too."""
        return tuple(each for part in self.parts for each in part.dependencies)


def _parts(pom: Pom, profiles: tuple[str, ...]) -> Iterator[Part]:
    yield from (profile.part for profile in pom.profiles if is_active(profile, pom, profiles))
    yield pom.own


def is_active(profile: Profile, pom: Pom, profiles: tuple[str, ...]) -> bool:
    """Whether the profile is switched on by name, or by default where no other of the file is."""
    if profile.name in profiles:
        return True
    named = any(other.name in profiles for other in pom.profiles)
    off = {name.lstrip("!-") for name in profiles if name[:1] in "!-"}
    return profile.by_default and not named and profile.name not in off


class Reactor(Record):
    """All projects that one Maven command may work on."""

    root: str
    """The directory of the pom that Maven is given."""
    projects: tuple[Project, ...]
    complete: bool
    """Whether every pom was there to be read."""

    @property
    def files(self) -> tuple[str, ...]:
        """Every pom of the projects and of their parents in the tree."""
        found = (path for project in self.projects for path in (project.file, *project.parent_files))
        return tuple(dict.fromkeys(found))


def reactor_of(invocation: Invocation, state: State) -> Reactor:
    """The projects of a command: that of `-f` or the working directory, with all modules below."""
    told = invocation.value("-f")
    place = state.path(told).path if told else state.directory
    file = posixpath.join(place, "pom.xml") if state.tree.is_directory(place) or not told else place
    found = _Modules(state.tree, invocation)
    found.visit(file)
    return Reactor(posixpath.dirname(file), tuple(found.projects), found.complete)


class _Modules:
    def __init__(self, tree: Tree, invocation: Invocation) -> None:
        self.projects: list[Project] = []
        self.complete = True
        self._tree, self._invocation = tree, invocation

    def visit(self, file: str) -> None:
        """Take in a project and its modules."""
        if any(project.file == file for project in self.projects) or len(self.projects) > _MOST_MODULES:
            return
        pom = read_pom(self._tree.text(file) or "")
        if pom is None:
            self.complete = False
            return
        parents, files = self._parents(file, pom)
        project = Project(
            posixpath.dirname(file), file, pom, parents, files,
            self._invocation.definitions, self._invocation.profiles,
        )  # fmt: skip
        self.projects.append(project)
        for part in _parts(pom, project.profiles):
            for module in part.modules:
                self._module(project.directory, module)

    def _module(self, directory: str, module: str) -> None:
        place = posixpath.normpath(posixpath.join(directory, module))
        self.visit(place if place.endswith(".xml") else posixpath.join(place, "pom.xml"))

    def _parents(self, file: str, pom: Pom) -> tuple[tuple[Pom, ...], tuple[str, ...]]:
        poms: list[Pom] = []
        files: list[str] = []
        while pom.parent is not None and pom.parent.relative and len(poms) < _MOST_PARENTS:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(file), pom.parent.relative))
            file = place if place.endswith(".xml") else posixpath.join(place, "pom.xml")
            above = read_pom(self._tree.text(file) or "")
            if above is None or above.name != pom.parent.name or file in files:
                break
            poms.append(above)
            files.append(file)
            pom = above
        return tuple(poms), tuple(files)
