"""What the Node.js strategy says of commands, starts, products and packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node_image import EXPRESS, Project, make, paths
from restage.api import (
    Basis,
    ClaimKind,
    Command,
    Facility,
    FacilityNeed,
    PackageNeed,
    PathNeed,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Role,
    Start,
    State,
    Tree,
    region,
)
from restage.api.tree import Changed, Placed
from restage.engine import Request, Rewritten, refactor
from restage_strategies.node import STRATEGY
from restage_strategies.node.locks import read_lock


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path, {"package.json": EXPRESS, "server.js": "require('express')()"})


# --- what commands of a RUN do ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("script", "written"),
    [
        ("tsc", {"/app"}),
        ("BUILD_PATH=../server/public react-scripts build", {"/app", "/server/public"}),
        ("vite build && cp -r dist ../static", {"/app", "/static"}),
        ("cd sub && webpack -o ../../up", {"/app/sub", "/up"}),
        ("PUBLIC_URL=/shop vite build --base=/shop/ --base-href /x", {"/app"}),
        ("OUT=../up npm --prefix sub/deep exec webpack", {"/app/sub/deep", "/app/sub/up"}),
        ("vite build --outDir /srv/www", {"/app", "/srv/www"}),
        ("vite build web --outDir ../public", {"/app"}),
        ("npx vite build --mode live web --outDir=../../up", {"/app", "/up"}),
        ("dotenv -e ../.env -- vite build", {"/app"}),
        ("cross-env NODE_ENV=production webpack", {"/app"}),
        ("run-s one two", {"/app"}),
        ("npm install", {"/app/node_modules"}),
        ("echo nothing", set()),
    ],
)
def test_a_script_writes_its_package_and_what_it_names(
    tmp_path: Path, script: str, written: set[str]
) -> None:
    own = make(
        tmp_path,
        {"package.json": {**EXPRESS, "scripts": {"build": script, "one": "tsc", "two": "rollup -c"}}},
    )
    assert paths(own.effect("npm run build")) == written


def test_a_variable_of_the_line_reaches_the_programs_of_a_script(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"build": "react-scripts build"}}})
    assert paths(own.effect("BUILD_PATH=/srv/www npm run build")) == {"/app", "/srv/www"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("npx esbuild a.js --outdir=static/js", {"/static/js"}),
        ("npx babel src --out-dir lib", {"/lib"}),
        ("npx tsc", {"/dist"}),
        ("npx tsc -p other.json", {"/"}),
        ("npx esbuild a.js --outfile=a.min.js", {"/"}),
    ],
)
def test_in_the_root_directory_the_outputs_that_a_build_names_stand_for_it(
    tmp_path: Path, text: str, written: set[str]
) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "tsconfig.json": '{ "compilerOptions": { // built\n "outDir": "./dist" } }',
        "other.json": '{ "extends": "./tsconfig.json" }',
    }
    assert paths(make(tmp_path, files, directory="/").effect(text)) == written


def test_a_script_that_builds_rests_on_bounded_writes(project: Project) -> None:
    claims = project.effect("npx tsc").claims
    assert [claim.kind for claim in claims] == [ClaimKind.BOUNDED_WRITES]
    assert claims[0].evidence.basis is Basis.SEARCH


def test_what_is_cleared_before_a_build_is_there_after_it(tmp_path: Path) -> None:
    scripts = {"prebuild": "rimraf dist", "build": "nest build"}
    effect = make(tmp_path, {"package.json": {**EXPRESS, "scripts": scripts}}).effect("npm run build")
    assert paths(effect) == {"/app"} and effect.deletes == ()


def test_outputs_that_a_configuration_puts_elsewhere_are_written(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "vite.config.ts": "export default { build: { outDir: '../backend/public' } }",
    }
    assert "/backend/public" in paths(make(tmp_path, files).effect("npx vite build"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("root: 'web', build: { outDir: '../dist' }", {"/app"}),
        ("root: './web',\n build: {\n outDir: '../../public' }", {"/app", "/public"}),
        ("root: path.resolve(__dirname, 'web'),\n build: { outDir: '../dist' }", {"/app"}),
        ("root: 'web',\n build: {\n outDir: path.join(__dirname, '../dist') }", {"/app", "/dist"}),
        ("root,\n build: { outDir: '../dist' } }; const root = {x: 'web'", {"/app"}),
        ("build: { outDir: '../backend/public' }", {"/app", "/backend/public"}),
    ],
)
def test_outputs_of_vite_count_from_its_root(tmp_path: Path, text: str, written: set[str]) -> None:
    files: dict[str, object] = {"package.json": EXPRESS, "vite.config.ts": f"export default {{ {text} }}"}
    assert paths(make(tmp_path, files).effect("npx vite build")) == written


@pytest.mark.parametrize(
    ("build", "known"), [("vite build", False), ("vite build --outDir dist", True), ("tsc", True)]
)
def test_an_output_whose_place_is_computed_is_not_known(tmp_path: Path, build: str, known: bool) -> None:
    text = "export default { root: rootOf(process.argv),\n build: { outDir: '../dist' } }"
    files: dict[str, object] = {"package.json": EXPRESS, "vite.config.js": text}
    assert (make(tmp_path, files).effect(f"npx {build}").opaque is None) is known


@pytest.mark.parametrize(
    ("command", "files", "address"),
    [
        ("npx prisma migrate deploy", {"prisma/schema.prisma": 'url = env("DATABASE_URL")'}, "file:{}"),
        ("npx prisma db push", {"prisma/schema.prisma": 'url = "file:{}"'}, ""),
        ("npx knex migrate:latest", {"knexfile.js": "module.exports = { filename: '{}' }"}, ""),
        ("npx sequelize db:migrate", {"config/config.json": '{"storage": "{}"}'}, ""),
    ],
)
@pytest.mark.parametrize(("database", "known"), [("/data/app.db", False), ("/app/app.db", True)])
def test_a_migration_to_a_file_outside_the_project_is_not_known(
    tmp_path: Path, command: str, files: dict[str, str], address: str, database: str, known: bool
) -> None:
    told = {name: text.replace("{}", database) for name, text in files.items()}
    environment = {"DATABASE_URL": address.format(database)} if address else {}
    effect = make(tmp_path, {"package.json": EXPRESS, **told}, **environment).effect(command)
    assert (effect.opaque is None) is known


def test_scripts_that_call_each_other_end(tmp_path: Path) -> None:
    scripts = {"a": "npm run b", "b": "npm run a"}
    assert paths(make(tmp_path, {"package.json": {"scripts": scripts}}).effect("npm run a")) == {"/app"}


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


# --- what starts come to ----------------------------------------------------------------------------------------


DEVELOPING = """
next dev|vite|vite --host|ng serve --host 0.0.0.0|vue-cli-service serve|react-scripts start|nodemon server.js|tsx watch x.ts
webpack-dev-server|webpack serve|nest start|nest start --watch|next build && next start|tsc && node server.js|ts-node-dev x.ts
npm run other|cross-env A=1 vite|concurrently 'npm:other'|npm-run-all other|npx vite|jest|npm install && node server.js
gatsby develop|astro dev|nuxt|nuxt dev|gulp serve|craco start|strapi develop|yarn other|parcel index.html|tsc -w|rollup -c -w
dotenv -- next dev|storybook dev|remix dev|docusaurus start|node_modules/.bin/vite|npm ci && npm run quiet|eslint .
docusaurus build && docusaurus serve|./node_modules/.bin/webpack --watch|node --test|vitest|turbo run dev|nx serve
"""
SERVING = """
node server.js|next start|vite preview|serve -s build|nuxt start|ts-node server.ts|tsx server.ts|pm2-runtime server.js
node -r dotenv/config server.js|cross-env NODE_ENV=production node server.js|prisma migrate deploy && node server.js
NODE_ENV=production node server.js|node .|gatsby serve|strapi start|npm run other|docusaurus serve|wait-on tcp:1 && node server
http-server dist -p 80|sequelize db:migrate && node server|node --max-old-space-size=512 server|json-server --watch db.json
babel-node server.js|remix-serve build|concurrently 'node server.js' 'npm:other'|node --watch server.js
"""


def listed(text: str) -> list[str]:
    return [entry for line in text.strip().splitlines() for entry in line.split("|")]


@pytest.mark.parametrize("script", listed(DEVELOPING))
def test_a_start_that_develops_builds_or_installs_needs_the_toolchain(tmp_path: Path, script: str) -> None:
    scripts = {"start": script, "other": "vite", "quiet": "node server.js"}
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": scripts}, "server.js": ""})
    found = [one.toolchain for one in own.follow("npm start") if one.toolchain]
    assert found and found[0].why and found[0].help


@pytest.mark.parametrize("script", listed(SERVING))
def test_a_start_that_only_serves_is_followed(tmp_path: Path, script: str) -> None:
    scripts = {"start": script, "other": "node server.js"}
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": scripts}, "server.js": "", "server.ts": ""})
    found = own.follow("npm start")
    assert not [one.toolchain for one in found if one.toolchain]
    assert not [one.anything for one in found if one.anything]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("node server.js", "/app/server.js"),
        ("node server", "/app/server.js"),
        ("node .", "/app/server.js"),
        ("node ./lib", "/app/lib/index.js"),
        ("server.js", "/app/server.js"),
        ("node --inspect -r ./lib/index.js server.js", "/app/lib/index.js"),
        ("npm start", "/app/package.json"),
        ("bin/www", "/app/bin/www"),
        ("forever server.js", "/app/server.js"),
        ("pm2 start ecosystem.config.js", "/app/ecosystem.config.js"),
    ],
)
def test_the_main_file_is_needed(tmp_path: Path, text: str, path: str) -> None:
    files: dict[str, object] = {
        "package.json": {**EXPRESS, "main": "server.js", "dependencies": {"forever": "4", "pm2": "5"}},
        "server.js": "",
        "lib/index.js": "",
        "bin/www": "#!/usr/bin/env node\nrequire('../server')",
        "ecosystem.config.js": "module.exports = { apps: [{ name: 'x', script: 'server.js' }] }",
    }
    assert path in {n.path for n in make(tmp_path, files).resolve(text).needs if isinstance(n, PathNeed)}


def test_a_script_runs_in_its_own_package(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {},
        "server/package.json": {"scripts": {"prestart": "echo a", "start": "node x.js"}},
    }
    runs = make(tmp_path, files).resolve("npm start --prefix server -- --port 1").runs
    assert [run.words[2] for run in runs] == ["cd /app/server\necho a", "cd /app/server\nnode x.js --port 1"]


@pytest.mark.parametrize(
    "text",
    [
        "yarn workspace api start",
        "npm start -w api",
        "pnpm --filter api start",
        "npm run start --workspace=packages/api",
    ],
)
def test_a_member_of_a_workspace_is_started_by_name(tmp_path: Path, text: str) -> None:
    files: dict[str, object] = {
        "package.json": {"workspaces": ["packages/*"]},
        "packages/api/package.json": {"name": "api", "scripts": {"start": "node a.js"}},
        "packages/web/package.json": {"name": "web", "scripts": {"start": "vite"}},
    }
    assert [run.words[2] for run in make(tmp_path, files).resolve(text).runs] == [
        "cd /app/packages/api\nnode a.js"
    ]


@pytest.mark.parametrize(
    "text", ["npm run gone", "pm2-runtime processes.json", "npm start -w nobody", "npx some-thing"]
)
def test_a_start_that_cannot_be_followed_may_call_anything(tmp_path: Path, text: str) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "dependencies": {"pm2": "5"}}, "processes.json": "{}"})
    assert own.resolve(text).anything


@pytest.mark.parametrize(
    ("source", "environment", "develops"),
    [
        ("const webpack = require('webpack')", "", True),
        ("const webpack = require('webpack')", "production", True),
        ("if (process.env.NODE_ENV !== 'production') {\n  const w = require('webpack')\n}", "", True),
        (
            "if (process.env.NODE_ENV !== 'production') {\n  const w = require('webpack')\n}",
            "production",
            False,
        ),
        ("if (process.env.NODE_ENV === 'development') {\n  require('webpack-dev-middleware')\n}", "", False),
        (
            "const dev = process.env.NODE_ENV !== 'production'\nif (dev) {\n  require('webpack')\n}",
            "production",
            False,
        ),
        (
            "const prod = process.env.NODE_ENV === 'production'\nif (prod) {\n  a()\n} else {\n  require('webpack')\n}",
            "production",
            False,
        ),
        (
            "const prod = process.env.NODE_ENV === 'production'\nif (prod) {\n  a()\n} else {\n  require('webpack')\n}",
            "",
            True,
        ),
        (
            "const next = require('next')\nconst dev = process.env.NODE_ENV !== 'production'\nconst app = next({ dev })",
            "",
            True,
        ),
        (
            "const next = require('next')\nconst dev = process.env.NODE_ENV !== 'production'\nconst app = next({ dev })",
            "production",
            False,
        ),
        ("const next = require('next')\nconst app = next({ dev: false })", "", False),
        ("import { createServer } from 'vite'\nconst vite = await createServer({})", "", True),
        ("import { createServer } from 'http'\ncreateServer()", "", False),
        ("// require('webpack')", "", False),
        ("require('./inner')", "", True),
    ],
)
def test_a_server_that_loads_a_bundler_develops(
    tmp_path: Path, source: str, environment: str, develops: bool
) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "server.js": source,
        "inner.js": "require('webpack')",
    }
    own = make(tmp_path, files, NODE_ENV=environment)
    assert (own.resolve("node server.js").toolchain is not None) is develops


def test_a_module_that_calls_the_build_needs_the_toolchain(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "server.js": "require('child_process').execSync('npm run build')",
    }
    assert make(tmp_path, files).resolve("node server.js").toolchain


@pytest.mark.parametrize(
    ("source", "program"),
    [
        ("const { execSync } = require('child_process')\nexecSync('git rev-parse HEAD')", "git"),
        ("import { spawn } from 'node:child_process'\nspawn('convert', [a, b])", "convert"),
        ("import { execa } from 'execa'\nawait execa('python3', ['x.py'])", "python3"),
        ("import { $ } from 'zx'\nawait $`curl ${url}`", "curl"),
        ("const cp = require('child_process')\ncp.exec(`cd ${dir} && wget ${url}`)", "wget"),
        ("const { spawn } = require('child_process')\nspawn('/usr/bin/openssl', ['x'])", "openssl"),
        ("const { exec } = require('child_process')\nexec('file -b ' + name)", "file"),
    ],
)
def test_programs_that_sources_name_are_needed(tmp_path: Path, source: str, program: str) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "server.js": "require('./lib/a')", "lib/a.js": source})
    found = {n.program: n.why for n in own.resolve("node server.js").needs if isinstance(n, ProgramNeed)}
    assert found[program].startswith("lib/a.js:")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("test/a.js", "require('child_process').execSync('git status')"),
        ("webpack.config.prod.js", "require('child_process').execSync('git rev-parse HEAD')"),
        ("node_modules/x/index.js", "require('child_process').execSync('git status')"),
        ("lib/a.js", "const label = 'git'; emit('file')"),
        ("lib/a.js", "const cp = require('child_process'); emit('file', 'free')"),
    ],
)
def test_what_does_not_run_names_no_program(tmp_path: Path, name: str, source: str) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "server.js": "", name: source})
    named = {n.program for n in own.resolve("node server.js").needs if isinstance(n, ProgramNeed)}
    assert named <= {"node"}


def test_programs_installed_globally_are_known_by_name(tmp_path: Path) -> None:
    own = make(tmp_path, {"index.html": ""})
    assert ProgramNeed("n8n", "`n8n` runs it") in own.resolve("n8n", "npm install -g n8n").needs


# --- what packages need -----------------------------------------------------------------------------------------


def reductions(
    own: Project, place: str = "/app/node_modules", **changes: object
) -> dict[ReductionKind, Reduction]:
    product = Product(region(place), ProductKind.DEPENDENCIES, "what npm installed", "node")
    state = State(
        **{**own.state.__dict__, "tree": own.state.tree.then(Changed(region(place), "npm ci")), **changes}
    )
    return {found.kind: found for found in STRATEGY.reductions(product, (), state, own.case())}


def lock(**packages: dict[str, object]) -> dict[str, object]:
    entries = {f"node_modules/{name.replace('__', '/')}": entry for name, entry in packages.items()}
    return {"lockfileVersion": 3, "packages": {"": {}, **entries}}


def test_a_lock_that_marks_scripts_proves_that_all_have_rows(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "package-lock.json": lock(bcrypt={"hasInstallScript": True}, express={}),
    }
    claims = reductions(make(tmp_path, files))[ReductionKind.SIBLING_BASE].claims
    sibling = next(claim for claim in claims if claim.kind is ClaimKind.NODE_SIBLING)
    assert sibling.evidence.basis is Basis.RULE and not sibling.evidence.missing


def test_a_package_with_an_install_script_and_no_row_leaves_it_open(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "package-lock.json": lock(strange={"hasInstallScript": True}),
    }
    claims = reductions(make(tmp_path, files))[ReductionKind.SIBLING_BASE].claims
    assert claims[0].evidence.missing == ("strange",)


def test_without_a_lock_direct_dependencies_are_searched(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": {"dependencies": {"chartjs-node-canvas": "4", "express": "4"}}})
    found = reductions(own)[ReductionKind.SIBLING_BASE]
    assert found.claims[0].evidence.basis is Basis.SEARCH
    assert "libcairo2-dev" in {need.apt for need in found.needs if isinstance(need, PackageNeed)}


def test_a_lock_that_came_after_the_install_is_only_searched(tmp_path: Path) -> None:
    own = make(
        tmp_path, {"package.json": EXPRESS, "package-lock.json": lock(bcrypt={"hasInstallScript": True})}
    )
    early = Tree(
        own.context,
        (Placed(region("/app/package.json"), "package.json"), Changed(region("/app/node_modules"), "npm i")),
    )
    found = reductions(own, tree=early.then(Placed(region("/app"), "")))[ReductionKind.SIBLING_BASE]
    assert found.claims[0].evidence.basis is Basis.SEARCH


def test_packages_installed_by_name_are_searched_too(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "package-lock.json": lock(express={})})
    product = Product(region("/app"), ProductKind.DEPENDENCIES, "what npm installed", "node")
    found = tuple(STRATEGY.reductions(product, (), own.state, own.case("npm install canvas")))
    assert any(isinstance(need, PackageNeed) and need.apt == "libcairo2-dev" for need in found[0].needs)


@pytest.mark.parametrize(
    ("name", "apt"),
    [
        ("prisma", "openssl"),
        ("@prisma/client", "openssl"),
        ("pg-native", "libpq-dev"),
        ("canvas", "libcairo2-dev"),
    ],
)
def test_rows_say_what_packages_load(tmp_path: Path, name: str, apt: str) -> None:
    needs = reductions(make(tmp_path, {"package.json": {"dependencies": {name: "1"}}}))[
        ReductionKind.SIBLING_BASE
    ].needs
    assert apt in {need.apt for need in needs if isinstance(need, PackageNeed)}


def test_dev_dependencies_call_nothing_when_it_runs(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {"devDependencies": {"simple-git": "3"}},
        "package-lock.json": lock(simple_git={"dev": True}),
    }
    assert reductions(make(tmp_path, files))[ReductionKind.SIBLING_BASE].needs == ()


def test_only_packages_that_the_file_installs_are_held_against_narrowing(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": {"dependencies": {"@prisma/client": "5", "canvas": "2"}}})
    assert reductions(own)[ReductionKind.BUILD_TOOLS].needs == ()
    kept = reductions(own, packages=frozenset({"openssl", "libcairo2-dev"}))[ReductionKind.BUILD_TOOLS].needs
    assert {need.apt for need in kept if isinstance(need, PackageNeed)} == {"openssl"}


@pytest.mark.parametrize(
    ("file", "text", "names"),
    [
        (
            "package-lock.json",
            '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {}}}}}',
            {"a", "b"},
        ),
        (
            "package-lock.json",
            '{"packages": {"": {}, "node_modules/@s/a": {}, "node_modules/x/node_modules/b": {}}}',
            {"@s/a", "b"},
        ),
        (
            "yarn.lock",
            '# yarn lockfile v1\n\n\n"@s/a@^1.0.0":\n  version "1.2.3"\n\nb@1, b@2:\n  version "2.0.0"\n',
            {"@s/a", "b"},
        ),
        ("yarn.lock", '__metadata:\n  version: 6\n\n"a@npm:^1.0.0":\n  version: 1.2.3\n', {"a"}),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '6.0'\n\npackages:\n\n  /@s/a@1.0.0:\n    requiresBuild: true\n\n  /b@1.0.0(c@1):\n    dev: true\n",
            {"@s/a", "b"},
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {}\n\n  b@1.0.0:\n    x: y\n",
            {"@s/a", "b"},
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: 5.4\n\npackages:\n\n  /@s/a/1.0.0:\n    x: y\n\n  /b/1.0.0_c@1:\n    x: y\n",
            {"@s/a", "b"},
        ),
        (
            "bun.lock",
            '{\n  "packages": {\n    "a": ["a@1.0.0", "", {}],\n    "@s/b": ["@s/b@1.0.0"],\n  }\n}',
            {"a", "@s/b"},
        ),
    ],
)
def test_lockfiles_name_their_packages(file: str, text: str, names: set[str]) -> None:
    found = read_lock(file, text)
    assert found is not None and found.names == names


# --- whatever comes ----------------------------------------------------------------------------------------------

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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["scripts", "dependencies", "workspaces", "start", "packages", "bin", "main", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(manifest=JSON, lockfile=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_any_manifest_is_read(tmp_path: Path, manifest: object, lockfile: object) -> None:
    own = make(tmp_path, {"package.json": json.dumps(manifest), "package-lock.json": json.dumps(lockfile)})
    for text in ("npm ci", "npm start", "yarn workspace a start"):
        own.effect(text)
        own.resolve(text)
    reductions(own)


def test_a_lock_of_another_manager_proves_nothing(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "package-lock.json": lock(bcrypt={"hasInstallScript": True}),
    }
    own = make(tmp_path, files)
    product = Product(region("/app/node_modules"), ProductKind.DEPENDENCIES, "what yarn installed", "node")
    found = next(iter(STRATEGY.reductions(product, (), own.state, own.case())))
    assert found.claims[0].evidence.basis is Basis.SEARCH


def test_programs_that_talk_to_servers_need_certificates(tmp_path: Path) -> None:
    source = "require('child_process').execSync('git fetch')"
    own = make(tmp_path, {"package.json": EXPRESS, "server.js": source})
    assert Facility.CERTIFICATES in {
        n.facility for n in own.resolve("node server.js").needs if isinstance(n, FacilityNeed)
    }


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


@pytest.mark.parametrize(
    ("script", "kind"),
    [("npm install --prefix sub", ProductKind.DEPENDENCIES), ("tsc", ProductKind.ARTIFACT)],
)
def test_a_script_makes_what_its_commands_make(tmp_path: Path, script: str, kind: ProductKind) -> None:
    files: dict[str, object] = {"package.json": {"scripts": {"x": script}}, "sub/package.json": EXPRESS}
    products = make(tmp_path, files).products("npm run x")
    assert products[0].kind is kind
    assert (ProductKind.CACHE in {p.kind for p in products}) is (kind is ProductKind.DEPENDENCIES)


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
    start = Start(
        Role.START, "CMD", Command(("serve", "-s", "x")), (Command(("serve", "-s", "x")),), (), (), None
    )
    found = {r.kind: r for r in STRATEGY.reductions(product, (start,), project.state, project.case())}
    assert bool(found[ReductionKind.BUILD_TOOLS].goes) is goes


def test_a_project_is_detected_by_its_manifest_or_its_commands(tmp_path: Path) -> None:
    empty = make(tmp_path / "a", {"x": ""})
    assert STRATEGY.detect(empty.case()) is None
    assert STRATEGY.detect(empty.case("npm ci")) is not None
    assert STRATEGY.detect(make(tmp_path / "b", {"package.json": {}}).case()) is not None


@pytest.mark.parametrize("place", ["binding.gyp", "native/binding.gyp"])
@pytest.mark.parametrize(
    ("names", "unclear"), [("'libraries': ['-lxml2']", True), ("'sources': ['a.c']", False)]
)
def test_an_addon_of_the_project_that_names_libraries_leaves_the_sibling_open(
    tmp_path: Path, place: str, names: str, unclear: bool
) -> None:
    manifest = {**EXPRESS, "dependencies": {"own": "file:native"}}
    own = make(tmp_path, {"package.json": manifest, place: f"{{ 'targets': [{{ {names} }}] }}"})
    missing = reductions(own)[ReductionKind.SIBLING_BASE].claims[0].evidence.missing
    assert missing == ((f"what {place} links to",) if unclear else ())
    assert "make" in own.effect("npm ci").programs


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("spawn(process.env.TOOL, [])", False),
        ("exec(req.body.command)", False),
        ("spawn(process.execPath, ['a.js'])", True),
        ("/^a/.exec(req.url)", True),
        ("spawn('cat', [process.argv[2]])", True),
    ],
)
def test_a_program_that_the_environment_or_a_request_names_leaves_the_sibling_open(
    tmp_path: Path, call: str, told: bool
) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "lib/a.js": f"require('child_process')\n{call}"})
    claims = reductions(own)[ReductionKind.SIBLING_BASE].claims
    unnamed = next(claim for claim in claims if claim.kind is ClaimKind.UNNAMED_PROGRAM)
    assert unnamed.evidence.missing == (() if told else ("which program lib/a.js:2 starts",))


def test_sources_and_members_are_found_where_only_files_were_copied(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {"workspaces": ["apps/*"]},
        "apps/api/package.json": {"name": "api", "dependencies": {"pg-native": "3"}},
        "apps/api/main.js": "require('child_process').spawn('git', ['log'])",
    }
    whole = make(tmp_path, files)
    placed = tuple(Placed(region("/app", name), name) for name in files)
    own = Project(whole.context, State(**{**whole.state.__dict__, "tree": Tree(whole.context, placed)}))
    needs = reductions(own)[ReductionKind.SIBLING_BASE].needs
    assert {n.program for n in needs if isinstance(n, ProgramNeed)} == {"git"}
    assert {n.apt for n in needs if isinstance(n, PackageNeed)} == {"libpq-dev"}


def test_a_library_that_sources_load_by_name_leaves_the_sibling_open(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "lib/a.js": "const l = ffi.Library('libmagic', {})"})
    assert reductions(own)[ReductionKind.SIBLING_BASE].claims[0].evidence.missing == ("libmagic (lib/a.js)",)


def test_a_start_in_a_folder_of_scripts_is_searched(tmp_path: Path) -> None:
    source = "require('child_process').spawn('curl', [u])"
    own = make(
        tmp_path, {"package.json": EXPRESS, "scripts/run.js": "require('./a')", "scripts/a.js": source}
    )
    assert "curl" in {
        n.program for n in own.resolve("node scripts/run.js").needs if isinstance(n, ProgramNeed)
    }
    assert "curl" not in {n.program for n in own.resolve("node other.js").needs if isinstance(n, ProgramNeed)}


@pytest.mark.parametrize("text", ["npm install -g pg-native", "npm link", "npm install -g ."])
def test_programs_that_are_links_are_copied_with_their_directory(project: Project, text: str) -> None:
    written = paths(project.effect(text))
    assert "/usr/local/bin" in written and not {p for p in written if p.startswith("/usr/local/bin/")}
