"""Projects whose dev dependencies may be taken out, and the command that does it in their rewrite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from projects import write_files
from restage.api import Observation
from restage.catalog import strategies
from restage.engine import Outcome, Request, Rewritten, refactor


def manifest(dependencies: str = "express", dev: str = "mocha", **fields: Any) -> dict[str, Any]:
    def ranges(names: str) -> dict[str, str]:
        return dict.fromkeys(names.split(), "^1.0.0")

    scripts = {"start": "node server.js"}
    return {
        "name": "app",
        "scripts": scripts,
        "dependencies": ranges(dependencies),
        "devDependencies": ranges(dev),
        **fields,
    }


def dockerfile(
    install: str = "npm ci",
    base: str = "node:18",
    copied: str = "package*.json",
    start: str = "node server.js",
) -> str:
    return f"FROM {base}\nWORKDIR /app\nCOPY {copied} ./\nRUN {install}\nCOPY . .\nCMD {start}\n"


def plan_of(folder: Path, files: Mapping[str, str], text: str, *seen: Observation) -> Outcome:
    """What restage makes of a project with this Dockerfile."""
    write_files(folder, {".dockerignore": "node_modules\n", **files, "Dockerfile": text})
    return refactor(Request(folder / "Dockerfile", text.encode(), observations=seen), strategies())


def prune_in(folder: Path, files: Mapping[str, str], text: str, *seen: Observation) -> str | None:
    """The command that takes dev dependencies out in the plain rewrite; None if there is none."""
    result = plan_of(folder, files, text, *seen).result
    after = result.data.decode() if isinstance(result, Rewritten) else ""
    added = (line.removeprefix("RUN ") for line in after.splitlines() if line not in text.splitlines())
    return next((line for line in added if "prune" in line or "--prod" in line), None)


WEB = {"name": "web", "dependencies": {"lib": "^1.0.0"}, "devDependencies": {"chai": "^1.0.0"}}
LIB = {"name": "lib", "version": "1.0.0", "dependencies": {"debug": "^1.0.0"}}
WORKSPACE = dockerfile().replace("COPY package*.json ./", "COPY . .", 1)


def workspace(
    web: dict[str, Any] = WEB, lib: dict[str, Any] = LIB, **root: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    """Manifests by their folder, and all files but the lockfile."""
    package = manifest(workspaces=["packages/*"], **root)
    found = {"": package, "packages/web": web, "packages/lib": lib}
    files = {f"{place}/package.json".lstrip("/"): json.dumps(fields) for place, fields in found.items()}
    sources = {"server.js": "require('./packages/web')\n", "packages/web/index.js": "require('lib')\n"}
    return found, {**files, **sources, "packages/lib/index.js": "require('debug')\n"}
