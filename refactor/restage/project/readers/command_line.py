"""`docker build` and `docker run` in Makefiles, scripts and the steps of workflows."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from restage.project.consumer import Command, Consumer, Mount, MountKind, Role, Source, Words, inside
from restage.record import Record

_CALL = re.compile(
    r"\b(?:docker|podman|buildah|nerdctl)[ \t]+"
    r"(?:(?P<build>(?:buildx[ \t]+|image[ \t]+|builder[ \t]+)?(?:build|bud))"
    r"|(?P<run>(?:container[ \t]+)?run))\b"
)
_CHANGE = re.compile(r"(?:^|&&|;)[ \t]*@?(?:cd|pushd)[ \t]+([^\s;&|]+)")
_SUBSTITUTION = re.compile(r"\$\((\w+)\)|\$\([^()]*\)|`[^`]*`")
_LONGEST_LINE = 10_000
_LONGEST_CALL = 3_000
_MOST_CALLS = 20  # in one line

# Options that stand alone; every other one takes the next word when it has no `=`.
_ALONE = {
    *("--no-cache", "--pull", "--quiet", "--rm", "--force-rm", "--squash", "--push", "--load", "--compress"),
    *("--debug", "--layers", "--disable-content-trust", "--detach", "--interactive", "--tty", "--init"),
    *("--privileged", "--read-only", "--publish-all", "--no-healthcheck", "--oom-kill-disable"),
}


class _Grammar(Record):
    """What differs between build and run: letters that stand alone, names of the others, where options
    end."""

    alone: re.Pattern[str]
    letters: dict[str, str]
    most_words: int


_BUILD = _Grammar(re.compile(r"-[qD]+"), {"-f": "--file", "-t": "--tag"}, 1_000)
_RUN = _Grammar(
    re.compile(r"-[ditqP]+"),
    {"-v": "--volume", "-u": "--user", "-w": "--workdir", "-p": "--publish", "-e": "--env"},
    0,
)


def calls(file: str, text: str, folder: str, kind: Source, first_line: int = 1) -> Iterator[Consumer]:
    """The image builds and container starts of a script that is run in `folder` of the repository.

    `first_line` is the line of the file on which `text` starts. A `cd` holds for what comes after it.
    """
    here: str | None = folder
    for number, line in joined_lines(text):
        at = 0
        for call in islice(_CALL.finditer(line), _MOST_CALLS):
            here = _moved(here, line[at : call.start()])
            at = call.end()
            place = Consumer(file=file, line=first_line + number, kind=kind)
            words = _words(line[at : at + _LONGEST_CALL])
            found = _built(place, here, words) if call["build"] else _started(place, here, words)
            if found is not None:
                yield found
        here = _moved(here, line[at:])


def joined_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with those that end in a backslash joined to the next, and how many lines come before
    each."""
    waiting = ""
    start = 0
    for number, line in enumerate(text.split("\n")):
        line = line.rstrip("\r")
        if not waiting:
            start = number
        if line.endswith("\\") and len(waiting) < _LONGEST_LINE:
            waiting += line[:-1] + " "
            continue
        joined = waiting + line
        waiting = ""
        if len(joined) < _LONGEST_LINE and not joined.lstrip().startswith("#"):
            yield start, joined


def _moved(here: str | None, text: str) -> str | None:
    for change in _CHANGE.finditer(text):
        here = None if here is None else inside(here, change[1].strip("\"'"))
    return here


def _words(text: str) -> list[str]:
    text = _SUBSTITUTION.sub(lambda match: f"${{{match[1] or '_'}}}", text)
    if text.count('"') % 2 or text.count("'") % 2:
        text = text.rstrip().rstrip("\"',")  # the line as a whole stood in quotes
    reader = shlex.shlex(text, posix=True, punctuation_chars=";<>|&")
    reader.whitespace_split = True
    words: list[str] = []
    try:
        for word in reader:
            if word and not word.strip(";<>|&"):
                break
            if word.endswith(("`", ")")) and "(" not in word:
                words.append(word.rstrip("`)"))
                break  # the call stood inside `$(…)`
            words.append(word)
    except ValueError:
        return []
    return words


@dataclass
class _Options:
    values: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def last(self, name: str) -> str | None:
        return self.values[name][-1] if name in self.values else None

    def every(self, name: str) -> list[str]:
        return self.values.get(name, [])


def _options(words: list[str], grammar: _Grammar) -> _Options:
    found = _Options()
    waiting = words[::-1]
    while waiting and len(found.words) <= grammar.most_words:
        word = waiting.pop()
        if not word.startswith("-") or word == "-":
            found.words.append(word)
            continue
        name, equals, value = word.partition("=")
        alone = name in _ALONE or grammar.alone.fullmatch(name) is not None
        if not word.startswith("--") and len(word) > 2 and not alone:
            name, equals, value = word[:2], "=", word[2:]
        if not equals and not alone:
            value = waiting.pop() if waiting else ""
        found.values.setdefault(grammar.letters.get(name, name), []).append(value)
    found.words.extend(waiting[::-1])
    return found


def _built(place: Consumer, here: str | None, words: list[str]) -> Consumer | None:
    options = _options(words, _BUILD)
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


def argument(text: str) -> tuple[str, str | None]:
    """The name and value of a NAME=value; no value if it has no `=`."""
    name, equals, value = text.partition("=")
    return name, value if equals else None


def _started(place: Consumer, here: str | None, words: list[str]) -> Consumer | None:
    options = _options(words, _RUN)
    if not options.words or not options.words[0]:
        return None
    return replace(
        place,
        image=options.words[0],
        commands=tuple(_commands(options)),
        mounts=tuple(_mount(here, text) for text in options.every("--volume")),
        user=options.last("--user"),
        working_dir=options.last("--workdir"),
        environment=tuple(argument(text)[0] for text in options.every("--env")),
        values=tuple(value for text in options.every("--env") if (value := argument(text)[1])),
        ports=tuple(text.rpartition(":")[2].partition("/")[0] for text in options.every("--publish")),
    )


def _commands(options: _Options) -> Iterator[Command]:
    entrypoint = options.last("--entrypoint")
    if entrypoint is not None:
        yield Words(Role.ENTRYPOINT, (entrypoint,) if entrypoint else ())
    if options.words[1:]:
        yield Words(Role.COMMAND, tuple(options.words[1:]))


def _mount(here: str | None, text: str) -> Mount:
    source, colon, rest = text.partition(":")
    if not colon:
        return Mount(None, source, MountKind.ANONYMOUS)
    target = rest.partition(":")[0]
    if not source.startswith((".", "/", "~", "$")):
        return Mount(source, target, MountKind.VOLUME)
    working = re.sub(r"^\$(?:\{?(?:PWD|CURDIR|_)\}?)", ".", source)
    return Mount(None if here is None else inside(here, working), target, MountKind.BIND)
