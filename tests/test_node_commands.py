"""What npm, yarn and pnpm do in a RUN."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node_image import EXPRESS, Project, make, paths
from restage.api import Command, ProductKind, region, replace
from restage_strategies.node import STRATEGY


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path, {"package.json": EXPRESS, "server.js": "require('express')()"})


@pytest.mark.parametrize(
    "text",
    """npm install|npm i|npm ci|npm ci --omit=dev|npm install --production --silent|npm clean-install|npm --loglevel error ci
    yarn|yarn install --frozen-lockfile|yarn --production|yarn install --network-timeout 100000
    pnpm install --frozen-lockfile|pnpm i --prod|pnpm fetch|npm install --unsafe-perm true""".replace(
        "\n", "|"
    ).split("|"),
)
def test_an_install_writes_node_modules_and_is_not_repeated(project: Project, text: str) -> None:
    effect = project.effect(text.strip())
    assert paths(effect) == {"/app/node_modules"}
    assert not effect.repeatable
    assert region("/app/package.json") in effect.reads
    assert region("/app/server.js") not in effect.reads


@pytest.mark.parametrize(
    "text", ["npm install left-pad", "yarn add left-pad", "pnpm add left-pad", "npm uninstall express"]
)
def test_adding_by_name_changes_the_manifest_too(project: Project, text: str) -> None:
    assert paths(project.effect(text)) == {"/app"}


@pytest.mark.parametrize(
    ("text", "cache"),
    [
        ("npm ci", "/root/.npm"),
        ("npm ci --cache /c", "/c"),
        ("yarn install", "/usr/local/share/.cache/yarn"),
        ("yarn install --cache-folder /c", "/c"),
    ],
)
def test_an_install_leaves_its_cache(project: Project, text: str, cache: str) -> None:
    assert [p.region.path for p in project.products(text) if p.kind is ProductKind.CACHE] == [cache]


def test_a_cache_lies_where_an_earlier_setting_says(project: Project) -> None:
    assert region("/c") in project.effect("npm ci", "npm config set cache /c").caches


def test_a_user_has_a_cache_of_his_own(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS}, user="node")
    assert region("/home/node/.npm") in own.effect("npm ci").caches
    assert region("/home/node/.cache/yarn") in own.effect("yarn").caches


def test_the_store_of_pnpm_is_no_win(project: Project) -> None:
    assert [p.kind for p in project.products("pnpm install")] == [ProductKind.DEPENDENCIES]
    assert region("/root/.local/share/pnpm/store") in project.effect("pnpm install").caches


@pytest.mark.parametrize(
    ("name", "settings", "place"),
    [
        (".npmrc", "virtual-store-dir=/opt/links\n", "/opt/links"),
        ("pnpm-workspace.yaml", "virtualStoreDir: ../links\n", "/links"),
        ("pnpm-workspace.yaml", "enableGlobalVirtualStore: true\nstoreDir: /store\n", "/store"),
    ],
)
def test_where_the_links_of_pnpm_lead_goes_along(
    tmp_path: Path, name: str, settings: str, place: str
) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "pnpm-lock.yaml": "", name: settings})
    kinds = {product.region.path: product.kind for product in own.products("pnpm install")}
    assert kinds[place] is ProductKind.DATA
    assert region(place) not in own.effect("pnpm install").caches


def test_cleaning_deletes_the_cache(project: Project) -> None:
    assert project.effect("npm cache clean --force").deletes == (region("/root/.npm"),)
    assert project.effect("yarn cache clean").deletes == (region("/usr/local/share/.cache/yarn"),)


@pytest.mark.parametrize(
    "text", ["npm -v", "npm ls", "yarn --version", "node --version", "npm audit", "pnpm -v", "husky install"]
)
def test_looking_changes_nothing(project: Project, text: str) -> None:
    effect = project.effect(text)
    assert effect.changes == () and effect.repeatable


@pytest.mark.parametrize(
    "scripts",
    [{"postinstall": "npm run build", "build": "tsc"}, {"prepare": "tsc"}, {"preinstall": "node x.js"}],
)
def test_an_install_that_builds_reads_and_writes_the_project(tmp_path: Path, scripts: dict[str, str]) -> None:
    effect = make(tmp_path, {"package.json": {**EXPRESS, "scripts": scripts}}).effect("npm ci")
    assert region("/app") in effect.reads and paths(effect) == {"/app"}


@pytest.mark.parametrize("text", ["npm ci --ignore-scripts", "npm config set ignore-scripts true && npm ci"])
def test_scripts_that_are_switched_off_do_not_count(tmp_path: Path, text: str) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"prepare": "tsc"}}})
    assert paths(own.effect(text)) == {"/app/node_modules"}


@pytest.mark.parametrize(
    "script",
    ["husky install", "husky || true", "npx only-allow pnpm", "patch-package", "is-ci || husky install"],
)
def test_harmless_lifecycle_scripts_keep_an_install_small(tmp_path: Path, script: str) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"prepare": script}}, "patches/a.patch": ""})
    effect = own.effect("npm ci")
    assert paths(effect) == {"/app/node_modules"}
    assert (region("/app/patches") in effect.reads) == (script == "patch-package")
    assert region("/app") not in effect.reads


def test_an_install_reads_members_local_packages_and_the_schema(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {
            "workspaces": ["packages/*"],
            "dependencies": {"here": "file:./here", "@prisma/client": "5"},
        },
        "packages/one/package.json": {"name": "one"},
        "here/package.json": {"name": "here"},
        "prisma/schema.prisma": "",
    }
    effect = make(tmp_path, files).effect("npm ci")
    for name in ("packages/one/package.json", "here", "prisma"):
        assert region("/app", name) in effect.reads


def test_an_install_in_a_member_works_at_the_root_of_the_workspace(tmp_path: Path) -> None:
    files: dict[str, object] = {"package.json": {"workspaces": ["web"]}, "web/package.json": {"name": "web"}}
    own = make(tmp_path, files)
    assert paths(own.effect("npm install --prefix web")) == {"/app"}


def test_an_install_in_a_folder_stays_there(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": {}, "client/package.json": {"dependencies": {"vue": "3"}}})
    for text in (
        "npm install --prefix client",
        "npm --prefix client ci",
        "yarn --cwd client install",
        "pnpm -C client i",
    ):
        assert paths(own.effect(text)) == {"/app/client/node_modules"}


def test_nothing_to_install_makes_no_node_modules(tmp_path: Path) -> None:
    assert paths(make(tmp_path, {"package.json": {"name": "x"}}).effect("npm ci")) == {"/app"}


def test_in_the_root_of_the_image_products_are_named(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"build": "next build"}}}, directory="/")
    assert paths(own.effect("npm install")) == {"/node_modules"}
    assert paths(own.effect("npm run build")) == {"/.next"}
    assert paths(own.effect("npx rollup -c")) == {"/"}


@pytest.mark.parametrize("words", ["--out /srv/made", "--out=/srv/made", "/srv/made"])
def test_a_script_writes_where_it_is_told_to(tmp_path: Path, words: str) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "scripts/make.js": "write(process.argv[2])"})
    assert paths(own.effect(f"node scripts/make.js {words}")) == {"/app", "/srv/made"}


def test_the_browser_of_puppeteer_goes_along_unless_it_is_switched_off(tmp_path: Path) -> None:
    files: dict[str, object] = {"package.json": {"dependencies": {"puppeteer": "^21.0.0"}}}
    assert "/root/.cache/puppeteer" in paths(make(tmp_path, files).effect("npm ci"))
    off = make(tmp_path, files, PUPPETEER_SKIP_DOWNLOAD="true")
    assert "/root/.cache/puppeteer" not in paths(off.effect("npm ci"))
    old: dict[str, object] = {"package.json": {"dependencies": {"puppeteer": "^13.0.0"}}}
    assert "/root/.cache/puppeteer" not in paths(make(tmp_path, old).effect("npm ci"))


def test_a_package_manager_of_corepack_goes_along(project: Project) -> None:
    assert "/root/.cache/node/corepack" in paths(project.effect("pnpm install", "corepack enable"))
    assert "/root/.cache/node/corepack" not in paths(project.effect("npm install", "corepack enable"))


@pytest.mark.parametrize(
    ("lock", "enabled", "command", "brought"),
    [
        ("pnpm-lock.yaml", "corepack enable", "if [ -f pnpm-lock.yaml ]; then pnpm i; fi", True),
        ("package-lock.json", "corepack enable", "if [ -f pnpm-lock.yaml ]; then pnpm i; fi", False),
        ("package-lock.json", "corepack enable", "pnpm i", True),
        ("yarn.lock", "corepack enable pnpm", "yarn --frozen-lockfile", False),
        ("yarn.lock", "corepack enable yarn", "yarn --frozen-lockfile", True),
    ],
)
def test_corepack_downloads_what_is_enabled_and_surely_runs(
    tmp_path: Path, lock: str, enabled: str, command: str, brought: bool
) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, lock: ""})
    assert ("/root/.cache/node/corepack" in paths(own.effect(command, enabled))) is brought


@pytest.mark.parametrize("directory", ["/app/services/$d", "/app/$d", "/app/a/`ls`"])
@pytest.mark.parametrize("text", ["npm ci", "pnpm i", "yarn add x"])
def test_where_an_install_in_a_folder_that_only_running_tells_puts_things_is_unknown(
    project: Project, directory: str, text: str
) -> None:
    lost = Project(project.context, replace(project.state, directory=directory))
    assert lost.effect(text).opaque and not project.effect(text).opaque


def test_berry_is_told_by_its_configuration(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, ".yarnrc.yml": "nodeLinker: node-modules\n"})
    effect = own.effect("yarn install --immutable")
    assert paths(effect) == {"/app"} and region("/root/.yarn/berry") in effect.caches


def test_packages_that_plug_and_play_reads_from_its_cache_go_along(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, ".yarnrc.yml": "nodeLinker: pnp\n"})
    effect = own.effect("yarn install --immutable")
    assert region("/root/.yarn/berry") in effect.writes and region("/root/.yarn/berry") not in effect.caches


@pytest.mark.parametrize(
    "text", ["npx playwright install --with-deps", "npx playwright install-deps", "npm frobnicate"]
)
def test_what_cannot_be_bounded_is_opaque(project: Project, text: str) -> None:
    assert project.effect(text).opaque


@pytest.mark.parametrize(
    "text",
    [
        "python app.py",
        "make",
        "ls",
        "mkdir x",
        "playwright install",
        "prisma generate",
        "task build",
        "sass a b",
    ],
)
def test_programs_of_others_are_not_claimed(project: Project, text: str) -> None:
    command = project.commands(text)[0]
    assert STRATEGY.effect(command, project.state, project.case()) is None
    assert STRATEGY.resolve(command, project.state, project.case()) is None


def test_an_install_calls_compilers_only_for_addons_and_git_only_for_git(tmp_path: Path) -> None:
    plain = make(tmp_path / "a", {"package.json": EXPRESS}).effect("npm ci").programs
    addon = (
        make(tmp_path / "b", {"package.json": {"dependencies": {"bcrypt": "5"}}}).effect("npm ci").programs
    )
    remote = (
        make(tmp_path / "c", {"package.json": {"dependencies": {"x": "github:a/b"}}})
        .effect("npm ci")
        .programs
    )
    assert plain == ("node",) and {"python3", "g++"} <= set(addon) and "git" in remote


WORDS = st.lists(
    st.sampled_from(
        ["-g", "--", "--prefix", "install", "run", "build", "-w", "a", "exec", "", "--x=y", "workspace"]
    ),
    max_size=6,
)


@given(
    program=st.sampled_from(
        ["npm", "npx", "yarn", "pnpm", "pnpx", "corepack", "node", "bun", "cross-env", "concurrently"]
    ),
    words=WORDS,
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_any_line_is_answered(project: Project, program: str, words: list[str]) -> None:
    command = Command((program, *words))
    case = project.case()
    effect = STRATEGY.effect(command, project.state, case)
    if effect is not None:
        assert all(place.path.startswith("/") for place in effect.changes)
        tuple(STRATEGY.products(command, effect, project.state, case))
    STRATEGY.resolve(command, project.state, case)


def test_a_project_is_detected_by_its_manifest_or_its_commands(tmp_path: Path) -> None:
    empty = make(tmp_path / "a", {"x": ""})
    assert STRATEGY.detect(empty.case()) is None
    assert STRATEGY.detect(empty.case("npm ci")) is not None
    assert STRATEGY.detect(make(tmp_path / "b", {"package.json": {}}).case()) is not None
