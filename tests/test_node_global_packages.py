"""What a package that is installed for all leaves behind, and whether it goes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, Project, make, paths
from projects import started_by
from restage.api import Command, ProductKind, ReductionKind
from restage.engine import Request, Rewritten, refactor
from restage_strategies.node import STRATEGY


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path, {"package.json": EXPRESS, "server.js": "require('express')()"})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("npm install -g serve", "/usr/local/lib/node_modules/serve"),
        ("npm i --location=global pm2@5", "/usr/local/lib/node_modules/pm2"),
        ("npm install -g @angular/cli@12", "/usr/local/lib/node_modules/@angular/cli"),
        ("yarn global add serve", "/usr/local/share/.config/yarn/global"),
        ("corepack enable", "/usr/local/bin/pnpm"),
        ("corepack prepare pnpm@8 --activate", "/root/.cache/node/corepack"),
        ("npm config set registry http://r", "/root/.npmrc"),
    ],
)
def test_well_known_tools_and_settings_are_repeated(project: Project, text: str, place: str) -> None:
    effect = project.effect(text)
    assert place in paths(effect) and effect.repeatable


@pytest.mark.parametrize(
    "text",
    [
        "npm install -g some-package-that-nobody-knows",
        "npm install -g ./tool.tgz",
        "npm install -g pg-native",
    ],
)
def test_unknown_and_compiled_global_packages_are_copied(project: Project, text: str) -> None:
    assert not project.effect(text).repeatable


def test_a_global_tool_beside_a_build_is_copied_with_its_links(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(
        "FROM node:18\nWORKDIR /app\nCOPY . .\nRUN { npm install; npm install -g serve; }\nCMD serve -s x\n"
    )
    (tmp_path / "package.json").write_text('{"dependencies": {"express": "4"}}')
    result = refactor(Request(path, path.read_bytes(), tmp_path), (STRATEGY,)).result
    assert isinstance(result, Rewritten)
    assert b"COPY --from=builder /usr/local/bin /usr/local/bin\n" in result.data
    assert b"/usr/local/bin/serve" not in result.data


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("npm install -g serve", ["/root/.npm"]),
        ("npm install -g serve --cache /tmp/npm", ["/tmp/npm"]),
        ("yarn global add serve", ["/usr/local/share/.cache/yarn"]),
        ("pnpm add -g serve", []),
    ],
)
def test_the_cache_of_a_global_install_is_known_unless_what_was_installed_links_to_it(
    project: Project, text: str, left: list[str]
) -> None:
    assert [place.path for place in project.effect(text).leaves] == left


@pytest.mark.parametrize(
    ("install", "later", "cleared"),
    [
        ("npm install -g serve", "", "RUN npm install -g serve && rm -rf /root/.npm"),
        (
            "npm install -g serve && npm cache clean --force",
            "",
            "RUN npm install -g serve && npm cache clean --force",
        ),
        ("npm install -g serve", "RUN chown -R node /root/.npm\n", "RUN npm install -g serve"),
        (
            "--mount=type=cache,target=/root/.npm npm install -g serve",
            "",
            "RUN --mount=type=cache,target=/root/.npm npm install -g serve",
        ),
    ],
)
def test_a_tool_that_is_installed_again_leaves_no_cache(
    tmp_path: Path, install: str, later: str, cleared: str
) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(
        f"FROM node:18\nWORKDIR /app\nRUN {install}\n{later}"
        "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nCMD node server.js\n"
    )
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
    (tmp_path / "package-lock.json").write_text('{"name": "x", "lockfileVersion": 3, "packages": {"": {}}}')
    (tmp_path / "server.js").write_text("require('http')\n")
    result = refactor(Request(path, path.read_bytes(), tmp_path), (STRATEGY,)).result
    assert isinstance(result, Rewritten)
    runtime = result.data.decode().partition("FROM node:18-slim")[2].splitlines()
    assert cleared in runtime


@pytest.mark.parametrize(
    ("lines", "removed"),
    [
        ("RUN npm install -g tool-that-nobody-knows", "/usr/local/bin/node"),
        ("RUN npm link", "/usr/local/bin/node /usr/local/lib/node_modules/npm"),
        ("RUN npm install -g n && n 18.1.0 && npm link", "/usr/local/bin/n /usr/local/lib/node_modules/n"),
        ("RUN npm install -g serve", ""),
    ],
)
def test_what_every_image_of_node_has_is_not_brought_again(tmp_path: Path, lines: str, removed: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(f"FROM node:18\nWORKDIR /app\nCOPY . .\nRUN npm ci\n{lines}\nCMD node server.js\n")
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0", "bin": "server.js"}')
    (tmp_path / "package-lock.json").write_text('{"name": "x", "lockfileVersion": 3, "packages": {"": {}}}')
    (tmp_path / "server.js").write_text("require('http')\n")
    result = refactor(Request(path, path.read_bytes(), tmp_path), (STRATEGY,)).result
    assert isinstance(result, Rewritten)
    found = [line for line in result.data.decode().splitlines() if line.startswith("RUN rm -rf /usr")]
    assert found == ([f"RUN rm -rf {removed}"] if removed else [])


def test_a_tool_named_after_a_protocol_is_a_name(project: Project) -> None:
    assert project.effect("npm install -g http-server gitbook-cli").repeatable


@pytest.mark.parametrize(
    "spec", ["./tool.tgz", "/tmp/pkg", "github:a/b", "a/b", "git+https://h.example/a/b.git", "$TOOL"]
)
def test_a_global_package_without_a_name_is_copied_with_all_others(project: Project, spec: str) -> None:
    written = paths(project.effect(f"npm install -g serve '{spec}'"))
    assert {"/usr/local/lib/node_modules", "/usr/local/bin"} <= written
    assert not {place for place in written if place.startswith("/usr/local/bin/")}


@pytest.mark.parametrize("text", ["npm link", "npm install -g ."])
def test_links_to_the_project_go_along(project: Project, text: str) -> None:
    (product,) = project.products(text)
    assert (product.region.path, product.kind) == ("/usr/local/lib/node_modules", ProductKind.DATA)


def test_the_prefix_of_global_packages_is_obeyed(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS}, NPM_CONFIG_PREFIX="/home/node/.npm-global")
    assert "/home/node/.npm-global/bin/serve" in paths(own.effect("npm install -g serve"))


@pytest.mark.parametrize("text", ["npm install -g pg-native", "npm link", "npm install -g ."])
def test_programs_that_are_links_are_copied_with_their_directory(project: Project, text: str) -> None:
    written = paths(project.effect(text))
    assert "/usr/local/bin" in written and not {p for p in written if p.startswith("/usr/local/bin/")}


def test_an_opaque_or_repeated_command_makes_nothing(project: Project) -> None:
    assert project.products("npx playwright install --with-deps") == ()
    assert project.products("npm config set registry http://r") == ()


@pytest.mark.parametrize(
    ("name", "script", "goes"),
    [("serve", "serve -s x", False), ("@angular/cli", "ng build", True), ("@angular/cli", "tsc", False)],
)
def test_a_global_tool_goes_if_the_build_calls_it_and_no_start_may(
    tmp_path: Path, name: str, script: str, goes: bool
) -> None:
    project = make(tmp_path, {"package.json": {"scripts": {"build": script}}})
    product = project.products(f"npm install -g {name}")[0]
    starts = started_by(Command(("serve", "-s", "x")))
    found = {r.kind: r for r in STRATEGY.reductions(product, starts, project.state, project.case())}
    assert bool(found[ReductionKind.BUILD_TOOLS].goes) is goes


def test_corepack_that_npm_brought_goes_along_as_its_links_are_made_again(tmp_path: Path) -> None:
    project = make(tmp_path, {"package.json": EXPRESS, "pnpm-lock.yaml": ""})
    lines = ("npm install -g corepack && corepack enable", "pnpm install")
    product = project.products("npm install -g corepack")[0]
    starts = started_by(Command(("node", "server.js")))
    offers = STRATEGY.reductions(product, starts, project.state, project.case(*lines))
    assert not any(offer.goes for offer in offers)
