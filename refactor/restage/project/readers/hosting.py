"""Files of hosting platforms that build a Dockerfile and say what to start: Fly, Railway, Render, Heroku, Smithery."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from restage.project.consumer import Command, Consumer, Role, ShellText, Words, folder_of, inside
from restage.project.readers.yaml_source import Section, Value

_COMMAND = re.compile(r"\bcommand\W{1,4}['\"]([^'\"\n]+)['\"]")
_ARGUMENTS = re.compile(r"\bargs['\"]?\s{0,3}:\s{0,3}\[([^\]\n]*)\]")
_FOR_A_SHELL = re.compile(r"[&|;<>$`\n]")


def fly(file: str, text: str) -> Iterator[Consumer]:
    """The processes and the release command of a Fly app; each takes the place of CMD."""
    settings = _settings(text)
    build = _table(settings, "build")
    if build.keys() & {"image", "builder", "buildpacks", "builtin"}:
        return
    told = [*_table(settings, "processes").values(), _table(settings, "deploy").get("release_command")]
    for command in told:
        yield from _use(file, build.get("dockerfile"), Role.COMMAND, command)


def railway(file: str, text: str) -> Iterator[Consumer]:
    """The start of a Railway service, which takes the place of ENTRYPOINT too, and what goes before it."""
    settings = _settings(text)
    build, deploy = _table(settings, "build"), _table(settings, "deploy")
    if build.get("builder", "DOCKERFILE") != "DOCKERFILE":
        return
    before = deploy.get("preDeployCommand")
    for command in (deploy.get("startCommand"), *(before if isinstance(before, list) else [before])):
        yield from _use(file, build.get("dockerfilePath"), Role.ENTRYPOINT, command)


def render(file: str, root: Section) -> Iterator[Consumer]:
    """The commands of the services of a Render blueprint that are built from a Dockerfile."""
    for service in root.items_of("services"):
        if isinstance(service, Section) and "docker" in (service.text("runtime"), service.text("env")):
            for key in ("dockerCommand", "preDeployCommand"):
                yield from _use(file, service.text("dockerfilePath"), Role.COMMAND, service.text(key))


def heroku(file: str, root: Section) -> Iterator[Consumer]:
    """The processes and the release command of a Heroku app."""
    images = root.section("build", "docker")
    steps = {**root.section("run"), "release": root.section("release")}
    for name, step in steps.items():
        image = step.text("image") if isinstance(step, Section) else None
        dockerfile = images.text(image or name) or next(iter(images.values()), None)
        for command in _texts(step.get("command")) if isinstance(step, Section) else [step]:
            yield from _use(file, dockerfile, Role.COMMAND, command)


def smithery(file: str, root: Section) -> Iterator[Consumer]:
    """The start of a server of the Model Context Protocol, as the JavaScript of the file writes it plainly."""
    code = root.section("startCommand").text("commandFunction") or ""
    command, arguments = _COMMAND.search(code), _ARGUMENTS.search(code)
    if command is not None:
        words = re.findall(r"['\"]([^'\"]*)['\"]", arguments[1]) if arguments else []
        told = shlex.join([command[1], *words])
        yield from _use(file, root.section("build").text("dockerfile"), Role.ENTRYPOINT, told)


def _use(file: str, dockerfile: object, role: Role, command: object) -> Iterator[Consumer]:
    named = inside(folder_of(file), dockerfile if isinstance(dockerfile, str) else "Dockerfile")
    if named and isinstance(command, str) and command.strip():
        # Who takes the place of ENTRYPOINT here starts without CMD.
        alone = (Words(Role.COMMAND, ()),) if role is Role.ENTRYPOINT else ()
        commands = (_command(role, command), *alone)
        yield Consumer(file=file, line=None, kind="platform", dockerfile=named, commands=commands)


def _command(role: Role, text: str) -> Command:
    if _FOR_A_SHELL.search(text):
        return ShellText(role, text)
    try:
        return Words(role, tuple(shlex.split(text)))
    except ValueError:
        return Words(role, tuple(text.split()))


def _texts(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _settings(text: str) -> Mapping[str, Any]:
    """JSON or TOML; nothing where it is neither."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _table(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = settings.get(key)
    return found if isinstance(found, dict) else {}
