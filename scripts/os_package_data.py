"""The data files of operating system packages: one per release, and one per package manager."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SUITES = ("bullseye", "bookworm", "trixie")
LIBC = ("libc6-dev", "libc-dev")
UBUNTU = ("focal", "jammy", "noble")
IMAGES = {
    "buildpack-deps:curl": "buildpack-deps:curl",
    "buildpack-deps:scm": "buildpack-deps:scm",
    "buildpack-deps": "buildpack-deps:full",
    "python": "python:full",
    "python-slim": "python:slim",
    "node": "node:full",
    "node-slim": "node:slim",
    "ruby": "ruby:full",
    "ruby-slim": "ruby:slim",
    "golang": "golang:full",
    "rust": "rust:full",
    "rust-slim": "rust:slim",
    "perl": "perl:full",
    "perl-slim": "perl:slim",
    "erlang": "erlang:full",
    "erlang-slim": "erlang:slim",
}
PARENTS = ("buildpack-deps:full", "buildpack-deps:scm", "buildpack-deps:curl")
PLAIN = re.compile(r"[a-z0-9][a-z0-9+.-]*(?: [a-z0-9][a-z0-9+.-]*)*")


def files(folder: Path, facts: Json, sources: Path) -> dict[str, Json]:
    """Path below the data folder → content, for every file of packages."""
    debian = json.loads((folder / "dev_to_runtime_debian.json").read_text())
    images = json.loads((folder / "image_packages.json").read_text())
    curated = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(sources.glob("*.json"))
    }
    head = {"as_of": facts["as_of"]}
    content: dict[str, Json] = {}
    for suite in SUITES:
        content[f"os/debian-{suite}.json"] = debian_release(suite, debian, images, head)
    for release in UBUNTU:
        content[f"os/ubuntu-{release}.json"] = ubuntu_release(release, curated["ubuntu_packages"])
    content["os/alpine.json"] = alpine(facts, curated["alpine"], head)
    for manager, key in (("apt", "apt"), ("apk", "apk"), ("dnf", "rpm")):
        content[f"packages/{manager}.json"] = packages(manager, key, facts, curated, head)
    users = curated["roles"]["creates_users"]
    names = " ".join(sorted(users["names"].split()))
    content["packages/users.json"] = {**head, "source": users["source"], "names": names}
    return content


def debian_release(suite: str, table: Json, images: Json, head: Json) -> Json:
    source = "apt indexes of the release (main, updates, security); image closures computed with apt"
    own = {"images": image_sets(images["suites"][suite])}
    return {**head, "source": source, **own, **indexed(suite, table)}


def indexed(suite: str, table: Json) -> Json:
    """The rows of one release, from the table that was read from its indexes."""
    rows = {name: of[suite] for name, of in sorted(table.items()) if of[suite]}
    return {
        "runtime": {name: " ".join(own) for name, row in rows.items() if (own := own_libraries(name, row))},
        "headers_only": " ".join(name for name, row in rows.items() if not own_libraries(name, row)),
        "via": {name: " ".join(row["via"]) for name, row in rows.items() if row.get("via")},
        "provided_by": {
            name: " ".join(row["provided_by"]) for name, row in rows.items() if row.get("provided_by")
        },
        "via_runtime": {
            name: " ".join(row["via_runtime"]) for name, row in rows.items() if row.get("via_runtime")
        },
    }


def own_libraries(name: str, row: Json) -> list[str]:
    """The libraries of the package; for one that only depends on other -dev packages, theirs."""
    of_others: list[str] = [] if name in LIBC else row.get("via_runtime", [])
    own: list[str] = row["runtime"] or of_others
    return own


def image_sets(suite: Json) -> Json:
    """Each image's packages as the parent image's, then `|`, then its own."""
    sets = {name: frozenset(suite[key]) for key, name in IMAGES.items()}
    base = suite["debian(base)"]
    content = {"base": " ".join(sorted(base)), "debian:full": "base|", "debian:slim": "base|"}
    for name, packages_of in sets.items():
        parents = [parent for parent in PARENTS if parent != name and sets[parent] <= packages_of]
        parent = parents[0] if parents and len(packages_of) > len(sets[parents[0]]) else None
        if parents and parent is None:
            parent = parents[0] if name not in PARENTS else None
        own = packages_of - sets[parent] if parent else packages_of
        content[name] = f"{parent or 'base'}|{' '.join(sorted(own))}"
    content["gcc:full"] = "buildpack-deps:full|"  # its Dockerfile takes away what it installs beyond that
    return content


def ubuntu_release(release: str, table: Json) -> Json:
    return {"as_of": table["as_of"], "source": table["source"], **indexed(release, table["rows"])}


def alpine(facts: Json, curated: Json, head: Json) -> Json:
    rows: Json = {}
    for name, text in sorted(facts["packages"]["alpine_dev_to_runtime"].items()):
        if name in curated["not_dev"] or name in curated["headers_only"]:
            continue
        row = curated["rows"].get(name, text)
        if row is None:
            continue
        if isinstance(row, str) and not PLAIN.fullmatch(row):
            raise SystemExit(f"alpine row of {name} is a note ({row}): say it in image_sources/alpine.json")
        rows[name] = row
    return {
        **head,
        "source": f"facts (curated rows of aports); {curated['source']}",
        "runtime": rows,
        "headers_only": " ".join(curated["headers_only"]),
        "images": curated["images"],
    }


def packages(manager: str, key: str, facts: Json, curated: Json, head: Json) -> Json:
    """Roles, programs and what comes along, for one package manager."""
    of_facts, roles, programs = facts["packages"], curated["roles"], curated["programs"]
    brings = curated["brings"]
    ambiguous = roles["ambiguous"][manager].split()
    build = {*of_facts["build_only"][key], *roles["build"][manager].split()} - set(ambiguous)
    runtime = {*of_facts["runtime_only"][key], *roles["runtime"][manager].split()} - set(ambiguous) - build
    return {
        **head,
        "source": f"facts (names in 105,276 Dockerfiles); {roles['source']}; {programs['source']}",
        "build": " ".join(sorted(build)),
        "runtime": " ".join(sorted(runtime)),
        "ambiguous": " ".join(sorted(ambiguous)),
        "libraries": brings[manager]["libraries"],
        "tools": brings[manager]["tools"],
        "recommended": brings[manager].get("recommended", {}),
        "runtimes": brings[manager].get("runtimes", {}),
        "runtimes_lack": brings["runtimes_lack"],
        "architectures": brings["architectures"],
        "programs": dict(sorted({**programs["common"], **programs[manager]}.items())),
        "preferred": programs["preferred"].get(manager, {}),
        "essential": programs["essential"].get(manager, ""),
        "writes_text": programs["writes_text"].get(manager, ""),
    }
