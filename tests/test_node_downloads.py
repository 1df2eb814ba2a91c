"""What packages download into the home directory when they are installed, and whether it surely lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import make, paths

BROWSER = "/root/.cache/puppeteer"
DIRECT: dict[str, object] = {"dependencies": {"puppeteer": "^22.1.0"}}


PLAYWRIGHT = "/root/.cache/ms-playwright"


@pytest.mark.parametrize(
    ("name", "version", "there"),
    [
        ("playwright", "1.30.0", True),
        ("playwright", "~1.37.1", True),
        ("playwright", "1.38.0", False),
        ("playwright", "^1.30.0", False),
        ("playwright-chromium", "^1.44.0", True),
        ("@playwright/browser-chromium", "1.44.0", True),
    ],
)
def test_playwright_downloads_browsers_when_it_is_installed_until_a_version(
    tmp_path: Path, name: str, version: str, there: bool
) -> None:
    case = make(tmp_path, {"package.json": {"dependencies": {name: version}}})
    assert (PLAYWRIGHT in paths(case.effect("npm install"))) is there
    assert PLAYWRIGHT not in paths(case.effect("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install"))
    assert not any(
        path.startswith("/root") for path in paths(case.effect("PLAYWRIGHT_BROWSERS_PATH=0 npm install"))
    )


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


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("npx gatsby telemetry --disable", "/root/.config/gatsby"),
        ("npx astro telemetry disable", "/root/.config/astro"),
        ("XDG_CONFIG_HOME=/etc/xdg npx turbo telemetry disable", "/etc/xdg/turborepo"),
    ],
)
def test_what_is_reported_is_a_setting_of_the_user_and_no_build(
    tmp_path: Path, text: str, place: str
) -> None:
    dependencies = {"gatsby": "^5.0.0", "astro": "^4.0.0", "turbo": "^2.0.0"}
    effect = make(tmp_path, {"package.json": {"dependencies": dependencies}}).effect(text)
    assert paths(effect) == {place}
