"""A package with the members of its workspace, which one install serves: what they ask for, taken as one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from restage.api import Record, Region
from restage_strategies.node.manifest import Manifest


class Family(Record):
    """The manifest of a project, and those of its workspace's members if it has any."""

    root: Manifest
    members: tuple[Manifest, ...] = ()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """All of them, the root first."""
        return (self.root, *self.members)

    @property
    def names(self) -> frozenset[str]:
        """Names of members, which are linked and never leave."""
        return frozenset(member.name for member in self.members)

    @cached_property
    def whole(self) -> Manifest:
        """One manifest that asks for what all of them ask for; the root itself if it is alone."""
        if not self.members:
            return self.root
        running = {name: spec for one in self.manifests for name, spec in one.dependencies.items()}
        dev = {name: one.dev_dependencies[name] for one in self.manifests for name in direct(one)}
        own = dict.fromkeys(self.names, "workspace:*")
        fields = {key: value for key, value in self.root.fields.items() if key != "optionalDependencies"}
        asked = {"dependencies": {**running, **own}, "devDependencies": dev}
        return Manifest(self.root.directory, {**fields, **asked})

    @property
    def at_odds(self) -> bool:
        """Whether one wants for its build, in another version, what another needs for running or beside itself."""
        return any(self._needed_elsewhere(one, name) for one in self.manifests for name in direct(one))

    def _needed_elsewhere(self, one: Manifest, name: str) -> bool:
        others = [other for other in self.manifests if other is not one]
        told = [other.dependencies[name] for other in others if name in other.dependencies]
        return any(name in peers(other) for other in others) or any(
            spec != one.dev_dependencies[name] for spec in told
        )

    @property
    def parted(self) -> frozenset[str]:
        """What some want for their build alone while another needs it or is it: own node_modules lose it in some places."""
        return frozenset(
            name
            for one in self.manifests
            for name in for_build(one)
            if name in self.names or any(name in other.dependencies for other in self.manifests)
        )

    def owner(self, path: str) -> Manifest:
        """The one that a file belongs to: the innermost around it."""
        around = [one for one in self.members if Region(one.directory).covers(Region(path))]
        return max(around, key=lambda one: len(one.directory), default=self.root)

    def requests(self) -> Iterator[tuple[str, bool]]:
        """What all of them ask for but each other, as `name@range`, and whether it is for running."""
        for one in self.manifests:
            for name, spec in one.every_dependency.items():
                if name not in self.names:
                    yield f"{name}@{spec}", name in one.dependencies


def for_build(manifest: Manifest) -> frozenset[str]:
    """Dev dependencies, without those that are needed for running too."""
    return frozenset(manifest.dev_dependencies) - frozenset(manifest.dependencies)


def direct(manifest: Manifest) -> frozenset[str]:
    """Dev dependencies that are nothing else besides."""
    return for_build(manifest) - peers(manifest)


def peers(manifest: Manifest) -> frozenset[str]:
    """What a package needs beside itself."""
    fields = manifest.fields.get("peerDependencies")
    return frozenset(fields) if isinstance(fields, dict) else frozenset()
