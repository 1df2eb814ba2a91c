"""Dev dependencies that a service loads by a variable stay: NODE_OPTIONS of a compose file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor
from rooms import written_project

DOCKERFILE = """FROM node:20
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
"""
MANIFEST = {"name": "quay", "dependencies": {"express": "4.0.0"}, "devDependencies": {"dotenv": "16.0.0"}}
LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": MANIFEST,
        "node_modules/express": {"version": "4.0.0"},
        "node_modules/dotenv": {"version": "16.0.0", "dev": True},
    },
}


@pytest.mark.parametrize(
    ("value", "pruned"),
    [
        ("--require dotenv/config", False),
        ("--max-old-space-size=512 -r dotenv/config", False),
        ("--import=dotenv/config", False),
        ("--max-old-space-size=512", True),
        ("dotenv", True),
    ],
)
def test_what_a_service_has_node_load_stays(tmp_path: Path, value: str, pruned: bool) -> None:
    files = {
        "package.json": json.dumps(MANIFEST),
        "package-lock.json": json.dumps(LOCK),
        "server.js": "require('express')().listen(80)\n",
        ".git/HEAD": "",
        "compose.yaml": f"services:\n  web:\n    build: .\n    environment:\n      NODE_OPTIONS: {value}\n",
    }
    path = written_project(tmp_path, DOCKERFILE, files)
    found = refactor(Request(path, path.read_bytes(), tmp_path), strategies())
    assert isinstance(found.result, Rewritten)
    assert (b"npm prune" in found.result.data) is pruned
