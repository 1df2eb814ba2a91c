"""The records of the practice file: which files there are, what an expert expects of them, and how they are tried."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restage.verify.probes import HttpProbe, Probe, TcpProbe
from restage.verify.runs import Trial


class Trouble(Exception):
    """Something that keeps one original from being measured; its text goes into the table."""


@dataclass
class Original:
    """One file at one commit, with what all of its records say."""

    repo: str
    commit: str
    path: str
    context: str
    ecosystem: str
    expected: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    lab: dict[str, Any] = field(default_factory=dict)
    wanted: dict[str, set[Any]] = field(default_factory=dict)
    """What the records say of `order_copies` and `dev_deps_droppable`."""

    def wants(self, name: str) -> bool:
        """Whether all records that say something of it say yes."""
        return self.wanted.get(name, set()) - {None} == {True}

    @property
    def slug(self) -> str:
        """A name that directories, containers and images may carry."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.repo}-{self.commit[:7]}".lower()).strip("-")

    def checkout(self, checkouts: Path) -> Path:
        """Where the commit has been checked out."""
        return checkouts / f"{self.repo.replace('/', '__')}__{self.commit[:7]}"

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(name that the file asks for, stand-in that answers)."""
        return [(new, old) for new, old in (line.split() for line in self.lab.get("tags") or [])]

    def trial(self, seconds: float) -> Trial:
        """How the image is tried: longer where an end or an answer is known to come, which stops the wait."""
        given = (self.lab.get("run") or "").partition("(")[0]
        is_argument = given.startswith("argument ")
        words = tuple(shlex.split(given))
        known = self.probes or (self.lab.get("seen") or "").startswith("exits")
        return Trial(
            arguments=words[1:] if is_argument else (),
            options=() if is_argument else words,
            probes=self.probes,
            seconds=4 * seconds if known else seconds,
        )

    @property
    def probes(self) -> tuple[Probe, ...]:
        """The port and the paths at which an answer was seen."""
        seen = self.lab.get("seen") or ""
        if http := re.match(r"HTTP \d+ on (\d+)([^(]*)", seen):
            paths = [path.rstrip(",;") for path in re.findall(r"(?<!\S)/\S*", http[2])]
            return tuple(HttpProbe(int(http[1]), path) for path in paths or ["/"])
        if tcp := re.match(r"TCP answer .* on (\d+)", seen):
            return (TcpProbe(int(tcp[1])),)
        return ()


def read_originals(records: Path, ecosystems: Sequence[str], only: str) -> list[Original]:
    """One entry for each distinct file, in the order of the records."""
    found: dict[tuple[str, str, str], Original] = {}
    for line in records.read_text("utf-8").splitlines():
        record = json.loads(line)
        if ecosystems and not record["ecosystem"].startswith(tuple(ecosystems)):
            continue
        if only.lower() not in f"{record['repo']} {record['path']}".lower():
            continue
        key = (record["repo"], record["commit"], record["path"])
        original = found.setdefault(key, Original(*key, record["context"], record["ecosystem"]))
        original.expected.add(record["expected"])
        original.accepted.update(record.get("also_accepted") or [])
        for name in ("order_copies", "dev_deps_droppable"):
            original.wanted.setdefault(name, set()).add(record.get(name))
        if not original.lab.get("builds"):
            original.lab = record.get("lab") or {}
    return list(found.values())


def copy_of(original: Original, checkouts: Path, into: Path) -> Path:
    """A copy that restage may write to."""
    checkout = original.checkout(checkouts)
    if not (checkout / original.path).is_file():
        raise Trouble(f"no checkout with that file: {checkout.name}/{original.path}")
    work = into / original.slug
    shutil.copytree(checkout, work, symlinks=True)
    return work


def mark(folder: Path) -> None:
    """Makes a directory the root of a repository."""
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
