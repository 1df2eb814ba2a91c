"""Dev dependencies stay where a prune would undo what else was done to node_modules, or lacks what the install had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from node_image import make
from node_pruning import dockerfile, manifest, plan_of, prune_in
from restage.engine import Rewritten

SERVER = {"server.js": "require('express')().listen(3000)\n"}
LINKS = "node -e \"var s='../src',d='node_modules/src',fs=require('fs');fs.symlinkSync(s,d,'dir')\""
PATCHES = (
    "const f = 'node_modules/express/index.js'\nfs.writeFileSync(f, fs.readFileSync(f).replace('a', 'b'))\n"
)
ENTRIES = {
    "": {"dependencies": {"express": "^1.0.0"}, "devDependencies": {"mocha": "^1.0.0"}},
    "node_modules/express": {"version": "1.0.0"},
    "node_modules/mocha": {"version": "1.0.0", "dev": True},
}
LOCK = json.dumps({"lockfileVersion": 3, "packages": ENTRIES})
PRUNE = "npm prune --omit=dev"
YARN_LOCK = "# yarn lockfile v1\n\n\n" + "\n".join(
    f'{name}@^1.0.0:\n  version "1.0.0"\n' for name in ("express", "mocha")
)
YARN_PRUNE = "yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile"


def project(script: str = "", dependencies: str = "express", **files: str) -> dict[str, str]:
    scripts = {"start": "node server.js", **({"postinstall": script} if script else {})}
    package = manifest(dependencies=dependencies, scripts=scripts)
    return {**SERVER, "package.json": json.dumps(package), "package-lock.json": LOCK, **files}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (project("node tools/welcome.js", **{"tools/welcome.js": "console.log('node_modules')"}), PRUNE),
        (project(LINKS), None),
        (project("link-module-alias"), PRUNE),
        (project("link-module-alias", "express link-module-alias"), None),
        (project("sed -i s/a/b/ node_modules/express/index.js"), None),
        (project("node tools/fix.js", **{"tools/fix.js": PATCHES}), None),
        (project("node tools/fix", **{"tools/fix.js": PATCHES}), None),
    ],
)
def test_what_scripts_do_to_node_modules_would_be_undone(
    tmp_path: Path, files: dict[str, str], command: str | None
) -> None:
    lock = json.loads(files["package-lock.json"])
    if "link-module-alias" in json.loads(files["package.json"])["dependencies"]:
        lock["packages"][""]["dependencies"]["link-module-alias"] = "^1.0.0"
        lock["packages"]["node_modules/link-module-alias"] = {"version": "1.0.0"}
    files = {**files, "package-lock.json": json.dumps(lock)}
    text = dockerfile().replace("COPY package*.json ./", "COPY . .", 1)
    assert prune_in(tmp_path, files, text) == command


@pytest.mark.parametrize(
    ("settings", "text", "command"),
    [
        ("legacy-peer-deps=true\n", dockerfile(), None),
        (
            "save-exact=true\n//r.example/:_authToken=${T}\n@a:registry=https://r.example\n",
            dockerfile(),
            PRUNE,
        ),
        ("legacy-peer-deps=true\n", dockerfile(copied="package*.json .npmrc"), PRUNE),
        ("legacy-peer-deps=true\n", dockerfile("npm ci && rm .npmrc", copied="package*.json .npmrc"), PRUNE),
        ("", dockerfile("echo legacy-peer-deps=true > .npmrc && npm ci && rm .npmrc"), None),
        ("", dockerfile('echo "//r.example/:_authToken=$T" > .npmrc && npm ci && rm .npmrc'), PRUNE),
    ],
)
def test_npm_has_to_find_the_settings_that_it_had(
    tmp_path: Path, settings: str, text: str, command: str | None
) -> None:
    files = {**project(), **({".npmrc": settings} if settings else {})}
    assert prune_in(tmp_path, files, text) == command


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ("omit=dev\n", None),
        ("omit[] = dev ; not here\n", None),
        ("production\n", None),
        ("include=dev\n", None),
        ("install-strategy=nested\n", None),
        ("bin-links=false\n", None),
        ("package-lock=false\n", f"{PRUNE} --no-package-lock"),
        ("# omit=dev\n; omit=dev\nforce=true\n", PRUNE),
    ],
)
def test_settings_of_a_file_count_as_options_do(tmp_path: Path, settings: str, command: str | None) -> None:
    text = dockerfile(copied="package*.json .npmrc")
    assert prune_in(tmp_path, {**project(), ".npmrc": settings}, text) == command


@pytest.mark.parametrize(
    ("install", "settings", "what"),
    [
        ("npm ci", "omit=dev\n", "what npm installed for running"),
        ("npm ci --include=dev", "omit=dev\n", "what npm installed"),
        ("npm ci --omit=optional", "omit=dev\n", "what npm installed"),
        ("npm ci", "", "what npm installed"),
    ],
)
def test_a_file_may_tell_an_install_to_leave_them_out(
    tmp_path: Path, install: str, settings: str, what: str
) -> None:
    own = make(tmp_path, {**project(), ".npmrc": settings})
    assert what in [product.what for product in own.products(install)]


def test_an_option_wins_over_a_setting_of_a_file(tmp_path: Path) -> None:
    text = dockerfile("npm install --package-lock", copied="package*.json .npmrc")
    assert prune_in(tmp_path, {**project(), ".npmrc": "package-lock=false\n"}, text) == PRUNE


def test_settings_that_are_gone_before_the_prune_keep_all(tmp_path: Path) -> None:
    text = dockerfile("npm ci && rm .npmrc", copied="package*.json .npmrc")
    files = {**project(), ".npmrc": "legacy-peer-deps=true\n"}
    assert prune_in(tmp_path, files, text.replace("COPY . .", "COPY server.js .")) is None


@pytest.mark.parametrize(
    ("install", "command"),
    [
        ("yarn --frozen-lockfile", YARN_PRUNE),
        ("--mount=type=cache,target=/usr/local/share/.cache/yarn yarn --frozen-lockfile", None),
        ("--mount=type=cache,target=/usr/local/share/.cache yarn --frozen-lockfile", None),
        ("--mount=type=cache,target=/root/.npm yarn --frozen-lockfile", YARN_PRUNE),
        ("yarn --frozen-lockfile && rm -rf /usr/local/share/.cache/yarn", None),
    ],
)
def test_yarn_has_to_find_the_cache_that_it_filled(tmp_path: Path, install: str, command: str | None) -> None:
    files = {**project(), "yarn.lock": YARN_LOCK}
    del files["package-lock.json"]
    assert prune_in(tmp_path, files, dockerfile(install, copied="package.json yarn.lock")) == command


@pytest.mark.parametrize(
    ("start", "file", "command"),
    [
        ("typeorm-ts-node-commonjs migration:run -d data.ts", "", None),
        ("typeorm migration:run -d data.ts", "", None),
        ("typeorm migration:run -d data.js", "", PRUNE),
        ("knex migrate:latest", "knexfile.ts", None),
        ("knex migrate:latest", "knexfile.js", PRUNE),
        ("tsx data.ts", "", PRUNE),
        ("mikro-orm migration:up", "", None),
    ],
)
def test_what_translates_for_a_program_that_loads_typescript_stays(
    tmp_path: Path, start: str, file: str, command: str | None
) -> None:
    package = manifest(dependencies="typeorm knex tsx", dev="ts-node", **{"mikro-orm": {"useTsNode": True}})
    locked = {"typeorm", "knex", "tsx", "ts-node"}
    entries = {
        "": {key: package[key] for key in ("dependencies", "devDependencies")},
        **{f"node_modules/{name}": {"version": "1.0.0", "dev": name == "ts-node"} for name in locked},
    }
    lock = json.dumps({"lockfileVersion": 3, "packages": entries})
    files = {
        **SERVER,
        "package.json": json.dumps(package),
        "package-lock.json": lock,
        "data.ts": "export {}\n",
    }
    files |= {"server.js": "require('knex')\n", **({file: "module.exports = {}\n"} if file else {})}
    text = dockerfile(start=f'sh -c "npx {start} && node server.js"')
    assert prune_in(tmp_path, files, text) == command


def test_nothing_is_pruned_for_a_server_that_brings_its_modules(tmp_path: Path) -> None:
    package = manifest(dependencies="next", scripts={"build": "next build"})
    lock = LOCK.replace("express", "next")
    files = {
        "package.json": json.dumps(package),
        "package-lock.json": lock,
        "next.config.js": "module.exports = { output: 'standalone' }\n",
        "pages/index.js": "export default () => null\n",
    }
    text = dockerfile(start="node .next/standalone/server.js").replace(
        "COPY . .", "COPY . .\nRUN npm run build"
    )
    result = plan_of(tmp_path, files, text).result
    assert isinstance(result, Rewritten)
    assert b"prune" not in result.data
