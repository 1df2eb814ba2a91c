"""`docker exec`, `docker compose run` and `kubectl exec`: commands for containers that something else describes."""

import re
from dataclasses import replace

from restage.project.consumer import Consumer, Role, Words
from restage.project.readers.call_words import Grammar, Options, options_of

_LETTERS = {"-u": "--user", "-w": "--workdir", "-e": "--env"}
_EXEC = Grammar(re.compile(r"-[ditqT]+"), _LETTERS, 0)
_COMPOSE = Grammar(re.compile(r"-[vD]+"), {}, 0)
_COMPOSE_RUN = Grammar(re.compile(r"-[ditqTP]+"), _LETTERS, 0)
_CLUSTER = Grammar(re.compile(r"-[itq]+"), {"-c": "--container"}, 0)


def entered(place: Consumer, words: list[str]) -> Consumer | None:
    """The words after `docker exec`: what runs beside the container's own command."""
    options = options_of(words, _EXEC)
    name, *command = options.words or [""]
    return _of(place, name, options, Role.BESIDE, command)


def composed(place: Consumer, words: list[str]) -> Consumer | None:
    """The words after `docker compose`: a command that a service is started with, or that runs beside its own."""
    match options_of(words, _COMPOSE).words:
        case ["exec", *rest]:
            return entered(place, rest)
        case ["run", *rest]:
            options = options_of(rest, _COMPOSE_RUN)
            name, *command = options.words or [""]
            return _of(place, name, options, Role.COMMAND, command)
        case _:
            return None


def entered_in_cluster(place: Consumer, words: list[str]) -> Consumer | None:
    """The words after `kubectl`: of `exec`, what runs beside the container's own command."""
    match options_of(words, _CLUSTER).words:
        case ["exec", *rest]:
            front = rest[: rest.index("--")] if "--" in rest else rest
            pod = options_of(front, _CLUSTER)
            after = options_of(pod.words[1:], _CLUSTER)
            name = pod.last("--container") or after.last("--container") or "".join(pod.words[:1])
            command = rest[len(front) + 1 :] or after.words
            return _of(place, name.rpartition("/")[2], pod, Role.BESIDE, command)
        case _:
            return None


def _of(place: Consumer, name: str, options: Options, role: Role, command: list[str]) -> Consumer | None:
    entrypoint = options.last("--entrypoint")
    own = (Words(Role.ENTRYPOINT, (entrypoint,) if entrypoint else ()),) if entrypoint is not None else ()
    given = (Words(role, tuple(command)),) if command else ()
    if not (own or given):
        return None
    return replace(
        place,
        enters=name,
        commands=(*own, *given),
        directory=options.last("--workdir"),
    )
