"""What of a project's directory goes along beside its artifact: everything that isn't sources, build files or papers."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator
from typing import TypeGuard

from restage.api import Region, State
from restage.api.tree import Changed
from restage_strategies.maven.commands import MAVEN
from restage_strategies.maven.pom import read_pom
from restage_strategies.maven.sources import Survey

_LEFT_BEHIND = tuple(
    """
    pom.xml mvnw mvnw.cmd .mvn src target Dockerfile* *.dockerfile docker-compose*.y*ml
    compose*.y*ml .dockerignore .git .gitignore .gitattributes .gitmodules .github .gitlab*
    .travis.yml .circleci Jenkinsfile* azure-pipelines.yml .idea .vscode .settings .project
    .classpath *.iml *.md LICENSE* NOTICE* README* CHANGELOG* CONTRIBUTING* .editorconfig Makefile
    lombok.config sonar-project.properties renovate.json .DS_Store HELP* Procfile system.properties
    nb-configuration.xml *.java *.kt build.gradle* settings.gradle* gradle gradlew* .factorypath
    CODEOWNERS codecov.yml
    """.split()
)
"""What no program reads that was built: sources, what the build reads, papers, what is for other tools."""
_PAPERS = frozenset("pdf doc docx odt pptx png jpg jpeg svg gif drawio puml http postman_collection".split())
"""Endings of documents and pictures, which go along only where a source names them."""
_BUILDS_FRONT_ENDS = "frontend-maven-plugin"
_WEB_ROOT = "src/main/webapp"
_ADDS_NOTHING = frozenset(
    "chmod chown chgrp sed dos2unix mkdir useradd adduser usermod addgroup groupadd".split()
)
_TEXTS = (".properties", ".yml", ".yaml", ".xml", ".conf", ".json", ".html", ".jsp", ".ftl", ".sh")


def beside(root: str, state: State, survey: Survey) -> tuple[Region, ...]:
    """Everything in the directory that isn't left behind, what other commands made in it, and what sources open."""
    made = (event.target for event in state.tree.events if _made_beside(event, root))
    return tuple(dict.fromkeys((*_kept(root, state, survey), *made, *_opened(root, state, survey))))


def _kept(directory: str, state: State, survey: Survey) -> Iterator[Region]:
    front_ends = _front_ends(directory, state)
    for name in state.tree.entries(directory):
        path = posixpath.join(directory, name)
        if path in front_ends and not _is_read(name, survey):
            continue
        if _is_left(name) or ((_is_paper(name) or name == "settings.xml") and not survey.names(name)):
            continue
        if state.tree.is_file(posixpath.join(path, "pom.xml")):
            yield from _kept(path, state, survey)
        else:
            yield Region(path)


def _front_ends(directory: str, state: State) -> frozenset[str]:
    """Directories in which Maven itself installs packages of npm and builds a front end, which the jar takes up."""
    pom = read_pom(state.tree.text(posixpath.join(directory, "pom.xml")) or "")
    parts = (pom.own, *(profile.part for profile in pom.profiles)) if pom else ()
    plugins = (plugin for part in parts for plugin in part.plugins if plugin.name == _BUILDS_FRONT_ENDS)
    told = (value for plugin in plugins for value in plugin.settings.get("workingDirectory", ()))
    names = (re.sub(r"^\$\{(?:project\.)?basedir\}/", "", value) for value in told)
    return frozenset(posixpath.normpath(posixpath.join(directory, name)) for name in names)


def _is_read(name: str, survey: Survey) -> bool:
    """Whether a source or a setting names something in a directory."""
    others = (path for path in _settings(survey) if not path.startswith(f"{name}/"))
    return survey.names(name) or any(f"{name}/" in (survey.context.text(path) or "") for path in others)


def _opened(root: str, state: State, survey: Survey) -> Iterator[Region]:
    """Places among sources and build files that a literal of the sources names."""
    for text, _ in survey.strings:
        plain = text.removeprefix("file:").removeprefix("./")
        first = plain.partition("/")[0]
        opened = "/" in plain or "." in plain or survey.opens(plain)
        if first and opened and _is_left(first) and first != "target" and " " not in plain:
            path = posixpath.normpath(posixpath.join(root, plain))
            if state.tree.is_file(path) or state.tree.is_directory(path):
                yield Region(path)
    if state.tree.is_directory(posixpath.join(root, _WEB_ROOT)):
        yield Region(posixpath.join(root, _WEB_ROOT))


def _is_left(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _LEFT_BEHIND)


def _is_paper(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _PAPERS


def _made_beside(event: object, root: str) -> TypeGuard[Changed]:
    """Whether another command than Maven made it, inside the directory."""
    if not isinstance(event, Changed) or not Region(root).covers(event.target) or event.target.path == root:
        return False
    return not _by_maven(event.by)


def _by_maven(by: str) -> bool:
    """Whether the command is one of Maven, or one that adds nothing to what is there."""
    words = [posixpath.basename(word) for word in by.split()[:3]]
    return bool(MAVEN.intersection(words)) or bool(words and words[0] in _ADDS_NOTHING)


def wrote_all(root: str, state: State) -> str | None:
    """Another command that may have written anywhere in the directory."""
    for event in state.tree.events:
        if isinstance(event, Changed) and event.target.covers(Region(root)) and not _by_maven(event.by):
            return event.by
    return None


def reading_sources(survey: Survey) -> tuple[str, ...]:
    """Where something that goes along names sources or build output as a place to read from, beyond plain paths."""
    found = [f"{path} names {text}" for text, path in survey.strings if _names_build(text)]
    return (
        *found,
        *(f"{path} names src/ or target/" for path in _settings(survey) if _mentions(survey, path)),
    )


def _names_build(text: str) -> bool:
    plain = text.removeprefix("file:").removeprefix("./").removeprefix("/")
    return plain.startswith("target/") or "/src/main/" in text


def _settings(survey: Survey) -> Iterator[str]:
    """Settings and scripts of the project; not those of the build and of other tools."""
    for path in survey.context.walk(
        "", ("node_modules", ".git", "target", "build", "test", ".mvn", ".github")
    ):
        first = path.partition("/")[0]
        if path.endswith(_TEXTS) and (first == "src" or not _is_left(first)) and not path.endswith("pom.xml"):
            yield path


def _mentions(survey: Survey, path: str) -> bool:
    text = survey.context.text(path) or ""
    return any(
        sign in text for sign in ("src/main/", "file:src/", "file:./src/", "file:target/", "target/classes")
    )
