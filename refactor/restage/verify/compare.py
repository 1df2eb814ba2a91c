"""Two images and two runs, held against each other: named differences, and none where all is the same."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import assert_never

from restage.verify.another_server import what_it_serves, with_its_settings
from restage.verify.images import ImageConfig
from restage.verify.noise import Varying, quiet_lines, varying, without
from restage.verify.probes import Answer, HttpProbe, TcpProbe
from restage.verify.runs import Seen


@dataclass(frozen=True)
class ContractDiffers:
    """Something that the image tells whoever runs it. None: not set."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class EndDiffers:
    """One ended, or with another exit code. None: it still ran. `last` is the last line of the new one."""

    before: int | None
    after: int | None
    last: str


@dataclass(frozen=True)
class AnswerDiffers:
    """It answers differently at one place, or not at all (None)."""

    where: str
    before: str
    after: str | None


@dataclass(frozen=True)
class OutputDiffers:
    """The first lines in which what they print parts. None: there is no such line."""

    stream: str
    before: str | None
    after: str | None


Difference = ContractDiffers | EndDiffers | AnswerDiffers | OutputDiffers


@dataclass(frozen=True)
class Announced:
    """What the plan said would be lost of what only the base image set."""

    variables: frozenset[str] = frozenset()
    path_entries: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()
    """Variables that both images set by themselves, each with its own value."""
    added: frozenset[str] = frozenset()
    """Variables that only the new base sets."""
    entrypoints: frozenset[tuple[str, ...]] = frozenset()
    """ENTRYPOINTs of the two images that exec any command as it is."""
    server: str = ""
    """The web server that takes the place of the original's; empty: none does."""


NOTHING = Announced()


def told(difference: Difference) -> str:
    """A difference in one line."""
    match difference:
        case ContractDiffers(what, before, after):
            return f"{what}: {_change(before, after)}"
        case EndDiffers(before, after, last):
            return f"{_end(before)} became {_end(after)}: {last}"
        case AnswerDiffers(where, before, after):
            return f"{where}: {before!r} became {after!r}" if after else f"{where} is not answered any more"
        case OutputDiffers(stream, before, after):
            return f"{stream}: {_change(before, after)}"
        case _ as never:
            assert_never(never)


def _change(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return f"{before!r} is gone" if after is None else f"{after!r} is new"
    return f"{before!r} became {after!r}"


def _end(code: int | None) -> str:
    return "running on" if code is None else f"exit code {code}"


def compare_contracts(
    before: ImageConfig, after: ImageConfig, announced: Announced
) -> tuple[Difference, ...]:
    """What differs between two image configurations, but for what was announced."""
    if announced.server:
        before = with_its_settings(before, after)
    if {before.entrypoint, after.entrypoint} <= announced.entrypoints:
        after = replace(after, entrypoint=before.entrypoint)
    return (*_settings(before, after), *_variables(before, after, announced))


def _settings(before: ImageConfig, after: ImageConfig) -> Iterator[ContractDiffers]:
    for field in fields(ImageConfig):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name != "environment" and old != new:
            yield ContractDiffers(field.name, _shown(old), _shown(new))


def _shown(value: object) -> str | None:
    """A setting as people write it; None: not set."""
    match value:
        case frozenset():
            return ", ".join(sorted(value)) or None
        case tuple():
            return shlex.join(value) or None
        case Mapping():
            return ", ".join(f"{name}={text}" for name, text in sorted(value.items())) or None
        case _:
            return str(value) if value else None


def _variables(before: ImageConfig, after: ImageConfig, announced: Announced) -> Iterator[ContractDiffers]:
    for name in sorted({*before.environment, *after.environment}):
        old, new = before.environment.get(name), after.environment.get(name)
        if name == "PATH":
            lost = announced.path_entries
            old, new = (":".join(e for e in (v or "").split(":") if e not in lost) for v in (old, new))
        either = announced.varying if old is not None else announced.added
        known = name in (announced.variables if new is None else either)
        if old != new and not known:
            yield ContractDiffers(f"environment {name}", old, new)


def compare_runs(
    befores: Sequence[Seen], afters: Sequence[Seen], announced: Announced = NOTHING
) -> tuple[Difference, ...]:
    """What differs between runs of two images. Each new run has to be like one of the original's.

    What varies between the first two runs of the original is not compared.
    """
    if announced.server:
        befores, afters = ([*map(what_it_serves, side)] for side in (befores, afters))
    varied = varying(*(_all_lines(seen) for seen in befores[:2])) if len(befores) > 1 else ()
    for after in afters:
        tries = [tuple(_differences(before, after, varied)) for before in befores]
        if all(tries):
            return min(tries, key=len)
    return ()


def _all_lines(seen: Seen) -> tuple[str, ...]:
    bodies = (line for answer in seen.answers for line in _answer_lines(answer))
    return (*quiet_lines(seen.output), *quiet_lines(seen.errors), *bodies)


def _differences(before: Seen, after: Seen, varied: Sequence[Varying]) -> Iterator[Difference]:
    if before.exit != after.exit:
        yield EndDiffers(before.exit, after.exit, _last(after))
    yield from _answers(before, after, varied)
    cut_off = before.exit is None
    for stream, old, new in (
        ("output", before.output, after.output),
        ("errors", before.errors, after.errors),
    ):
        one, other = (without(quiet_lines(text), varied) for text in (old, new))
        if not _alike(one, other, cut_off):
            yield OutputDiffers(stream, *_parting(one, other))


def _last(seen: Seen) -> str:
    lines = [line for line in f"{seen.output}\n{seen.errors}".splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""


def _answers(before: Seen, after: Seen, varied: Sequence[Varying]) -> Iterator[AnswerDiffers]:
    given = {answer.probe: answer for answer in after.answers}
    for answer in before.answers:
        other = given.get(answer.probe)
        if other is None:
            yield AnswerDiffers(_place(answer), answer.head, None)
            continue
        one, two = (without(_answer_lines(found), varied) for found in (answer, other))
        if one != two:
            old, new = _parting(one, two)
            yield AnswerDiffers(_place(answer), old or "", new or "nothing")


def _answer_lines(answer: Answer) -> tuple[str, ...]:
    heads = quiet_lines("\n".join(f"{name}: {value}" for name, value in answer.headers))
    return (answer.head, *heads, *quiet_lines(answer.body))


def _place(answer: Answer) -> str:
    match answer.probe:
        case HttpProbe(port, path):
            return f"GET :{port}{path}"
        case TcpProbe(port):
            return f"TCP :{port}"
        case _ as never:
            assert_never(never)


def _alike(one: tuple[str, ...], other: tuple[str, ...], cut_off: bool) -> bool:
    """The same lines: logs of two processes interleave, and one that goes on is cut off anywhere (but not at once)."""
    if {*one} == {*other}:
        return True
    shorter, longer = sorted((one, other), key=len)
    return cut_off and bool(shorter) and longer[: len(shorter)] == shorter


def _parting(one: Sequence[str], other: Sequence[str]) -> tuple[str | None, str | None]:
    for tag, i, _, j, _ in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            return (
                one[i][:200] if tag != "insert" else None,
                other[j][:200] if tag != "delete" else None,
            )
    return None, None
