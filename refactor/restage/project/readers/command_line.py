"""Image builds and commands for containers in Makefiles, scripts, documents and the steps of workflows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from restage.project.consumer import Command, Consumer, Role, Source, Words, inside
from restage.project.readers.call_words import Grammar, Options, argument, options_of, words_of
from restage.project.readers.script_lines import script_lines

_CALL = re.compile(
    r"\b(?:(?:docker|podman|buildah|nerdctl)[ \t]+"
    r"(?:(?P<build>(?:buildx[ \t]+|image[ \t]+|builder[ \t]+)?(?:build|bud))"
    r"|(?P<run>(?:container[ \t]+)?run)|(?P<exec>(?:container[ \t]+)?exec)|(?P<compose>compose))"
    r"|(?P<composer>(?:docker|podman)-compose)|(?P<cluster>kubectl|oc))\b"
    r"(?(compose)(?=.{0,400}?\b(?:exec|run)\b))(?(composer)(?=.{0,400}?\b(?:exec|run)\b))"
)
_CHANGE = re.compile(r"(?:^|&&|;)[ \t]*@?(?:cd|pushd)[ \t]+([^\s;&|]+)")
_LONGEST_CALL = 3_000
_MOST_CALLS = 20  # in one line

_BUILD = Grammar(re.compile(r"-[qD]+"), {"-f": "--file", "-t": "--tag"}, 1_000)
_RUN = Grammar(
    re.compile(r"-[ditqP]+"),
    {"-v": "--volume", "-u": "--user", "-w": "--workdir", "-p": "--publish", "-e": "--env"},
    0,
)


def calls(file: str, text: str, folder: str, kind: Source, first_line: int = 1) -> Iterator[Consumer]:
    """The image builds and container starts of a script that is run in `folder` of the repository.

    `first_line` is the line of the file on which `text` starts. A `cd` holds for what comes after it.
    """
    here: str | None = folder
    for number, line in script_lines(text):
        at = 0
        for call in islice(_CALL.finditer(line), _MOST_CALLS):
            here = _moved(here, line[at : call.start()])
            at = call.end()
            place = Consumer(file=file, line=first_line + number, kind=kind)
            found = _read(call.lastgroup, place, here, words_of(line[at : at + _LONGEST_CALL]))
            if found is not None:
                yield found
        here = _moved(here, line[at:])


def _read(call: str | None, place: Consumer, here: str | None, words: list[str]) -> Consumer | None:
    match call:
        case "build":
            return _built(place, here, words)
        case "run":
            return _started(place, words)
        case _:
            from restage.project.readers import entering  # most repositories have no such line

            readers = {"exec": entering.entered, "cluster": entering.entered_in_cluster}
            return readers.get(call or "", entering.composed)(place, words)


def _moved(here: str | None, text: str) -> str | None:
    for change in _CHANGE.finditer(text):
        here = None if here is None else inside(here, change[1].strip("\"'"))
    return here


def _built(place: Consumer, here: str | None, words: list[str]) -> Consumer | None:
    options = options_of(words, _BUILD)
    if here is None or not options.words:
        return None
    context = inside(here, options.words[0])
    named = options.last("--file")
    dockerfile = inside(here, named) if named else None if context is None else inside(context, "Dockerfile")
    if not dockerfile:  # absent, out of the repository, or a folder
        return None
    return replace(
        place,
        dockerfile=dockerfile,
        context=context,
        target=options.last("--target"),
        build_args=tuple(argument(text) for text in options.every("--build-arg")),
        image=next(iter(options.every("--tag")), None),
    )


def _started(place: Consumer, words: list[str]) -> Consumer | None:
    options = options_of(words, _RUN)
    if not options.words or not options.words[0]:
        return None
    return replace(
        place,
        image=options.words[0],
        container=options.last("--name"),
        commands=tuple(_commands(options)),
        volumes=tuple(_target(text) for text in options.every("--volume")),
        directory=options.last("--workdir"),
        values=tuple(value for text in options.every("--env") if (value := argument(text)[1])),
    )


def _commands(options: Options) -> Iterator[Command]:
    entrypoint = options.last("--entrypoint")
    if entrypoint is not None:
        yield Words(Role.ENTRYPOINT, (entrypoint,) if entrypoint else ())
    if options.words[1:]:
        yield Words(Role.COMMAND, tuple(options.words[1:]))


def _target(text: str) -> str:
    source, colon, rest = text.partition(":")
    return rest.partition(":")[0] if colon else source
