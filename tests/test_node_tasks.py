"""Starts by lerna and turbo: what runs is a script of members, unless the runner builds ahead of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import make

ROOT = {"workspaces": ["apps/*"], "devDependencies": {"turbo": "^2.0.0", "lerna": "^8.0.0"}}
API = {"name": "@acme/api", "scripts": {"start": "node dist/api.js", "build": "tsc"}}
WEB = {"name": "web", "scripts": {"start": "vite --host", "build": "vite build"}}
BOTH = ("node dist/api.js", "vite --host")


def _texts(folder: Path, text: str, **settings: object) -> tuple[str, ...] | None:
    """The shell texts that a start comes to; None where it needs the toolchain."""
    members = {"apps/api/package.json": API, "apps/web/package.json": WEB}
    files = {f"{name}.json": content for name, content in settings.items()}
    project = make(folder, {"package.json": ROOT, **members, **files})
    found = project.resolve(text)
    return None if found.toolchain is not None else tuple(run.raw for run in found.runs)


@pytest.mark.parametrize(
    ("text", "settings", "texts"),
    [
        ("npx lerna run start --scope=@acme/api --stream", {}, ("node dist/api.js",)),
        ("npx lerna run start --scope @acme/*", {}, BOTH),
        ("npx lerna run start", {"nx": {"targetDefaults": {"build": {"dependsOn": ["^build"]}}}}, BOTH),
        (
            "npx turbo run start --filter=./apps/api",
            {"turbo": {"tasks": {"start": {}}}},
            ("node dist/api.js",),
        ),
        ("npx turbo start -F web", {"turbo": {"pipeline": {"web#start": {}}}}, ("vite --host",)),
    ],
)
def test_what_members_run_is_followed(
    tmp_path: Path, text: str, settings: dict[str, object], texts: tuple[str, ...]
) -> None:
    assert _texts(tmp_path, text, **settings) == texts


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("npx turbo run start", {"turbo": {"tasks": {"start": {"dependsOn": ["build"]}}}}),
        ("npx turbo run start", {"turbo": {"tasks": {"build": {}}}}),
        ("npx turbo run start", {}),
        ("npx lerna run start", {"nx": {"targetDefaults": {"start": {"dependsOn": ["build"]}}}}),
        ("npx lerna bootstrap", {}),
    ],
)
def test_a_runner_that_may_build_first_needs_the_toolchain(
    tmp_path: Path, text: str, settings: dict[str, object]
) -> None:
    assert _texts(tmp_path, text, **settings) is None
