"""The second reader accepts what BuildKit accepts, and refuses what a broken scanner makes of it."""

import ast
import copy
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.dockerfile import reader
from restage.dockerfile.document import Document
from restage.dockerfile.instructions import Instruction, instructions
from restage.dockerfile.reader import ReadError, read
from restage.dockerfile.second_reader import Disagreement, agree

FOLDER = Path(os.environ.get("RESTAGE_CONFORMANCE") or Path(__file__).parents[2] / "shared" / "conformance")

OWN_FILES = [
    b"FROM alpine\nRUN echo a\n",
    b"FROM alpine\nRUN echo a",
    b"\xef\xbb\xbffrom alpine\r\nrun echo a \\\r\n  # why\r\n\r\n  && echo b\r\nUSER me\r\n",
    b"# syntax=docker/dockerfile:1\n# escape=`\nFROM alpine\nRUN dir C:\\\nRUN a `\n  b\n",
    b"# escape=`\n# check=skip=all\nFROM alpine\nWORKDIR C:\\app\\\nUSER me\n",
    b"FROM alpine\nRUN <<EOF\necho a \\\n# no comment\nFROM nothing\nEOF\nUSER me\n",
    b'FROM alpine\nRUN cat <<-"A" 3<<B > /out\n\tA B\n\tA\nb\nB\nCMD cat /out\n',
    b"FROM alpine\nONBUILD COPY <<EOF /etc/motd\nhello\nEOF\nUSER me\n",
    b"FROM alpine\nCOPY --link <<EOF <<'END' /etc/\na\nEOF\nb\nEND\n",
    b'FROM alpine\nRUN ["echo", "<<EOF"]\nUSER me\n',
    b"FROM alpine\nRUN echo 'it <<EOF'\nRUN echo it\\'s <<< word\nUSER me\n",
    b"FROM alpine\n\t \x0b# comment\nLABEL a=b \\\n\\\n  c=d\n  \nENV X \\\\\nUSER Y\xff\xc2\xa0z\x1cy\n",
    b"FROM alpine\nRUN\\\n  echo a\nRUN echo \\",
]

HEREDOCS_AND_MORE = b"# escape=`\nFROM a\nRUN <<A <<-B && `\n # c\n\n x\nA\n\tB\nCOPY <<'E' /\n\\\nE\n"


def conformance_files() -> list[bytes]:
    if not FOLDER.is_dir():
        return []
    lines = (FOLDER / "dockerfiles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["input"].encode() for line in lines]


FILES = [*OWN_FILES, *conformance_files()]


def verdict(data: bytes, document: Document) -> Disagreement | ReadError | None:
    try:
        return agree(data, instructions(document))
    except ReadError as error:
        return error


@pytest.mark.parametrize("data", OWN_FILES)
def test_the_readers_agree_on_our_files(data: bytes) -> None:
    assert agree(data, instructions(read(data))) is None


def test_the_readers_agree_wherever_buildkit_accepts() -> None:
    verdicts = [verdict(data, read(data)) for data in FILES]
    assert [each for each in verdicts if isinstance(each, Disagreement)] == []


def test_a_missing_instruction_is_a_disagreement() -> None:
    data = b"FROM alpine\nRUN echo a\nUSER me\n"
    nodes = instructions(read(data))
    assert agree(data, nodes[:-1]) == Disagreement(2, "2 instructions", "3 instructions")
    assert agree(data, [nodes[0], nodes[2]]) is not None
    assert agree(data, nodes) is None


def test_another_file_is_a_disagreement() -> None:
    nodes = instructions(read(b"FROM alpine\nRUN echo a\n"))
    assert agree(b"FROM alpine\nRUN echo b\n", nodes) is not None
    assert agree(b"FROM alpine\n\nRUN echo a\n", nodes) is not None
    assert agree(b"", nodes) is not None


def test_an_instruction_of_very_many_lines_is_left_to_the_author() -> None:
    data = b"FROM alpine\nRUN a" + b" \\\n  a" * 20_000 + b"\n"
    assert agree(data, instructions(read(data))) is not None


@given(
    st.lists(st.sampled_from([*HEREDOCS_AND_MORE.splitlines(keepends=True), b"\\", b"\xff", b"\r", b"\x1c"]))
)
def test_any_file_gets_a_verdict(lines: list[bytes]) -> None:
    data = b"FROM a\n" + b"".join(lines)
    assert isinstance(verdict(data, read(data)), Disagreement | ReadError | None)


# Mutants: the scanner's source with one small thing changed, wherever that can be done mechanically.

OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.Gt: ast.GtE(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node can be replaced by: another comparison, a dropped condition, a number off by one, …"""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OPPOSITE:
            yield ast.Compare(node.left, [OPPOSITE[type(op)]], node.comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            yield from values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.If():
            yield ast.If(ast.Constant(True), node.body, node.orelse)
            yield ast.If(ast.Constant(False), node.body, node.orelse)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if 0 < len(value) < 3:
            yield ast.Constant("")
        case ast.Call(func=ast.Attribute(value=value, attr="strip" | "lstrip" | "rstrip")):
            yield value
        case ast.Call(func=ast.Name(id="min" | "max"), args=args):
            yield from args
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield ast.BinOp(left, ast.Sub(), right)
            yield left


class Replace(ast.NodeTransformer):
    """Puts one change in at one place; `offers` are all the places, and how many changes there are at each."""

    def __init__(self, place: int = -1, change: int = 0) -> None:
        self.place, self.change = place, change
        self.offers: list[int] = []

    def visit(self, node: ast.AST) -> ast.AST:
        self.offers.append(len(list(changes(node))))
        if len(self.offers) == self.place + 1:
            return list(changes(node))[self.change]
        return self.body_of(node) if isinstance(node, ast.While) else super().visit(node)

    def body_of(self, node: ast.While) -> ast.AST:
        # The condition of a loop stays: a scanner that never ends would show nothing.
        node.body = [visited for child in node.body if isinstance(visited := self.visit(child), ast.stmt)]
        return node


def mutants() -> Iterator[tuple[str, Callable[[bytes], Document]]]:
    """Each mutant's source, and its `read`."""
    tree = ast.parse(Path(reader.__file__).read_text(encoding="utf-8"))
    survey = Replace()
    survey.visit(copy.deepcopy(tree))
    for place, offer in enumerate(survey.offers):
        for change in range(offer):
            changed = Replace(place, change).visit(copy.deepcopy(tree))
            source = ast.unparse(ast.fix_missing_locations(changed))
            module = ModuleType("mutant")
            module.__package__ = "restage.dockerfile"
            with suppress(Exception):
                exec(compile(source, "mutant", "exec"), module.__dict__)
                yield source, module.read


def seen_by(read_mutant: Callable[[bytes], Document], data: bytes) -> tuple[Instruction, ...] | None:
    """The instructions that a scanner makes of a file; None where it fails, or BuildKit would refuse them."""
    try:
        return instructions(read_mutant(data))
    except Exception:
        return None


def without_comments(nodes: tuple[Instruction, ...]) -> list[Instruction]:
    """Comments before an instruction are all that the second reader does not check: no edit rests on them."""
    return [replace(node, comments=()) for node in nodes]


NO_ESCAPE = "self.escape = ''"
"""Left out: without an escape the words of ENV split otherwise, which is no matter of the second reader."""


def survivors(files: list[bytes]) -> tuple[int, list[str]]:
    """How many mutants change what is read of some file, and those not refused on every such file."""
    right = {data: without_comments(instructions(read(data))) for data in files}
    original = ast.unparse(ast.parse(Path(reader.__file__).read_text(encoding="utf-8"))).splitlines()
    changed, missed = 0, []
    for source, read_mutant in mutants():
        read_as = {data: nodes for data in files if (nodes := seen_by(read_mutant, data))}
        wrong = {data: nodes for data, nodes in read_as.items() if without_comments(nodes) != right[data]}
        changed += bool(wrong)
        if NO_ESCAPE not in source and not all(agree(data, nodes) for data, nodes in wrong.items()):
            missed.append("\n".join(unified_diff(original, source.splitlines(), n=0)))
    return changed, missed


def accepted(files: list[bytes]) -> list[bytes]:
    return [data for data in files if seen_by(read, data)]


def test_mutants_of_the_scanner_are_refused_on_our_files() -> None:
    changed, missed = survivors(OWN_FILES)
    assert missed == []
    assert changed >= 30


def test_mutants_of_the_scanner_are_refused_on_the_conformance_files() -> None:
    changed, missed = survivors(accepted(conformance_files()))
    assert missed == []
    assert changed >= 30 or not FOLDER.is_dir()
