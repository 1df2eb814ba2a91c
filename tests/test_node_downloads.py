"""What packages download into the home directory when they are installed, and whether it surely lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import make, paths

BROWSER = "/root/.cache/puppeteer"
DIRECT: dict[str, object] = {"dependencies": {"puppeteer": "^22.1.0"}}


def _locked(version: str) -> dict[str, object]:
    packages = {"": {}, "node_modules/puppeteer": {"version": version}}
    return {
        "package.json": {"dependencies": {"md-to-pdf": "^5.2.0"}},
        "package-lock.json": {"lockfileVersion": 3, "packages": packages},
    }


@pytest.mark.parametrize(("version", "there"), [("22.6.0", True), ("13.7.0", False)])
def test_a_package_that_another_brings_downloads_as_its_version_does(
    tmp_path: Path, version: str, there: bool
) -> None:
    assert (BROWSER in paths(make(tmp_path, _locked(version)).effect("npm ci"))) is there


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"package.json": {"dependencies": {"md-to-pdf": "^5.2.0"}}}, "npm install"),
        ({"package.json": {}}, "npm install puppeteer"),
        ({"package.json": {}}, "npm install -g @mermaid-js/mermaid-cli"),
        ({"package.json": DIRECT}, "pnpm install"),
        ({"package.json": DIRECT, ".puppeteerrc.cjs": "module.exports = {}"}, "npm ci"),
        ({"package.json": DIRECT, ".npmrc": "puppeteer_skip_download=true\n"}, "npm ci"),
        ({"package.json": {**DIRECT, "puppeteer": {"skipDownload": True}}}, "npm ci"),
    ],
)
def test_what_may_be_there_or_not_goes_along_with_the_directory_around_it(
    tmp_path: Path, files: dict[str, object], text: str
) -> None:
    found = paths(make(tmp_path, files).effect(text))
    assert "/root" in found and BROWSER not in found


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        (DIRECT, "npm ci --ignore-scripts"),
        ({"devDependencies": {"puppeteer": "^22.1.0"}}, "npm ci --omit=dev"),
        ({"dependencies": {"express": "^4.18.0"}}, "npm ci"),
    ],
)
def test_what_is_not_downloaded_is_not_looked_for(
    tmp_path: Path, manifest: dict[str, object], text: str
) -> None:
    found = paths(make(tmp_path, {"package.json": manifest}).effect(text))
    assert not any(path.startswith("/root") for path in found)
