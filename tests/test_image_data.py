from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from machine import FACTS
from restage.image.base import BaseImage, base_image
from restage.image.reference import parse_reference
from restage.image.siblings import Sibling, sibling

ROOT = Path(__file__).parents[1]
DATA = ROOT / "refactor" / "restage" / "image" / "data"

PRINT_OPENED = """
import sys
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage.image.os_packages import runtime_packages
def heard(event, details):
    if event == "open" and "/image/data/" in str(details[0]):
        print(str(details[0]).partition("/image/data/")[2])
sys.addaudithook(heard)
"""


@pytest.fixture(scope="module")
def facts() -> Path:
    assert FACTS.is_dir(), f"the facts about images are not at {FACTS}"
    return FACTS


@pytest.fixture(scope="module")
def table(facts: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress((facts / "tag_table.json.gz").read_bytes()))[
        "images"
    ]
    return content


def look_up(text: str) -> BaseImage | None:
    reference = parse_reference(text)
    base = base_image(reference) if reference else None
    return base if isinstance(base, BaseImage) else None


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.facts
def test_the_committed_data_is_what_the_script_makes(facts: Path, tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_image_data.py"
    subprocess.run([sys.executable, script, "--facts", facts, "--out", tmp_path], check=True)
    made, committed = contents(tmp_path), contents(DATA)
    assert sorted(name for name in made | committed if made.get(name) != committed.get(name)) == []


def test_every_file_says_where_it_comes_from_and_as_of_when() -> None:
    for path in DATA.rglob("*.json"):
        content = json.loads(path.read_text())
        assert content["source"] and content["as_of"], path


def test_the_data_is_small() -> None:
    assert sum(map(len, contents(DATA).values())) < 4_000_000


@pytest.mark.parametrize(
    ("call", "opened"),
    [
        ("base_image(parse_reference('python:3.12'))", ["images/python.json"]),
        (
            "base_image(parse_reference('mcr.microsoft.com/dotnet/sdk:8.0'))",
            ["images/mcr.microsoft.com/dotnet/sdk.json"],
        ),
        (
            "runtime_packages('libpq-dev', base_image(parse_reference('debian:bookworm')))",
            ["images/debian.json", "os/debian-bookworm.json"],
        ),
    ],
)
def test_a_lookup_reads_one_file(call: str, opened: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PRINT_OPENED + call], check=True, capture_output=True, text=True
    )
    assert ran.stdout.split() == opened


@pytest.mark.facts
@pytest.mark.parametrize(
    "image", ["python", "node", "golang", "rust", "debian", "alpine", "nginx", "openjdk"]
)
def test_every_tag_of_the_table_is_found_on_its_release(image: str, table: dict[str, Any]) -> None:
    rows, releases = table[image]["tags"], table[image]["releases"]
    for tag in list(rows)[:: max(1, len(rows) // 300)]:
        base = look_up(f"{image}:{tag}")
        index, _first, last = rows[tag][:3]
        if base is not None and not releases[index].startswith("debian:6"):
            assert base.system == releases[index]
            assert base.published is (last is None)


@pytest.mark.facts
@pytest.mark.parametrize(
    ("image", "suffix", "none_share"), [("python", "slim", 0.12), ("node", "slim", 0.2), ("golang", "", 0.1)]
)
def test_siblings_are_in_the_table_on_the_same_release(
    image: str, suffix: str, none_share: float, table: dict[str, Any]
) -> None:
    other = {"slim", "onbuild", "cross"}
    tags = [tag for tag in table[image]["tags"] if tag[0].isdigit() and not other & {*tag.split("-")}]
    bases = [base for tag in tags[::7] if "alpine" not in tag and (base := look_up(f"{image}:{tag}"))]
    found = [(base, answer) for base in bases if isinstance(answer := sibling(base), Sibling)]
    assert len(bases) > 50 and len(found) > (1 - none_share) * len(bases)
    for base, answer in found:
        name, _, tag = answer.reference_text.partition(":")
        row = table[name]["tags"][tag]
        assert (table[name]["releases"][row[0]] == base.system and suffix in tag.split("-")) or not suffix


@pytest.mark.facts
def test_settings_agree_with_the_resolved_examples(facts: Path) -> None:
    examples = json.loads((facts / "facts.json").read_text())["config_resolved_examples"]
    checked = 0
    for text, example in examples.items():
        base = look_up(text)
        if base is None:
            continue
        checked += 1
        config = base.config
        assert config.workdir == substituted(example.get("workdir", "/"), example["env"]), text
        assert config.exposed == tuple(example.get("expose", ())), text
        assert config.entrypoint == tuple(json.loads(example.get("entrypoint") or "[]")), text
        if "cmd" in example:
            assert config.cmd == tuple(json.loads(example["cmd"])), text
        for name, value in example["env"].items():
            assert name in config.env, (text, name)
            known = config.env[name]
            # Maven's images take it from a build argument, which the example does not tell.
            expected = substituted(value.strip('"'), {"USER_HOME_DIR": "/root", **example["env"]})
            assert known is None or known.startswith(expected) or expected == known, (text, name)
    assert checked > 35


def substituted(value: str, env: dict[str, str]) -> str:
    for name in sorted(env, key=len, reverse=True):
        if name != "PATH":
            value = value.replace(f"${name}", env[name])
    return value.partition("$PATH")[0]


@pytest.mark.facts
def test_image_packages_are_those_of_the_facts(facts: Path) -> None:
    suites = json.loads((facts / "image_packages.json").read_text())["suites"]
    for suite in ("bullseye", "bookworm", "trixie"):
        for image, tag in (
            ("python", ""),
            ("python-slim", "slim-"),
            ("node", ""),
            ("golang", ""),
            ("node-slim", ""),
        ):
            name = image.partition("-")[0]
            version = {"python": "3.12-", "node": "22-", "golang": "1.24-"}[name]
            text = f"{name}:{version}{tag}{suite}" + ("-slim" if image == "node-slim" else "")
            base = look_up(text)
            if base is not None:
                assert base.packages == frozenset({*suites[suite]["debian(base)"], *suites[suite][image]}), (
                    text
                )


def test_no_package_has_two_roles() -> None:
    for path in (DATA / "packages").glob("[ad]*.json"):
        content = json.loads(path.read_text())
        sets = [set(content[key].split()) for key in ("build", "runtime", "ambiguous")]
        assert sum(map(len, sets)) == len(set().union(*sets)), path
