"""Files that say: people develop in this image, or the jobs of a pipeline run in it. They need all that it has."""

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

from restage.project.consumer import Consumer, folder_of, inside
from restage.project.folder import normalise
from restage.record import replace

_TEXT = r'"(?:[^"\\\n]|\\.)*"?'
_COMMENT = re.compile(rf"({_TEXT})|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_LAST_COMMA = re.compile(rf"({_TEXT})|,(?=\s*[}}\]])")
_LINE = re.compile(r'"(?:build|dockerFile|dockerComposeFile)"\s{0,20}:')

_AGENT = re.compile(r"\bagent\s{0,20}\{\s{0,20}dockerfile\b\s{0,20}(?:true|\{([^{}]{0,1000})\})")
_SETTING = re.compile(r"\b(filename|dir)\s{0,5}['\"]([^'\"\n]{1,300})['\"]")


def devcontainer(file: str, text: str, services: Sequence[Consumer]) -> Iterator[Consumer]:
    """The Dockerfile of a devcontainer.json, or that of the compose service which it names; see containers.dev."""
    told, folder = _settings(text), folder_of(file)
    found = _LINE.search(text)
    place = Consumer(
        file=file, line=text.count("\n", 0, found.end()) + 1 if found else None, kind="workplace"
    )
    build = told.get("build")
    build = build if isinstance(build, dict) else {}
    named = build.get("dockerfile", told.get("dockerFile"))
    context = build.get("context", told.get("context", "."))
    if isinstance(named, str) and isinstance(context, str):
        yield replace(place, dockerfile=inside(folder, named), context=inside(folder, context))
    files = told.get("dockerComposeFile")
    paths = {
        normalise(posixpath.join(folder, one))
        for one in (files if isinstance(files, list) else [files])
        if isinstance(one, str)
    }
    for service in services:
        if service.service == told.get("service") and service.file in paths:
            yield replace(place, dockerfile=service.dockerfile, context=service.context, image=service.image)


def _settings(text: str) -> dict[str, Any]:
    """JSON with comments and a comma after the last item; empty where it is something else."""
    plain = _LAST_COMMA.sub(lambda kept: kept[1] or "", _COMMENT.sub(lambda kept: kept[1] or "", text))
    try:
        told = json.loads(plain)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def jenkins(file: str, text: str) -> Iterator[Consumer]:
    """The Dockerfiles in whose images the steps of a declarative pipeline of Jenkins run."""
    line, counted = 1, 0
    for agent in _AGENT.finditer(text):
        line, counted = line + text.count("\n", counted, agent.start()), agent.start()
        given = dict(_SETTING.findall(agent[1] or ""))
        folder = inside("", given.get("dir", "."))
        if folder is not None:
            yield Consumer(
                file=file,
                line=line,
                kind="workplace",
                dockerfile=inside(folder, given.get("filename", "Dockerfile")),
                context=folder,
            )


_BUILD = re.compile(r"\bdocker_build(?:_with_restart)?\(")
_NAMED = re.compile(r"\b(context|dockerfile)\s{0,5}=\s{0,5}['\"]([^'\"\n]{1,300})['\"]")
_TEXTS = re.compile(r"\s{0,80}['\"][^'\"\n]{1,300}['\"]\s{0,80},\s{0,80}['\"]([^'\"\n]{1,300})['\"]")
_RUNS = re.compile(r"(?<![\w.])run\(")
_MOST = 4_000


def tilt(file: str, text: str) -> Iterator[Consumer]:
    """The Dockerfiles of a Tiltfile in whose containers `live_update` runs commands again: see docs.tilt.dev, live_update."""
    line, counted = 1, 0
    for build in _BUILD.finditer(text) if "live_update" in text else ():
        line, counted = line + text.count("\n", counted, build.start()), build.start()
        told = _in_brackets(_BUILD.split(text[build.end() : build.end() + _MOST], maxsplit=1)[0])
        if "live_update" not in told or not _RUNS.search(told):
            continue
        second = _TEXTS.match(told)
        given = {**({"context": second[1]} if second else {}), **dict(_NAMED.findall(told))}
        folder = inside(folder_of(file), given.get("context", "."))
        if folder is not None:
            named = given.get("dockerfile")
            yield Consumer(
                file=file,
                line=line,
                kind="workplace",
                dockerfile=inside(folder_of(file), named) if named else inside(folder, "Dockerfile"),
                context=folder,
            )


def _in_brackets(text: str) -> str:
    """What stands in front of the bracket that closes a call."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return text[:at]
    return text
