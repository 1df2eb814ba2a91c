"""`node_modules` of a package beside the one that runs leaves the image, unless something may find it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor
from rooms import written_project

DOCKERFILE = """FROM node:20
WORKDIR /app
COPY . .
RUN npm install --prefix client
RUN npm run build --prefix client
RUN npm install --prefix server
CMD ["node", "server/main.js"]
"""
FILES = {
    "client/package.json": json.dumps(
        {"name": "web", "scripts": {"build": "vite build"}, "dependencies": {"vue": "3"}}
    ),
    "client/src/app.js": "import 'vue'\n",
    "server/package.json": json.dumps({"name": "api", "dependencies": {"express": "4"}}),
    "server/main.js": "const e = require('express'); e().use(e.static('client/dist')).listen(80)\n",
}


def leaves(folder: Path, dockerfile: str, files: dict[str, str]) -> bool:
    path = written_project(folder, dockerfile, files)
    found = refactor(Request(path, path.read_bytes(), folder), strategies()).result
    assert isinstance(found, Rewritten)
    return b"rm -rf /app/client/node_modules" in found.data


def test_what_only_the_client_s_build_installed_leaves(tmp_path: Path) -> None:
    assert leaves(tmp_path, DOCKERFILE, FILES)


def test_a_folder_that_is_called_like_the_package_is_not_the_package(tmp_path: Path) -> None:
    manifest = FILES["client/package.json"].replace('"web"', '"client"')
    server = "require('express').static(path.join(root, 'client', 'dist'))\n"
    assert leaves(tmp_path, DOCKERFILE, {**FILES, "client/package.json": manifest, "server/main.js": server})


def test_what_leaves_is_not_pruned_before(tmp_path: Path) -> None:
    web = {"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.0.0"}}
    lock = {
        "lockfileVersion": 3,
        "packages": {"": web, "node_modules/vite": {"version": "5.0.0", "dev": True}},
    }
    files = {**FILES, "client/package.json": json.dumps(web), "client/package-lock.json": json.dumps(lock)}
    path = written_project(tmp_path, DOCKERFILE, files)
    found = refactor(Request(path, path.read_bytes(), tmp_path), strategies()).result
    assert isinstance(found, Rewritten)
    assert b"rm -rf /app/client/node_modules" in found.data and b"prune" not in found.data


@pytest.mark.parametrize(
    "changed",
    [
        {"server/main.js": "require('../client/src/app')\n"},
        {"server/main.js": "require('express').static('client/node_modules/vue/dist')\n"},
        {"server/package.json": json.dumps({"dependencies": {"web": "file:../client"}})},
        {"package.json": json.dumps({"workspaces": ["client", "server"]})},
        {"server/main.js": "require('web/dist/app')\n"},
    ],
)
def test_what_the_server_may_find_stays(tmp_path: Path, changed: dict[str, str]) -> None:
    assert not leaves(tmp_path, DOCKERFILE, {**FILES, **changed})


def test_what_starts_in_the_client_keeps_it(tmp_path: Path) -> None:
    text = DOCKERFILE.replace('"server/main.js"', '"client/serve.js"')
    assert not leaves(
        tmp_path, text, {**FILES, "client/serve.js": "require('http').createServer().listen(80)\n"}
    )
