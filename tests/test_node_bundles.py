"""Starts that open a bundle and nothing else, and what build tools are known to make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from node_image import EXPRESS, make
from restage.engine import Request, Rewritten, refactor
from restage.planning.situation import Split
from restage_strategies.node import STRATEGY
from restage_strategies.node.built import outputs_of, programs_run
from restage_strategies.node.site import Site


def written(folder: Path, files: dict[str, object], *lines: str) -> tuple[str, list[str]]:
    """The rung of a split, and what is copied from the builder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    text = "\n".join(("FROM node:20", "WORKDIR /app", *lines)) + "\n"
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(text)
    result = refactor(Request(dockerfile, text.encode()), (STRATEGY,)).result
    assert isinstance(result, Rewritten) and isinstance(result.split, Split), result
    copied = [line.split()[-1] for line in result.data.decode().splitlines() if "--from=" in line]
    return result.split.rung, copied


BUILD = ("COPY . .", "RUN npm ci", "RUN npm run build")


def project(build: str, *packages: str, **files: object) -> dict[str, object]:
    manifest = {"scripts": {"build": build}, "dependencies": dict.fromkeys(packages, "^3.0.0")}
    lock = {"packages": {"": {}, **{f"node_modules/{name}": {"version": "3.0.0"} for name in packages}}}
    return {"package.json": manifest, "package-lock.json": lock, ".dockerignore": "node_modules\n", **files}


NEXT = project("next build", "next", **{"next.config.mjs": "export default { output: 'standalone' }"})
NUXT = project("nuxt build", "nuxt", **{"server/api/a.ts": "export default () => 1"})
SITE = project("vite build", "vite")


@pytest.mark.parametrize(
    ("files", "start", "copied"),
    [
        (NEXT, '["node", ".next/standalone/server.js"]', ["/app/.next/standalone"]),
        (NUXT, '["node", ".output/server/index.mjs"]', ["/app/.output"]),
        (SITE, '["serve", "-s", "dist", "-l", "80"]', ["/app/dist"]),
        (SITE, '["serve", "--single", "./dist", "-p=80"]', ["/app/dist"]),
        (SITE, '["http-server", "dist", "-p", "80", "--gzip"]', ["/app/dist"]),
        (
            {**SITE, "vite.config.js": "export default { build: { outDir: 'out' } }"},
            '["serve", "out"]',
            ["/app/out"],
        ),
    ],
)
def test_a_complete_bundle_goes_along_alone(
    tmp_path: Path, files: dict[str, object], start: str, copied: list[str]
) -> None:
    lines = (*BUILD, "RUN npm install -g serve http-server", f"CMD {start}")
    assert written(tmp_path, files, *lines) == ("artifact", copied)


@pytest.mark.parametrize(
    ("files", "start"),
    [
        (project("next build", "next"), '["node", ".next/standalone/server.js"]'),
        (
            {**NEXT, "next.config.mjs": "output: 'standalone', outputFileTracingExcludes: {}"},
            '["node", ".next/standalone/server.js"]',
        ),
        (NEXT, '["node", "-r", "./x.js", ".next/standalone/server.js"]'),
        (NEXT, '["node", "server.js"]'),
        ({**NUXT, "server/api/a.ts": "import fs from 'node:fs'"}, '["node", ".output/server/index.mjs"]'),
        (SITE, '["serve", "-s", "elsewhere"]'),
        (SITE, '["serve", "-s"]'),
        (SITE, '["serve", "-c", "../serve.json", "dist"]'),
        (SITE, '["http-server", "dist", "--ssl", "--cert", "cert.pem"]'),
        (
            {**SITE, "vite.config.js": "export default { build: { outDir: process.env.OUT } }"},
            '["serve", "dist"]',
        ),
        ({**SITE, "vite.config.js": "export default { root: 'web' }"}, '["serve", "dist"]'),
    ],
)
def test_any_other_start_keeps_the_directory(tmp_path: Path, files: dict[str, object], start: str) -> None:
    lines = (*BUILD, "RUN npm install -g serve http-server", f"CMD {start}")
    rung, copied = written(tmp_path, files, *lines)
    assert rung != "artifact" and "/app" in copied


def test_a_server_of_the_project_keeps_its_modules(tmp_path: Path) -> None:
    manifest = {
        "scripts": {"build": "vite build", "start": "serve -s dist"},
        "dependencies": {"serve": "14", "vite": "5"},
    }
    files = {**SITE, "package.json": manifest, ".npmrc": "", "src/a.js": ""}
    rung, copied = written(tmp_path, files, *BUILD, 'CMD ["npm", "start"]')
    assert rung == "artifact"
    assert set(copied) == {"/app/dist", "/app/node_modules", "/app/package.json", "/app/.npmrc"}


def test_every_start_has_to_be_content_with_the_bundle(tmp_path: Path) -> None:
    health = "HEALTHCHECK CMD node health.js"
    files = {**SITE, "health.js": "require('http').get('http://localhost')"}
    rung, _ = written(tmp_path, files, *BUILD, "RUN npm i -g serve", health, 'CMD ["serve", "dist"]')
    assert rung != "artifact"


def test_a_health_check_by_curl_opens_nothing(tmp_path: Path) -> None:
    health = "HEALTHCHECK CMD curl -f http://localhost/ || exit 1"
    rung, _ = written(tmp_path, SITE, *BUILD, "RUN npm i -g serve", health, 'CMD ["serve", "dist"]')
    assert rung == "artifact"


ANGULAR = {"outputPath": "dist/my"}


@pytest.mark.parametrize(
    ("text", "files", "made"),
    [
        ("react-scripts build", {}, {"/app/build"}),
        ("react-scripts build", {".env": "BUILD_PATH=out"}, set()),
        ("vue-cli-service build --dest public", {}, {"/app/public"}),
        (
            "vue-cli-service build",
            {"vue.config.js": "module.exports = { outputDir: '../static' }"},
            {"/static"},
        ),
        ("next build", {"next.config.js": "module.exports = { distDir: 'built' }"}, {"/app/built"}),
        ("next build", {"next.config.js": "module.exports = { output: 'export' }"}, {"/app/out"}),
        ("nuxt generate", {}, {"/app/.output/public"}),
        ("tsc && vite build", {}, {"/app/dist"}),
        ("cross-env CI=1 vite build --outDir=site", {}, {"/app/site"}),
        ("run-s build:*", {}, {"/app/dist"}),
        (
            "ng build",
            {"angular.json": {"projects": {"my": {"architect": {"build": {"options": ANGULAR}}}}}},
            {"/app/dist/my"},
        ),
        ("ng build", {}, set()),
        ("node build.js", {}, set()),
        ("cd web && vite build", {}, {"/app/web/dist"}),
    ],
)
def test_what_build_tools_make_is_known(
    tmp_path: Path, text: str, files: dict[str, object], made: set[str]
) -> None:
    manifest = {**EXPRESS, "scripts": {"build": text, "build:web": "vite build"}}
    own = make(tmp_path, {"package.json": manifest, **files})
    site = Site(own.state, own.case())
    found = programs_run(own.commands("npm run build"), site)
    assert {place.path for call, here in found for place in outputs_of(call, here)} == made


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("vite build", "what `npm run build` wrote in dist/"),
        ("tsc --noEmit && next build", "what `npm run build` wrote in .next/"),
        ("vite build && node copy.js", "what `npm run build` wrote"),
    ],
)
def test_products_say_what_they_are(tmp_path: Path, script: str, what: str) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"build": script}}})
    assert [product.what for product in own.products("npm run build")] == [what]
