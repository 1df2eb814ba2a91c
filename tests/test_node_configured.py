"""Absolute outputs in the configuration of build tools go along; other places that it names are not guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import make, paths

TOOLS = "vite webpack webpack-cli @vue/cli-service gulp typescript @angular/cli"
DEVELOPED: dict[str, object] = {"devDependencies": dict.fromkeys(TOOLS.split(), "1.0.0")}


@pytest.mark.parametrize(
    ("command", "file", "text", "place"),
    [
        ("npx vite build", "vite.config.js", "build: { outDir: '/var/www/html' }", "/var/www/html"),
        ("npx vue-cli-service build", "vue.config.js", "outputDir: '/shop',\npublicPath: '/x/'", "/shop"),
        ("npx webpack", "webpack.config.js", "output: { path: path.resolve('/srv/js') }", "/srv/js"),
        ("npx webpack -c conf/w.js", "conf/w.js", "output: { path: '/srv/js', publicPath: '/a' }", "/srv/js"),
        ("npx gulp", "gulpfile.js", "src('app/**').pipe(dest('/www'))", "/www"),
        ("npx ng build", "angular.json", '"outputPath": "/var/www",\n"baseHref": "/a/"', "/var/www"),
        ("npx tsc", "tsconfig.json", '"outDir": "/srv/js"', "/srv/js"),
        ("npx vite build", "vite.config.js", "build: { outDir: '/app/dist' }", None),
        ("npx webpack", "webpack.config.js", "options: { outputPath: '/img', dest: '/a/b' }", None),
        ("npx vite build", "vite.config.js", "// outDir: '/var/www/html'", None),
        ("npx vite build", "vite.config.js", "proxy: { '/media': 'http://x', '/data/a': y }", None),
        ("npx vite build", "vite.config.js", "https: { key: readFileSync('/var/x.key') }", None),
        ("npx vite build", "webpack.config.js", "output: { path: '/srv/js' }", None),
    ],
)
def test_what_a_tool_is_configured_to_write(
    tmp_path: Path, command: str, file: str, text: str, place: str | None
) -> None:
    effect = make(tmp_path, {"package.json": DEVELOPED, file: text}).effect(command)
    assert effect.opaque is None
    assert paths(effect) == {"/app"} | ({place} if place else set())


@pytest.mark.parametrize(
    ("files", "environment", "place"),
    [
        ({}, {"BUILD_PATH": "/var/www/html"}, "/var/www/html"),
        ({".env": "PUBLIC_URL=/a\nBUILD_PATH='../public'\n"}, {}, "/public"),
        ({".env": "BUILD_PATH=/srv/a\n", ".env.production": "BUILD_PATH=./dist\n"}, {}, None),
    ],
)
def test_create_react_app_writes_where_build_path_says(
    tmp_path: Path, files: dict[str, object], environment: dict[str, str], place: str | None
) -> None:
    manifest = {"dependencies": {"react-scripts": "5.0.1"}}
    effect = make(tmp_path, {"package.json": manifest, **files}, **environment).effect(
        "npx react-scripts build"
    )
    assert paths(effect) == {"/app"} | ({place} if place else set())


@pytest.mark.parametrize("text", ["const SITE = '/var/www/site'", "mode ? '/srv/a' : 'dist'"])
def test_another_place_that_the_configuration_names_is_unknown(tmp_path: Path, text: str) -> None:
    assert make(tmp_path, {"package.json": DEVELOPED, "gulpfile.js": text}).effect("npx gulp").opaque
