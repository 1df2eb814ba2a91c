"""What an install may change in the project: order-copies rests on its being complete."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from node_image import EXPRESS, LOCKED, install, make, names
from projects import look_up
from restage.api import region
from restage.record import replace as with_values


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("npm ci", {"node_modules"}),
        ("npm install", {"node_modules", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}),
        ("yarn --frozen-lockfile", {"node_modules"}),
        ("yarn", {"node_modules", "yarn.lock"}),
        ("pnpm i --frozen-lockfile", {"node_modules", ".pnp.cjs", ".pnpm-store"}),
        ("npm install express", {"/app"}),
    ],
)
def test_an_install_changes_no_more_than_its_own_places(tmp_path: Path, text: str, changes: set[str]) -> None:
    assert names(install(tmp_path, {}, text).may_change) == changes


@pytest.mark.parametrize(
    ("image", "manifest", "made"),
    [
        ("node:18", {}, True),
        ("node:12", {}, False),
        ("node:12", {"package.json": "{}"}, True),
        ("foo", {}, False),
    ],
)
def test_npm_makes_a_manifest_in_the_root_since_its_version_7(
    tmp_path: Path, image: str, manifest: dict[str, object], made: bool
) -> None:
    own = make(tmp_path, {"x": "", **manifest}, "/")
    own = replace(own, state=with_values(own.state, base=look_up(image)))
    writes = own.effect("npm install mongo-express@1.0.0").writes
    assert (region("/package.json") in writes) is made and region("/node_modules") in writes


def test_a_lockfile_in_step_with_the_manifest_is_not_changed(tmp_path: Path) -> None:
    lock = {"packages": {"": {"dependencies": EXPRESS["dependencies"]}}}
    assert names(install(tmp_path, {"package-lock.json": lock}, "npm install").may_change) == {"node_modules"}


def test_each_member_has_a_node_modules_of_its_own(tmp_path: Path) -> None:
    files: dict[str, object] = {"package.json": {**EXPRESS, "workspaces": ["a"]}, "a/package.json": {}}
    assert names(install(tmp_path, files).may_change) == {"node_modules", "a/node_modules"}


def test_what_packages_write_into_the_project_is_named(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {
            "dependencies": {"@prisma/client": "5", "msw": "2"},
            "msw": {"workerDirectory": ["public"]},
        },
        "prisma/schema.prisma": 'generator c {\n  provider = "prisma-client-js"\n  output = "../src/db"\n}\n',
    }
    changes = names(install(tmp_path, files).may_change)
    assert changes == {"node_modules", "src/db", "public/mockServiceWorker.js"}


def test_corepack_writes_its_version_into_a_manifest_that_names_none(tmp_path: Path) -> None:
    own = make(tmp_path, {**LOCKED})
    assert region("/app") in own.effect("pnpm install", "corepack enable").may_change
    assert region("/app") not in own.effect("pnpm install", "npm install -g pnpm").may_change


def test_berry_keeps_its_state_and_what_it_unpacks_beside_node_modules(tmp_path: Path) -> None:
    effect = install(tmp_path, {".yarnrc.yml": ""}, "yarn install --immutable")
    assert {".yarn/unplugged", ".yarn/install-state.gz", ".yarn/cache"} <= names(effect.may_change)
    assert ".pnp.cjs" not in names(effect.may_change)
