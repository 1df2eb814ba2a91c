"""Build arguments that others of the repository give: one file has to be right for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import NODE_PROJECT, write_files
from restage.catalog import strategies
from restage.engine import Request, Result, Rewritten, refactor
from restage.planning.arrangement import Refusal
from restage.planning.situation import Planned

NODE = """\
ARG NODE_VERSION=20
FROM node:${NODE_VERSION}
ARG REVISION
WORKDIR /app
COPY . .
RUN npm ci
RUN echo "$REVISION" > revision.txt
CMD ["node", "server.js"]
"""


def compose(*services: dict[str, str]) -> dict[str, object]:
    """A compose file, which may as well be JSON: one service for each set of build arguments."""
    built = {
        f"s{number}": {"build": {"context": ".", "args": given}} for number, given in enumerate(services)
    }
    return {"compose.yaml": {"services": built}}


def result(folder: Path, dockerfile: str, *services: dict[str, str]) -> Result:
    write_files(folder, {**NODE_PROJECT, **compose(*services)})
    return refactor(Request(folder / "Dockerfile", dockerfile.encode()), strategies()).result


@pytest.mark.parametrize(
    "given",
    [
        {"NODE_VERSION": "20"},
        {"NODE_VERSION": "22"},
        {"NODE_VERSION": "20-bookworm"},
        {"REVISION": "4f2c"},
        {"REVISION": "$COMMIT"},
        {"NOT_DECLARED": "1"},
        {"NODE_VERSION": "${NODE:-22}"},
    ],
)
def test_what_is_right_for_all_values_is_written(tmp_path: Path, given: dict[str, str]) -> None:
    told = result(tmp_path, NODE, {}, given)
    assert isinstance(told, Rewritten) and isinstance(told.split, Planned)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"NODE_VERSION": "20-alpine"}, "NODE_VERSION=20-alpine"),
        ({"NODE_VERSION": "20-alpine", "REVISION": "1"}, "NODE_VERSION=20-alpine, REVISION=1"),
        ({"NODE_VERSION": "$NODE"}, "NODE_VERSION,"),
    ],
)
def test_the_order_alone_is_written_where_the_split_would_be_another(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    told = result(tmp_path, NODE, {}, given)
    assert isinstance(told, Rewritten) and isinstance(told.split, Refusal)
    assert (told.split.code, told.split.line) == ("other-build-arguments", 1)
    assert f"compose.yaml:1 builds it with {named}" in told.split.message
    assert told.data.decode().count("FROM") == 1


def test_nothing_is_written_where_the_order_would_be_another_too(tmp_path: Path) -> None:
    dockerfile = NODE.replace("COPY . .", "COPY . .\nARG DO=ci").replace("npm ci", "npm $DO")
    told = result(tmp_path, dockerfile, {"DO": "start", "NODE_VERSION": "20-alpine"})
    assert isinstance(told, Refusal) and told.code == "other-build-arguments"


def test_a_build_that_fails_as_it_is_says_nothing(tmp_path: Path) -> None:
    dockerfile = NODE.replace("ARG REVISION", "ARG REVISION=1\nLABEL r=${REVISION:?none}")
    told = result(tmp_path, dockerfile, {"REVISION": ""})
    assert isinstance(told, Rewritten) and isinstance(told.split, Planned)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            ".github/workflows/ci.yml",
            "jobs: {b: {steps: [{run: 'docker build --build-arg NODE_VERSION=%s .'}]}}",
        ),
        ("justfile", "build:\n    docker build --build-arg NODE_VERSION=%s .\n"),
    ],
)
@pytest.mark.parametrize("value", ["${{ matrix.node }}", "${{ inputs.node || vars.node }}", "{{ node }}"])
def test_a_value_that_is_put_in_by_a_template_is_not_known(
    tmp_path: Path, file: str, text: str, value: str
) -> None:
    write_files(tmp_path, {**NODE_PROJECT, file: text % value})
    told = refactor(Request(tmp_path / "Dockerfile", NODE.encode()), strategies()).result
    assert isinstance(told, Rewritten) and isinstance(told.split, Refusal)
    assert told.split.code == "other-build-arguments"


def test_more_sets_of_values_than_are_looked_at_are_refused(tmp_path: Path) -> None:
    told = result(tmp_path, NODE, *({"REVISION": str(number)} for number in range(101)))
    assert isinstance(told, Refusal) and told.code == "other-build-arguments"
    assert "more than 100 sets" in told.message
