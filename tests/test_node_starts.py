"""What the start of a Node.js program comes to, and what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, Project, make
from projects import SEARCH_PATH
from restage.api import PackageNeed, PathNeed, ProgramNeed, replace
from restage_strategies.node import STRATEGY

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
    "text",
    [
        "npm run gone",
        "pm2-runtime processes.json",
        "npm start -w nobody",
        "npx some-thing",
        "npx node-red -u /data",
    ],
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


def test_programs_that_talk_to_servers_need_certificates(tmp_path: Path) -> None:
    source = "require('child_process').execSync('git fetch')"
    own = make(tmp_path, {"package.json": EXPRESS, "server.js": source})
    needs = own.resolve("node server.js").needs
    assert "ca-certificates" in {n.apt for n in needs if isinstance(n, PackageNeed)}


@pytest.mark.parametrize(
    ("source", "programs"),
    [
        ("import exec from '@actions/exec'\nexec.exec('unzip', ['a'])", {"unzip"}),
        ("import { which } from '@actions/io'\nwhich('jq', true)", {"jq"}),
        ("require('./run')('unzip', ['a.zip'])", {"unzip"}),
        ("require('./run')('unzip')", set()),
        ("require('./run')('git', ['clone', url])", {"git", "ssh"}),
        ("require('./run')('git', ['clone', 'https://h.example/a'])", {"git"}),
        ("require('./run')('git', ['log'])", {"git"}),
    ],
)
def test_programs_are_found_whatever_starts_them(tmp_path: Path, source: str, programs: set[str]) -> None:
    files = {"package.json": EXPRESS, "server.js": source, "run.js": "require('cross-spawn')"}
    own = make(tmp_path, dict(files))
    named = {n.program for n in own.resolve("node server.js").needs if isinstance(n, ProgramNeed)}
    assert named - {"node"} == programs


def test_a_program_of_the_project_itself_is_followed_by_its_name(tmp_path: Path) -> None:
    source = "require('child_process').execSync('git log')"
    manifest = {**EXPRESS, "bin": {"teller": "./bin/teller.js"}}
    own = make(tmp_path, {"package.json": manifest, "bin/teller.js": source})
    needs = own.resolve("teller --all", "npm link").needs
    assert {"node", "git"} <= {n.program for n in needs if isinstance(n, ProgramNeed)}
    assert "/app/bin/teller.js" in {n.path for n in needs if isinstance(n, PathNeed)}


@pytest.mark.parametrize(("first", "found"), [("env -S node --no-warnings", True), ("env python3", False)])
def test_a_script_on_path_is_run_by_what_its_first_line_says(tmp_path: Path, first: str, found: bool) -> None:
    source = f"#!/usr/bin/{first}\nrequire('child_process').execSync('git log')\n"
    own = make(tmp_path, {"package.json": EXPRESS, "bin/teller": source}, PATH=f"/app/bin:{SEARCH_PATH}")
    command = own.commands("teller --all")[0]
    assert (STRATEGY.resolve(command, own.state, own.case()) is not None) is found


def test_a_start_in_a_folder_of_scripts_is_searched(tmp_path: Path) -> None:
    source = "require('child_process').spawn('curl', [u])"
    own = make(
        tmp_path, {"package.json": EXPRESS, "scripts/run.js": "require('./a')", "scripts/a.js": source}
    )
    assert "curl" in {
        n.program for n in own.resolve("node scripts/run.js").needs if isinstance(n, ProgramNeed)
    }
    assert "curl" not in {n.program for n in own.resolve("node other.js").needs if isinstance(n, ProgramNeed)}


@pytest.mark.parametrize(
    ("start", "developing"),
    [
        ("npm-run-all -p api web", True),
        ("run-p api web", True),
        ("npm-run-all --max-parallel 2 web api", True),
        ("concurrently -p api 'npm:web'", False),
        ("pm2-runtime there.config.js", True),
        ("pm2-runtime here.config.js", False),
    ],
)
def test_scripts_are_followed_to_where_they_run(tmp_path: Path, start: str, developing: bool) -> None:
    scripts = {"start": start, "api": "nodemon a.js", "web": "node a.js"}
    app = "module.exports = { apps: [{ script: 'npm', args: 'run api', cwd: %s }] }"
    files: dict[str, object] = {
        "package.json": {**EXPRESS, "scripts": scripts},
        "a.js": "",
        "sub/package.json": {"scripts": {"api": "node x.js"}},
        "there.config.js": app % "__dirname",
        "here.config.js": app % "'./sub'",
    }
    found = [one.toolchain for one in make(tmp_path, files).follow("npm start") if one.toolchain]
    assert bool(found) is developing


@pytest.mark.parametrize("text", ["npm start", "nf start", "pm2-runtime a.config.js"])
def test_a_start_of_which_the_place_or_the_programs_are_not_told_may_be_anything(
    tmp_path: Path, text: str
) -> None:
    config = "module.exports = { apps: [{ script: 'a.js', cwd: join(x) }, { script: 'b.js' }] }"
    own = make(tmp_path, {"package.json": EXPRESS, "server.js": "", "a.config.js": config})
    assert not own.resolve("npm start").anything
    lost = Project(own.context, replace(own.state, wandered=text == "npm start"))
    assert lost.resolve(text).anything


LISTS = {
    "p.config.js": "module.exports={apps:[{script:'a.js',env:{A:'1'},interpreter:'python3'},{script:'b.js'}]}",
    "p.json": '{"apps": [{"exec_interpreter": "python3", "script": "a.js"}, {"script": "b.js"}]}',
    "q.config.js": """module.exports = { apps: [
  // { name: 'old', script: 'old.py' },
  { name: `}`, script: "a.js", interpreter: 'python3', args: `--port ${PORT}` },
  { name: 'b', script: 'b.js', args: ['run', 'x'], watch: true } ] }
""",
    "p.yml": "apps:\n  - script: a.js\n    interpreter: python3\n  - name: b\n    script: b.js\n",
}


@pytest.mark.parametrize("path", LISTS)
def test_an_interpreter_is_that_of_its_own_program(tmp_path: Path, path: str) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "a.js": "", "b.js": "", path: LISTS[path]})
    assert [str(run) for run in own.resolve(f"pm2-runtime {path}").runs] == ["python3 a.js", "node b.js"]


@pytest.mark.parametrize(
    ("apps", "runs"),
    [
        ("{script: 'a.js'}, {script: 'npm', args: 'run job'}", ["node a.js", "sh -c npm run job"]),
        ("{script: 'npm', args: ['run', 'job'], cwd: './x'}", ["sh -c cd ./x && sh -c 'npm run job'"]),
        ("{script: 'a.js'}, {script: path.join(__dirname, 'b.py')}", []),
        ("{script: 'a.js', interpreter: PYTHON}", []),
        ("{script: 'npm', args: `run ${JOB}`}", []),
        ("{...common, script: 'a.js'}", []),
        ("{script}", []),
    ],
)
def test_each_program_of_a_process_list_has_words_of_its_own(
    tmp_path: Path, apps: str, runs: list[str]
) -> None:
    config = {"p.config.js": f"module.exports = {{ apps: [{apps}] }}"}
    found = make(tmp_path, {"package.json": EXPRESS, "a.js": "", **config}).resolve("pm2-runtime p.config.js")
    assert [str(run) for run in found.runs] == runs
    assert bool(found.anything) is not bool(runs)


@pytest.mark.parametrize(
    ("start", "run"),
    [
        ("pm2 start jobs/sync.py --name sync", "python jobs/sync.py"),
        ("pm2-runtime start jobs/sync.py --interpreter python3", "python3 jobs/sync.py"),
        ("pm2-runtime jobs/run.sh --interpreter=ash", "ash jobs/run.sh"),
        ("pm2-runtime bin/serve --interpreter none", "bin/serve"),
    ],
)
def test_pm2_runs_a_file_with_the_interpreter_of_its_ending_or_of_an_option(
    tmp_path: Path, start: str, run: str
) -> None:
    own = make(tmp_path, {"package.json": EXPRESS, "jobs/sync.py": "", "jobs/run.sh": "", "bin/serve": ""})
    assert [str(command) for command in own.resolve(start).runs] == [run]
