"""What packages and sources need of the image, and what that leaves open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node_image import EXPRESS, Project, make, reductions
from restage.api import (
    Basis,
    ClaimKind,
    PackageNeed,
    Product,
    ProductKind,
    ProgramNeed,
    ReductionKind,
    State,
    Tree,
    region,
)
from restage.api.tree import Changed, Placed
from restage_strategies.node import STRATEGY
from restage_strategies.node.locks import read_lock


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


def test_a_lock_of_another_manager_proves_nothing(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "package-lock.json": lock(bcrypt={"hasInstallScript": True}),
    }
    own = make(tmp_path, files)
    product = Product(region("/app/node_modules"), ProductKind.DEPENDENCIES, "what yarn installed", "node")
    found = next(iter(STRATEGY.reductions(product, (), own.state, own.case())))
    assert found.claims[0].evidence.basis is Basis.SEARCH


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


@pytest.mark.parametrize(
    ("dependency", "source", "called"),
    [
        ("hubot", "", {"curl"}),
        ("express", "require('./scripts/' + name)", {"curl"}),
        ("express", "readdirSync('scripts')", {"curl"}),
        ("express", "// see the scripts", set()),
    ],
)
def test_a_folder_of_jobs_counts_where_something_that_runs_loads_it(
    tmp_path: Path, dependency: str, source: str, called: set[str]
) -> None:
    job = "child = require 'child_process'\nchild.exec 'curl -s http://x'"
    files: dict[str, object] = {
        "package.json": {"dependencies": {dependency: "1"}},
        "main.js": source,
        "scripts/ip.coffee": job,
    }
    needs = reductions(make(tmp_path, files))[ReductionKind.SIBLING_BASE].needs
    assert {n.program for n in needs if isinstance(n, ProgramNeed)} == called


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("execFile(join(__dirname, 'bin', 'backup.sh'))", {"curl", "unzip"}),
        ("exec('sh ./bin/backup.sh now')", {"curl", "unzip"}),
        ("exec('./bin/all.sh')", {"curl", "unzip"}),
        ("exec('sh other.sh')", set()),
        ("exec('bin/pull.sh')", {"git", "ssh"}),
    ],
)
def test_programs_of_shell_scripts_that_sources_start_are_needed(
    tmp_path: Path, source: str, called: set[str]
) -> None:
    files: dict[str, object] = {
        "package.json": EXPRESS,
        "main.js": f"const {{ exec, execFile }} = require('child_process')\n{source}",
        "bin/backup.sh": "#!/bin/sh\n# git is not called\nif curl -f x; then\n  echo wget && unzip -q x\nfi\n",
        "bin/all.sh": "./bin/backup.sh\n",
        "bin/pull.sh": "cd /repo && git pull\n",
    }
    needs = reductions(make(tmp_path, files))[ReductionKind.SIBLING_BASE].needs
    assert {n.program for n in needs if isinstance(n, ProgramNeed)} == called


def test_what_people_call_in_a_terminal_is_not_told(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "a.js": "require('node-pty').spawn(shell, [])"})
    claims = reductions(own)[ReductionKind.SIBLING_BASE].claims
    unnamed = next(claim for claim in claims if claim.kind is ClaimKind.UNNAMED_PROGRAM)
    assert unnamed.evidence.missing == ("what people call in the terminal of a.js",)


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
    assert {n.apt for n in needs if isinstance(n, PackageNeed)} == {"libpq-dev", "ca-certificates"}


def test_a_library_that_sources_load_by_name_leaves_the_sibling_open(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "lib/a.js": "const l = ffi.Library('libmagic', {})"})
    assert reductions(own)[ReductionKind.SIBLING_BASE].claims[0].evidence.missing == ("libmagic (lib/a.js)",)


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
