"""The files that a Maven build leaves, by what the poms say of packaging, names and plugins."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import Record, Region, region
from restage_strategies.maven.pom import Plugin
from restage_strategies.maven.project import Project

_ENDINGS = {
    "jar": "jar", "war": "war", "ejb": "jar", "maven-plugin": "jar", "ear": "ear", "bundle": "jar", "rar": "rar",
    "hpi": "hpi", "eclipse-plugin": "jar",
}  # fmt: skip
_MAKES_ARTIFACTS = frozenset(
    f"maven-{name}-plugin" for name in ("jar", "war", "ear", "ejb", "shade", "assembly")
)


class Artifact(Record):
    """Something that a build makes to be run: a jar, or a directory of them."""

    region: Region
    project: Project
    exact: bool
    """Whether it is exactly this file or directory; else something below it."""


def artifacts_of(project: Project) -> tuple[Artifact, ...]:
    """What packaging the project makes; something in its build directory where names aren't known."""
    target = project.target
    if target is None:
        return (Artifact(Region(project.directory), project, False),)
    if project.pom.packaging == "pom":
        return tuple(_artifact(path, project) for path in _assembled(project, target, project.final_name))
    ending, name = _ENDINGS.get(project.pom.packaging), project.final_name
    if name is None or ending is None:
        return (Artifact(Region(target), project, False),)
    paths = [
        *_main(project, target, name, ending),
        *_assembled(project, target, name),
        *_others(project, target, name),
    ]
    return tuple(_artifact(path, project) for path in dict.fromkeys(paths) if path)


def _artifact(path: str, project: Project) -> Artifact:
    return Artifact(region(path), project, True)


def _main(project: Project, target: str, name: str, ending: str) -> Iterator[str]:
    """The main artifact; the jar plugin may be told another name or place."""
    own = project.plugin(f"maven-{ending}-plugin")
    told = _setting(own, "finalName", project) or name
    folder = posixpath.join(project.directory, _setting(own, "outputDirectory", project) or target)
    classifier = _setting(own, "classifier", project)
    yield posixpath.join(folder, f"{told}.{ending}")
    if classifier:
        yield posixpath.join(folder, f"{told}-{classifier}.{ending}")
    boot = project.plugin("spring-boot-maven-plugin")
    if boot and (classifier := _setting(boot, "classifier", project)):
        yield posixpath.join(target, f"{_setting(boot, 'finalName', project) or name}-{classifier}.{ending}")
    elif boot and (other := _setting(boot, "finalName", project)):
        yield posixpath.join(target, f"{other}.{ending}")


def _assembled(project: Project, target: str, name: str | None) -> Iterator[str]:
    """What the shade and assembly plugins put together."""
    for shade in project.plugin("maven-shade-plugin"):
        folder = posixpath.join(project.directory, _one(shade, "outputDirectory", project) or target)
        if told := _one(shade, "outputFile", project):
            yield posixpath.join(project.directory, told)
        elif told := _one(shade, "finalName", project):
            yield posixpath.join(folder, f"{told}.jar")
        elif name and shade.setting("shadedArtifactAttached") == "true":
            yield posixpath.join(
                target, f"{name}-{_one(shade, 'shadedClassifierName', project) or 'shaded'}.jar"
            )
    for assembly in project.plugin("maven-assembly-plugin"):
        folder = posixpath.join(project.directory, _one(assembly, "outputDirectory", project) or target)
        base = _one(assembly, "finalName", project) or name
        references = assembly.settings.get("descriptorRef", ())
        if base and assembly.setting("appendAssemblyId") == "false":
            yield posixpath.join(folder, f"{base}.jar")
        elif base and references:
            yield from (posixpath.join(folder, f"{base}-{each}.jar") for each in references)
        else:
            yield folder


def _others(project: Project, target: str, name: str) -> Iterator[str]:
    """Plugins that make a directory to run from."""
    if project.plugin("quarkus-maven-plugin"):
        yield posixpath.join(target, "quarkus-app")
        yield posixpath.join(target, f"{name}-runner.jar")
        yield posixpath.join(target, f"{name}-runner")
    if project.plugin("appassembler-maven-plugin"):
        yield posixpath.join(target, "appassembler")
    if project.plugin("native-maven-plugin"):
        yield posixpath.join(target, project.pom.name)


def written_beside(project: Project) -> tuple[Region, ...]:
    """Where plugins put more than the artifact: dependencies, and what lands outside the build directory."""
    found: list[Region] = []
    for plugin in project.plugins:
        copies = plugin.name == "maven-dependency-plugin" and {"copy-dependencies", "copy"} & {*plugin.goals}
        told = [_one(plugin, name, project) for name in ("outputDirectory", "outputFile")]
        places = [region(project.directory, path) for path in told if path]
        if copies:
            found += places or [region(project.target or project.directory, "dependency")]
        elif plugin.name not in _MAKES_ARTIFACTS:
            found += [place for place in places if not _is_inside(place, project)]
    return tuple(dict.fromkeys(found))


def _is_inside(place: Region, project: Project) -> bool:
    """Whether it is build output or among the sources, from where the artifact takes it."""
    own = (
        project.target or posixpath.join(project.directory, "target"),
        posixpath.join(project.directory, "src"),
    )
    return any(Region(path).covers(place) for path in own) or place.path == project.directory


def _setting(plugins: tuple[Plugin, ...], name: str, project: Project) -> str | None:
    return next((value for plugin in plugins if (value := _one(plugin, name, project))), None)


def _one(plugin: Plugin, name: str, project: Project) -> str | None:
    return project.value(plugin.setting(name))
