"""Files of hosting platforms that build a Dockerfile and say what to start: Fly, Railway, Render, Heroku, Smithery."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from restage.project.consumer import Command, Consumer, Role, ShellText, Words, folder_of, inside
from restage.project.readers.yaml_source import Section, Value
from restage.project.toml_source import toml_of

_COMMAND = re.compile(r"\bcommand\W{1,4}['\"]([^'\"\n]{1,2000})['\"]")
_ARGUMENTS = re.compile(r"\bargs['\"]?\s{0,3}:\s{0,3}\[([^\[\]\n]{0,2000})\]")
_FOR_A_SHELL = re.compile(r"[&|;<>$`\n]")


def fly(file: str, text: str) -> Iterator[Consumer]:
    """The processes and the release command of a Fly app, in the place of CMD; what `[experimental]` says of a start."""
    settings = _settings(text)
    build = _table(settings, "build")
    if build.keys() & {"image", "builder", "buildpacks", "builtin"}:
        return
    named = _named(folder_of(file), build.get("dockerfile"))
    told = [*_table(settings, "processes").values(), _table(settings, "deploy").get("release_command")]
    for command in told:
        yield from _use(file, named, Role.COMMAND, command)
    yield from _experimental(file, named, _table(settings, "experimental"))


def _experimental(file: str, named: str | None, told: Mapping[str, Any]) -> Iterator[Consumer]:
    """`exec` takes the place of ENTRYPOINT and CMD; `entrypoint` and `cmd` of one each."""
    program, entry, command = (_words(told.get(key)) for key in ("exec", "entrypoint", "cmd"))
    commands = [Words(Role.ENTRYPOINT, program or entry)] if program or entry else []
    if command or program:
        commands.append(Words(Role.COMMAND, () if program else command))
    if named and commands:
        yield Consumer(file=file, line=None, kind="platform", dockerfile=named, commands=tuple(commands))


def railway(file: str, text: str) -> Iterator[Consumer]:
    """The start of a Railway service, which takes the place of ENTRYPOINT too, and what goes before it."""
    settings = _settings(text)
    build, deploy = _table(settings, "build"), _table(settings, "deploy")
    if build.get("builder", "DOCKERFILE") != "DOCKERFILE":
        return
    before = deploy.get("preDeployCommand")
    path = build.get("dockerfilePath")
    # The root of a service is its own folder, or that of the repository: the project's settings say which.
    for named in dict.fromkeys(
        (_named(folder_of(file), path), _named("", path) if isinstance(path, str) else None)
    ):
        for command in (deploy.get("startCommand"), *(before if isinstance(before, list) else [before])):
            yield from _use(file, named, Role.ENTRYPOINT, command)


def render(file: str, root: Section) -> Iterator[Consumer]:
    """The commands of the services of a Render blueprint that are built from a Dockerfile."""
    for service in root.items_of("services"):
        if isinstance(service, Section) and "docker" in (service.text("runtime"), service.text("env")):
            for named in _places(folder_of(file), service):
                for key in ("dockerCommand", "preDeployCommand"):
                    yield from _use(file, named, Role.COMMAND, service.text(key))


def _places(folder: str, service: Section) -> Iterator[str | None]:
    """The Dockerfile of a service of Render; where it isn't named, that in the build context may be meant."""
    base = _named(folder, service.text("rootDir") or ".")
    context, path = service.text("dockerContext"), service.text("dockerfilePath")
    if base is not None:
        yield _named(base, path)
        if context and not path:
            yield _named(base, f"{context}/Dockerfile")


def heroku(file: str, root: Section) -> Iterator[Consumer]:
    """The processes and the release command of a Heroku app."""
    images = root.section("build", "docker")
    steps = {**root.section("run"), "release": root.section("release")}
    for name, step in steps.items():
        image = step.text("image") if isinstance(step, Section) else None
        dockerfile = images.text(image or name) or next(iter(images.values()), None)
        for command in _texts(step.get("command")) if isinstance(step, Section) else [step]:
            yield from _use(file, _named(folder_of(file), dockerfile), Role.COMMAND, command)


def smithery(file: str, root: Section) -> Iterator[Consumer]:
    """The start of a server of the Model Context Protocol, as the JavaScript of the file writes it plainly."""
    code = root.section("startCommand").text("commandFunction") or ""
    command, arguments = _COMMAND.search(code), _ARGUMENTS.search(code)
    if command is not None:
        words = re.findall(r"['\"]([^'\"]*)['\"]", arguments[1]) if arguments else []
        told = shlex.join([command[1], *words])
        named = _named(folder_of(file), root.section("build").text("dockerfile"))
        yield from _use(file, named, Role.ENTRYPOINT, told)


def _named(folder: str, dockerfile: object) -> str | None:
    """The Dockerfile that a file of the folder names, `Dockerfile` where it names none; a slash begins at the root."""
    path = dockerfile if isinstance(dockerfile, str) else "Dockerfile"
    return inside("", path.lstrip("/")) if path.startswith("/") else inside(folder, path)


def _use(file: str, named: str | None, role: Role, command: object) -> Iterator[Consumer]:
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


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _settings(text: str) -> Mapping[str, Any]:
    """JSON or TOML; nothing where it is neither."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else toml_of(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _table(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = settings.get(key)
    return found if isinstance(found, dict) else {}
