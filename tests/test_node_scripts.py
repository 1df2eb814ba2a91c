"""Where the scripts of a package and the tools that they call write."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, Project, make, paths
from restage.api import Basis, ClaimKind, ProductKind, region, replace
from restage.api.tree import Changed, Placed
from restage.engine import Request, Rewritten, refactor
from restage_strategies.node import STRATEGY


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path, {"package.json": EXPRESS, "server.js": "require('express')()"})


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
        ("sass src:/srv/css", {"/app", "/srv/css"}),
        ("node -e \"fs.mkdirSync('/srv/up')\"", {"/app", "/srv/up"}),
        ("node -p \"fs.readFileSync('/srv/up')\"", {"/app"}),
        ("wasm-pack build crates/a --target nodejs --out-dir ../../pkg", {"/app"}),
        ("wasm-pack build --release crate --out-dir=../../up", {"/app", "/up"}),
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


@pytest.mark.parametrize(
    "script", ["pip3 install -r requirements.txt", "python -m pip install x", "sudo apt-get install -y jq"]
)
def test_a_script_that_installs_for_the_system_is_not_bounded(tmp_path: Path, script: str) -> None:
    own = make(tmp_path, {"package.json": {**EXPRESS, "scripts": {"postinstall": script, "build": script}}})
    assert own.effect("npm install").opaque
    assert own.effect("npm run build").opaque


def test_a_script_that_runs_by_another_package_manager_is_bounded(tmp_path: Path) -> None:
    manifest = {**EXPRESS, "scripts": {"build": "bundle exec jekyll build && python -m tool install"}}
    assert make(tmp_path, {"package.json": manifest}).effect("npm run build").opaque is None


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
        ("npx prisma migrate deploy", {"prisma/schema.prisma": 'url = "file:./a.db"'}, "file:{}"),
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


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("file:/var/lib/app/a.db", {"/app", "/var/lib/app"}),
        ("file:/var/lib/a.db", {"/app", "/var/lib/a.db"}),
        ("file:./a.db", {"/app"}),
    ],
)
def test_prisma_makes_the_database_that_the_image_names(
    tmp_path: Path, address: str, places: set[str]
) -> None:
    schema = 'datasource db {\n provider = "sqlite"\n url = env("DATABASE_URL")\n}\n'
    files: dict[str, object] = {"package.json": EXPRESS, "prisma/schema.prisma": schema}
    assert paths(make(tmp_path, files, DATABASE_URL=address).effect("npx prisma db push")) == places


@pytest.mark.parametrize(
    "command",
    ["npm run build -- --outDir /srv/www", "yarn build --outDir=/srv/www", "pnpm build --outDir /srv/www"],
)
def test_what_is_handed_on_to_a_script_says_where_it_writes(tmp_path: Path, command: str) -> None:
    files: dict[str, object] = {"package.json": {"scripts": {"build": "tsc && vite build"}}}
    assert "/srv/www" in paths(make(tmp_path, files).effect(command))


def test_scripts_that_call_each_other_end(tmp_path: Path) -> None:
    scripts = {"a": "npm run b", "b": "npm run a"}
    assert paths(make(tmp_path, {"package.json": {"scripts": scripts}}).effect("npm run a")) == {"/app"}


@pytest.mark.parametrize(
    ("script", "kind"),
    [("npm install --prefix sub", ProductKind.DEPENDENCIES), ("tsc", ProductKind.ARTIFACT)],
)
def test_a_script_makes_what_its_commands_make(tmp_path: Path, script: str, kind: ProductKind) -> None:
    files: dict[str, object] = {"package.json": {"scripts": {"x": script}}, "sub/package.json": EXPRESS}
    products = make(tmp_path, files).products("npm run x")
    assert products[0].kind is kind
    assert (ProductKind.CACHE in {p.kind for p in products}) is (kind is ProductKind.DEPENDENCIES)


def test_a_run_that_takes_back_what_it_brought_is_parted_at_once_where_it_is_left_behind(
    tmp_path: Path,
) -> None:
    files = {
        "Dockerfile": "FROM node:20\nWORKDIR /src\nCOPY . .\n"
        "RUN npm ci && npm run build && mkdir /made && cp out.js /made/out.js && rm -rf /src\n"
        'WORKDIR /made\nCMD ["node", "out.js"]\n',
        ".dockerignore": "node_modules\n",
        "package.json": '{"name": "x", "scripts": {"build": "tsc"}, "dependencies": {"express": "4"}}',
        "package-lock.json": '{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}}}',
        "main.ts": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    path = tmp_path / "Dockerfile"
    first = refactor(Request(path, path.read_bytes(), tmp_path), (STRATEGY,)).result
    assert isinstance(first, Rewritten)
    assert b"COPY package-lock.json package.json ./\nRUN npm ci\nCOPY . .\n" in first.data
    assert first.data.index(b"RUN mkdir /made\n") < first.data.index(b"COPY --from=builder")
    again = refactor(Request(path, first.data, tmp_path), (STRATEGY,)).result
    assert not isinstance(again, Rewritten)


@pytest.mark.parametrize(
    ("source", "environment", "place"),
    [
        ("write(process.env.MODELS)", {"MODELS": "/app/data"}, None),
        ("write(process.env.MODELS)", {"MODELS": "/models"}, "unknown"),
        ("write(process.env['MODELS'])", {"MODELS": "/made/models"}, "/made"),
        ("write(process.env.PUBLIC_URL)", {"PUBLIC_URL": "/shop"}, None),
        ("write(process.env.OTHER)", {"MODELS": "/models"}, None),
        ("write(os.homedir() + '/.tool')", {}, "/root"),
    ],
)
def test_places_that_a_script_names_by_variables_or_as_the_home_go_along(
    tmp_path: Path, source: str, environment: dict[str, str], place: str | None
) -> None:
    own = make(
        tmp_path,
        {"package.json": EXPRESS, "get.js": f"require('./a'); x({source})", "a.js": "require('writer')"},
    )
    tree = own.state.tree.then(Changed(region("/made"), "mkdir /made"))
    known = {**own.state.environment, **environment}
    effect = Project(own.context, replace(own.state, tree=tree, environment=known)).effect("node get.js")
    written = {written.path for written in effect.writes} - {"/app"}
    assert ("unknown" if effect.opaque else next(iter(written), None)) == place


@pytest.mark.parametrize(
    ("path", "read"), [("/libs", True), ("/entrypoint.sh", False), ("/etc/nginx/nginx.conf", False)]
)
def test_a_build_may_read_what_lies_beside_the_project(tmp_path: Path, path: str, read: bool) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "libs": ""})
    state = replace(own.state, tree=own.state.tree.then(Placed(region(path), "libs")))
    assert (region(path) in Project(own.context, state).effect("npx tsc").reads) is read
