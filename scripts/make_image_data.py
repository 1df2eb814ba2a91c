"""Writes refactor/restage/image/data/ from the shared facts and from the curated sources beside this script.

Usage: make_image_data.py --facts DIR [--out DIR]. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import derived_image_data
import os_package_data

SOURCES = Path(__file__).parent / "image_sources"
DATA = Path(__file__).parents[1] / "refactor" / "restage" / "image" / "data"
Json = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    files = make_files(options.facts)
    shutil.rmtree(options.out, ignore_errors=True)
    for name, content in files.items():
        target = options.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def make_files(facts_folder: Path) -> dict[str, str]:
    """Every data file: its path below the data folder, and its text."""
    facts = json.loads((facts_folder / "facts.json").read_text())
    table = json.loads(gzip.decompress((facts_folder / "tag_table.json.gz").read_bytes()))
    files = {
        f"images/{name}.json": image_file(name, row, table, facts) for name, row in table["images"].items()
    }
    for name, content in os_package_data.files(facts_folder, facts, SOURCES).items():
        files[name] = dump(content)
    for name, content in derived_image_data.files(read_source("derived")).items():
        files[name] = dump(content)
    return files


def image_file(name: str, image: Json, table: Json, facts: Json) -> str:
    settings = read_source("settings")
    mine = settings["images"].get(name)
    releases = [canonical_release(release) for release in image["releases"]]
    content: Json = {
        "source": f"{table['source']}; settings: {settings['source']}",
        "as_of": table["as_of"],
        "family": mine["family"] if mine else name.rpartition("/")[2],
    }
    if mine:
        present = {release.partition(":")[0] for release in releases if release}
        layers = [
            {"when": {"distro": [distro]}, **layer}
            for distro, layer in settings["distros"].items()
            if distro in present
        ]
        content |= {key: mine[key] for key in ("aliases", "doubtful", "programs", "packages") if key in mine}
        content["rules"] = layers + mine["rules"]
    content["releases"] = {
        release: release_facts(release, facts) for release in sorted(filter(None, set(releases)), key=natural)
    }
    content["tags"] = grouped_tags(image["tags"], releases)
    return dump(content)


def grouped_tags(tags: Json, releases: list[str | None]) -> Json:
    """Tags by the release they have now, then by the last month of publication («now»: still published)."""
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for tag, (index, _first, last, *history) in tags.items():
        release = None if index is None else releases[index]
        if release is None:
            continue
        was = {None if then is None else releases[then] for _month, then in (history[0] if history else [])}
        groups[release][(last or "now") + (" moved" if was - {release} else "")].append(tag)
    return {
        release: {when: " ".join(sorted(of[when], key=natural)) for when in sorted(of)}
        for release, of in sorted(groups.items(), key=lambda group: natural(group[0]))
    }


def canonical_release(release: str) -> str | None:
    """`debian:6.0.8` → `debian:squeeze`, `ubuntu:22.04` → `ubuntu:jammy`, `centos:?centos7` → `centos:7`."""
    names: Json = read_source("releases")["names"]
    distro, _, version = release.partition(":")
    version = version.removeprefix("?").removeprefix(distro)
    if version in ("latest", ""):
        return None
    if distro == "debian" and version.startswith("6."):
        version = "6"
    return f"{distro}:{names.get(f'{distro}:{version}', version)}"


def release_facts(release: str, facts: Json) -> Json:
    """libc, its version, package manager, and whether the package mirrors are gone or going."""
    curated = read_source("releases")
    distro, _, version = release.partition(":")
    numbers = {name: number for number, name in curated["names"].items()}
    key = release if release in facts["distros"] else numbers.get(version, release)
    row = facts["distros"].get(key, {})
    content: Json = {"libc": "musl" if distro == "alpine" else "glibc"}
    libc_version = libc_version_of(distro, version, row) or curated["libc_versions"].get(key)
    if libc_version:
        content["libc_version"] = libc_version
    content["manager"] = curated["managers"].get(distro, "dnf")
    if version in curated["archived"].get(distro, []):
        content["archived"] = True
    if "LTS ended" in row.get("status", ""):
        content["ageing"] = True
    return content


def libc_version_of(distro: str, version: str, row: Json) -> str | None:
    if distro == "alpine":
        return "1.2" if version == "edge" or natural(version) >= natural("3.13") else "1.1"
    found = re.fullmatch(r"glibc (\d+\.\d+)", row.get("libc", ""))
    return found.group(1) if found else None


def read_source(name: str) -> Json:
    content: Json = json.loads((SOURCES / f"{name}.json").read_text(encoding="utf-8"))
    return content


def natural(text: str) -> list[tuple[int, str]]:
    """Sorts `1.9` before `1.10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text) if part]


def dump(content: Json) -> str:
    """JSON with a line for each leaf or small row, so that differences can be read."""
    lines = ",\n".join(f" {json.dumps(key)}: {_value(value)}" for key, value in content.items())
    return "{\n" + lines + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, dict) and len(value) > 1:
        rows = (f"  {json.dumps(key)}: {_row(row)}" for key, row in value.items())
        return "{\n" + ",\n".join(rows) + "\n }"
    if isinstance(value, list) and len(value) > 1:
        return "[\n" + ",\n".join(f"  {json.dumps(row)}" for row in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)


def _row(row: Any) -> str:
    if isinstance(row, dict) and len(row) > 4:
        lines = (f"   {json.dumps(key)}: {json.dumps(of)}" for key, of in row.items())
        return "{\n" + ",\n".join(lines) + "\n  }"
    return json.dumps(row, ensure_ascii=False)


if __name__ == "__main__":
    main()
