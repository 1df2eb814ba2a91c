"""restage reads every Dockerfile of BuildKit's own test suite as BuildKit does, in every field.

The data is not part of the repository. `RESTAGE_CONFORMANCE` names its folder; the README there describes the fields.
Where it is absent nothing is collected, but with CI=true it has to be there.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_never

import pytest

from restage.dockerfile.arguments import json_words, name_values, quoted_words, separated
from restage.dockerfile.directives import detect_syntax
from restage.dockerfile.document import Document, Statement, encode
from restage.dockerfile.instructions import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    ExecForm,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    ShellForm,
    Stopsignal,
    User,
    Volume,
    Workdir,
    instructions,
)
from restage.dockerfile.logical_line import LogicalLine, split
from restage.dockerfile.reader import ReadError, read
from restage.dockerfile.words import ExpansionError, Platform, expand, expand_words

Row = dict[str, Any]

FOLDER = Path(os.environ.get("RESTAGE_CONFORMANCE") or Path(__file__).parents[2] / "shared" / "conformance")
__test__ = FOLDER.is_dir()
if not __test__ and os.environ.get("CI") == "true":
    raise FileNotFoundError(f"the conformance data has to be in {FOLDER}")

HARNESS_FAILURE = "panic: "
"""What stands in `env_error` where the program that made the data failed, and BuildKit did not."""


def rows() -> list[Row]:
    """Every file, its expected strings as text: for some they were stored one character for each byte."""
    if not FOLDER.is_dir():
        return []
    found = []
    for line in (FOLDER / "dockerfiles.jsonl").read_text(encoding="utf-8").splitlines():
        row: Row = json.loads(line)
        if not row["input"].isascii():
            stored = json.dumps(row["instructions"], ensure_ascii=False)
            row["instructions"] = json.loads(stored.encode("latin-1").decode("utf-8"))
        found.append(row)
    return found


def table(name: str) -> Iterator[str]:
    if not FOLDER.is_dir():
        return
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


ROWS = rows()
every_file = pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])


def test_all_files_are_there() -> None:
    assert len(ROWS) == 592


def data_of(row: Row) -> bytes:
    text: str = row["input"]
    return text.encode()


def refusal_of(row: Row) -> str | None:
    refusal: str | None = row.get("rejected") or row.get("instruction_error")
    if refusal is None and "stages" not in row and "env_error" not in row:
        return "dockerfile contains no stages to build"
    return refusal


def split_arguments(line: LogicalLine, escape: str) -> list[str]:
    """The arguments as BuildKit's parser splits them, also where its instruction layer would refuse them."""
    keyword = line.keyword.upper()
    match keyword:
        case "ENV" | "LABEL":
            return [part for triple in name_values(line.body, keyword, escape) for part in triple]
        case "ARG":
            return quoted_words(line.body, escape)
        case "FROM" | "EXPOSE":
            return list(separated(line.body))
        case "COPY" | "ADD" | "VOLUME":
            words = json_words(line.body)
            return list(separated(line.body) if words is None else words)
        case "HEALTHCHECK":
            kind, _, rest = line.body.partition(" ")
            return [kind, *command_arguments(rest.strip())] if kind else []
        case "RUN" | "CMD" | "ENTRYPOINT" | "SHELL":
            return command_arguments(line.body)
        case "USER" | "WORKDIR" | "STOPSIGNAL" | "MAINTAINER":
            return [line.body] if line.body else []
        case "ONBUILD":
            return []
        case _:
            return [""]


def command_arguments(body: str) -> list[str]:
    words = json_words(body)
    if words is None:
        return [body] if body else []
    return list(words)


def is_json(line: LogicalLine) -> bool:
    body = line.body.partition(" ")[2] if line.keyword.upper() == "HEALTHCHECK" else line.body
    json_forms = "RUN CMD ENTRYPOINT SHELL COPY ADD VOLUME HEALTHCHECK".split()
    return line.keyword.upper() in json_forms and json_words(body) is not None


def parsed(text: str, escape: str) -> Row:
    """What the data holds of a logical line, whether it is an instruction's own or within ONBUILD."""
    line = split(text, escape)
    fields: Row = {"keyword": line.keyword, "logical_text": text, "args": split_arguments(line, escape)}
    if line.flags:
        fields["flags"] = list(line.flags)
    if is_json(line):
        fields["json_form"] = True
    if line.keyword.upper() == "ONBUILD":
        fields["onbuild"] = {**parsed(line.body, escape), "start_line": 0, "end_line": 0}
    return fields


def described(statement: Statement, escape: str) -> Row:
    fields = parsed(statement.text, escape)
    fields |= {"start_line": statement.line, "end_line": statement.end_line}
    if statement.comments:
        fields["preceding_comments"] = list(statement.comments)
    if statement.heredocs:
        fields["heredocs"] = [
            {key: getattr(heredoc, key) for key in ("name", "fd", "expand", "chomp", "content")}
            for heredoc in statement.heredocs
        ]
    return fields


@every_file
def test_items_are_the_file(row: Row) -> None:
    document = read(data_of(row))
    assert encode("".join(document.text_of(item) for item in document.items)) == data_of(row)


@every_file
def test_parsed_instructions_are_those_of_buildkit(row: Row) -> None:
    document = read(data_of(row))
    if "rejected" not in row:
        assert document.problem is None
        assert [described(item, document.escape) for item in document.statements] == row["instructions"]
        assert document.escape == row["escape"]
        assert detect_syntax(document) == row.get("syntax")
        assert sum(item.empty_continuation for item in document.statements) == row.get("warnings", 0)


@every_file
def test_refusals_are_those_of_buildkit(row: Row) -> None:
    document = read(data_of(row))
    expected = refusal_of(row)
    if expected is None:
        assert instructions(document)
        return
    with pytest.raises(ReadError) as refusal:
        instructions(document)
    suggestion = expected.rpartition(" (did you mean")[0]
    message = (suggestion or expected).removeprefix(f"dockerfile parse error on line {refusal.value.line}: ")
    assert refusal.value.message == message
    if row.get("line"):
        assert refusal.value.line == row["line"]


def form(command: ShellForm | ExecForm) -> list[str]:
    if isinstance(command, ExecForm):
        return list(command.words)
    return [command.text] if command.text else []


def typed_arguments(node: Instruction) -> list[str]:
    """The arguments again, from the typed instruction."""
    match node:
        case From(image=image, name=name):
            return [image.lower(), *(["as", name] if name else [])]
        case Run(command=command) | Cmd(command=command) | Entrypoint(command=command):
            return form(command)
        case Copy(sources=sources, dest=dest) | Add(sources=sources, dest=dest):
            return [*sources, dest]
        case Env(pairs=pairs) | Label(pairs=pairs):
            return [part for pair in pairs for part in pair]
        case Arg(pairs=optional):
            return [name if value is None else f"{name}={value}" for name, value in optional]
        case Expose(ports=words) | Volume(paths=words) | Shell(words=words):
            return list(words)
        case User(name=word) | Workdir(path=word) | Stopsignal(signal=word) | Maintainer(name=word):
            return [word]
        case Healthcheck(command=optional_command):
            return ["CMD", *form(optional_command)] if optional_command else ["NONE"]
        case Onbuild():
            return []
        case _:
            assert_never(node)


def expected_arguments(fields: Row) -> list[str]:
    arguments: list[str] = fields["args"]
    match fields["keyword"].upper():
        case "ENV" | "LABEL":
            return [word for place, word in enumerate(arguments) if place % 3 < 2]
        case "FROM":
            return [word.lower() for word in arguments]
        case "COPY" | "ADD":
            names = {heredoc["name"] for heredoc in fields.get("heredocs", ())}
            return [word for word in arguments if word.lstrip("0123456789<-").strip("'\"") not in names]
    return arguments


@every_file
def test_typed_instructions_hold_the_arguments(row: Row) -> None:
    if refusal_of(row):
        return
    for node, fields in zip(instructions(read(data_of(row))), row["instructions"], strict=True):
        assert typed_arguments(node) == expected_arguments(fields)
        flags = [f"--{flag.name}" + ("" if flag.value is None else f"={flag.value}") for flag in node.flags]
        assert flags == fields.get("flags", [])
        if isinstance(node, Onbuild):
            inner = fields["onbuild"]
            assert (node.inner.text, node.inner.keyword) == (inner["logical_text"], inner["keyword"].upper())
            assert typed_arguments(node.inner) == expected_arguments(inner)
            assert node.inner.heredocs == node.heredocs


@every_file
def test_every_character_of_a_body_is_found_in_the_file(row: Row) -> None:
    if refusal_of(row):
        return
    document = read(data_of(row))
    for node in instructions(document):
        bodies = [node, node.inner] if isinstance(node, Onbuild) else [node]
        for each in bodies:
            assert (
                "".join(document.text[each.mapping.source(at)] for at in range(len(each.body))) == each.body
            )
            texts = [document.text[each.text_mapping.source(at)] for at in range(len(each.text))]
            assert "".join(texts) == each.text


def base_images(nodes: tuple[Instruction, ...], escape: str) -> list[str]:
    """The image of each FROM, the ARGs above the first one put in."""
    scope: dict[str, str] = {}
    images = []
    for node in nodes:
        if isinstance(node, From):
            images.append(expand(node.image, scope, escape))
        elif isinstance(node, Arg) and not images:
            scope |= {name: expand(value, scope, escape) for name, value in node.pairs if value is not None}
    return images


def final_environment(document: Document) -> dict[str, str]:
    """What ENV sets in the last stage, those of the stages that it descends from included."""
    stages: dict[str, dict[str, str]] = {}
    shared: dict[str, str] = {}
    arguments: dict[str, str] = {}
    environment: dict[str, str] = {}
    in_stage = False
    for node in instructions(document):
        scope = {**arguments, **environment}
        match node:
            case From():
                in_stage = True
                arguments = {}
                environment = dict(stages.get(expand(node.image, shared, document.escape).lower(), {}))
                stages[node.name or ""] = environment
            case Arg():
                target = arguments if in_stage else shared
                for name, value in node.pairs:
                    if value is not None:
                        target[name] = expand(value, {**target, **scope}, document.escape)
                    elif in_stage and name in shared:
                        target[name] = shared[name]
            case Env():
                new = {
                    expand(name, scope, document.escape): expand(value, scope, document.escape)
                    for name, value in node.pairs
                }
                environment.update(new)
    return environment


@every_file
def test_stages_and_environment_are_those_of_buildkit(row: Row) -> None:
    if refusal_of(row) or row.get("env_error", "").startswith(HARNESS_FAILURE):
        return
    document = read(data_of(row))
    nodes = instructions(document)
    if "env_error" in row:
        with pytest.raises(ExpansionError):
            final_environment(document)
        return
    assert sum(isinstance(node, From) for node in nodes) == row["stages"]
    assert base_images(nodes, document.escape) == row["base_images"]
    if "final_env" in row:
        assert final_environment(document) == row["final_env"]


ENVIRONMENT = {"PWD": "/home", "SHELL": "bash", "KOREAN": "한국어", "NULL": ""}


@pytest.mark.parametrize("line", list(table("expansion_env.txt")))
def test_words_expand_as_in_buildkit(line: str) -> None:
    platforms, word, expected = (part.strip() for part in line.split("|"))
    for platform in Platform:
        if platforms in ("A", platform.name[0]):
            try:
                result = expand(word, ENVIRONMENT, platform=platform)
            except ExpansionError:
                result = "error"
            assert result == expected


def word_cases() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    environment: dict[str, str] = {}
    for line in table("expansion_words.txt"):
        if line.startswith("ENV "):
            name, _, value = line.removeprefix("ENV ").partition("=")
            environment = {**environment, name: value}
        else:
            word, _, expected = line.partition("|")
            yield word.strip(), environment, expected.lstrip().split(",")


@pytest.mark.parametrize(("word", "environment", "expected"), list(word_cases()))
def test_words_split_as_in_buildkit(word: str, environment: dict[str, str], expected: list[str]) -> None:
    try:
        result = expand_words(word, environment)
    except ExpansionError:
        result = ["error"]
    assert result == expected
