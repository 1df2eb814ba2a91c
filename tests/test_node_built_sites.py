"""Which site a start of Node.js serves, where another server is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from node_image import Project, make
from restage.api import NotServed, ServedSite
from restage_strategies.node import STRATEGY

ASKED = (("site-server", "nginx"),)
VITE = {"name": "site", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.3.3"}}
REACT = {
    "name": "site",
    "scripts": {"build": "react-scripts build"},
    "dependencies": {"react-scripts": "5.0.1"},
}
VUE = {"scripts": {"build": "vue-cli-service build"}, "devDependencies": {"@vue/cli-service": "5.0.8"}}
NG = {"scripts": {"build": "ng build"}, "devDependencies": {"@angular/cli": "18.0.0"}}
ANGULAR = {
    "projects": {
        "site": {
            "architect": {
                "build": {"builder": "x:application", "options": {"outputPath": "dist/site"}},
                "serve": {"options": {"port": 4300}},
            }
        }
    }
}
SERVE = "npm install -g serve"


def site(own: Project, start: str, *runs: str) -> ServedSite | NotServed | None:
    case = replace(own.case(*runs), options=ASKED)
    found = STRATEGY.resolve(own.commands(start)[0], own.state, case)
    assert found is not None
    return found.site


def served(own: Project, start: str, *runs: str) -> tuple[str, int | None, bool]:
    found = site(own, start, *runs)
    assert isinstance(found, ServedSite), found
    return found.root, found.port, found.fallback


@pytest.mark.parametrize(
    ("start", "runs", "expected"),
    [
        ("serve -s dist", (SERVE,), ("/app/dist", 3000, True)),
        ("serve dist -l 80", (SERVE,), ("/app/dist", 80, False)),
        ("serve --single --listen=tcp://0.0.0.0:5000 dist", (SERVE,), ("/app/dist", 5000, True)),
        ("serve -s dist -p 4000 -n", ("yarn global add serve@14.2.3",), ("/app/dist", 4000, True)),
        ("serve -s dist", ("npm install -g serve@13.0.4",), ("/app/dist", 5000, True)),
        ("serve -s dist -l $WHERE", (SERVE,), ("/app/dist", None, True)),
        ("npx serve -s dist", (), ("/app/dist", 3000, True)),
        ("PORT=9000 serve -s dist", (SERVE,), ("/app/dist", 9000, True)),
        ("http-server /app/dist -p8000 -c-1 -a 0.0.0.0", ("npm i -g http-server",), ("/app/dist", 8000, False)),
        ("npx http-server dist --port 8000", (), ("/app/dist", 8000, False)),
        ("http-server dist", ("npm i -g http-server",), ("/app/dist", 8080, False)),
        ("npx sirv dist --single --port 81", (), ("/app/dist", 81, True)),
        ("vite preview", ("npm run build",), ("/app/dist", 4173, True)),
        ("npx vite preview --host --port 80", ("npm run build",), ("/app/dist", 80, True)),
        ("vite preview --outDir out", ("vite build --outDir out",), ("/app/out", 4173, True)),
        ("vite --host 0.0.0.0", ("npm run build",), ("/app/dist", 5173, True)),
    ],
)  # fmt: skip
def test_a_server_of_built_files_is_known(
    tmp_path: Path, start: str, runs: tuple[str, ...], expected: tuple[str, int | None, bool]
) -> None:
    assert served(make(tmp_path, {"package.json": VITE}), start, *runs) == expected


@pytest.mark.parametrize(
    ("start", "runs", "why"),
    [
        ("serve", (SERVE,), "which directory"),
        ("serve .", (SERVE,), "whole working directory"),
        ("serve $DIRECTORY", (SERVE,), "which directory"),
        ("serve -s dist --config ./serve.json", (SERVE,), "--config"),
        ("serve -s dist --cors", (SERVE,), "--cors"),
        ("http-server dist --proxy http://localhost:8080?", ("npm i -g http-server",), "--proxy"),
        ("vite preview", (), "no RUN makes one"),
        ("vite", ("npm ci",), "no RUN makes one"),
        ("vite preview --base /app/", ("npm run build",), "--base"),
    ],
)
def test_what_nginx_would_answer_otherwise_is_not_taken_over(
    tmp_path: Path, start: str, runs: tuple[str, ...], why: str
) -> None:
    found = site(make(tmp_path, {"package.json": VITE}), start, *runs)
    assert isinstance(found, NotServed), found
    assert why in found.why and "--option site-server=nginx" in found.help


@pytest.mark.parametrize(
    ("manifest", "start", "expected"),
    [
        (REACT, "react-scripts start", ("/app/build", 3000, True)),
        (VUE, "vue-cli-service serve", ("/app/dist", 8080, True)),
        (NG, "ng serve --host 0.0.0.0", ("/app/dist/site/browser", 4300, True)),
        (NG, "ng serve --port 80", ("/app/dist/site/browser", 80, True)),
    ],
)
def test_a_development_server_shows_what_a_run_has_built(
    tmp_path: Path, manifest: object, start: str, expected: tuple[str, int, bool]
) -> None:
    own = make(tmp_path, {"package.json": manifest, "angular.json": ANGULAR})
    assert served(own, start, "npm run build") == expected


@pytest.mark.parametrize(
    ("files", "start", "why"),
    [
        ({"vite.config.js": "server: { proxy: { '/api': 'http://api' } }"}, "vite", "forward"),
        ({"vite.config.js": "server: { proxy: { '/api': 'http://api' } }"}, "vite preview", "forward"),
        ({"vite.config.ts": "base: '/sub/',"}, "vite preview", "another address: base: '/sub/'"),
        ({"vite.config.ts": "base: process.env.BASE"}, "vite preview", "another address"),
        ({"vite.config.js": "appType: 'custom'"}, "vite", "appType"),
        ({"package.json": {**REACT, "proxy": "http://api"}}, "react-scripts start", "proxy"),
        ({"package.json": {**REACT, "homepage": "https://example.org/a"}}, "react-scripts start", "homepage"),
        ({"package.json": REACT, "src/setupProxy.js": ""}, "react-scripts start", "setupProxy.js"),
        ({"public/serve.json": "{}"}, "npx serve -s dist", "public/serve.json"),
    ],
)
def test_configuration_may_have_the_server_do_more(
    tmp_path: Path, files: dict[str, object], start: str, why: str
) -> None:
    found = site(make(tmp_path, {"package.json": VITE, **files}), start, "npm run build")
    assert isinstance(found, NotServed) and why in found.why, found


@pytest.mark.parametrize(
    ("configuration", "port"),
    [
        ("preview: { port: 8080 }", 8080),
        ("preview: { host: true }, server: { }", 4173),
        ("preview: { port: Number(env.PORT) }", None),
        ("base: '/',", 4173),
        ("base: './', plugins: [vue()]", 4173),
    ],
)
def test_the_port_of_a_preview_is_the_configured_one(
    tmp_path: Path, configuration: str, port: int | None
) -> None:
    own = make(tmp_path, {"package.json": VITE, "vite.config.js": configuration})
    assert served(own, "vite preview", "npm run build") == ("/app/dist", port, True)


def test_a_site_of_many_pages_does_not_fall_back(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": VITE, "vite.config.js": "appType: 'mpa'"})
    assert served(own, "vite preview", "npm run build") == ("/app/dist", 4173, False)


def test_what_was_installed_for_the_server_alone_is_told(tmp_path: Path) -> None:
    found = site(make(tmp_path, {"package.json": VITE}), "serve -s dist", "npm install -g serve@14 pnpm")
    assert isinstance(found, ServedSite)
    assert [place.path for place in found.only_for] == ["/usr/local/lib/node_modules/serve"]


def test_what_lies_with_other_packages_was_not_installed_for_the_server_alone(tmp_path: Path) -> None:
    runs = ("yarn global add serve", "yarn global add pm2")
    found = site(make(tmp_path, {"package.json": VITE}), "serve -s dist", *runs)
    assert isinstance(found, ServedSite) and found.only_for == ()


@pytest.mark.parametrize("start", ["node server.js", "json-server db.json", "next start", "npm run build"])
def test_other_starts_serve_no_built_site(tmp_path: Path, start: str) -> None:
    assert site(make(tmp_path, {"package.json": VITE, "server.js": ""}), start) is None


def test_without_being_asked_no_start_tells_of_a_site(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": VITE})
    assert own.resolve("serve -s dist", SERVE).site is None
