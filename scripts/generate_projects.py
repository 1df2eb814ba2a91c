"""Writes thousands of made-up projects, each with a Dockerfile, for measuring restage on many files.

    python scripts/generate_projects.py FOLDER [--count 10000] [--seed 4] [--repository]

The same count and seed give the same bytes, and no two projects are alike: names, versions, packages, layouts, sources,
locks, .dockerignore and compose files are drawn for each. They are in six ecosystems (Node.js, Python, Go, Rust, Maven and
static front ends), most of them single-stage files that can be split, the others what else is found in the wild: toolboxes,
development servers, files with stages. FOLDER has to be new or empty. `--repository` makes all of it
one repository with one `.git`; without it each project stands alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

Files = dict[str, str]

ADJECTIVES = """
    amber brisk calm dusty early fuzzy grand hazel ivory jolly keen lunar mellow noble olive plain quiet
    rapid silver tidy
""".split()
NOUNS = """
    anchor basket canyon dealer ember ferry garden harbor invoice journal kettle ledger market needle
    orchard parcel quarry ribbon signal ticket
""".split()
THINGS = """
    account address batch booking cart client courier customer device event export group item label member
    notice order page payment price quote record region report route score session shelf stock tag task
    token topic trip user vendor visit voucher window
""".split()
VERBS = """
    add apply build check close collect count create drop fetch filter find join list load mark merge open
    parse pick read render save send sort split store sum trim update
""".split()
JAVASCRIPT = """
    accepts ansi-styles asynckit axios balanced-match body-parser bytes call-bind chalk combined-stream
    commander compression content-type cookie cors debug deep-is depd destroy dotenv ee-first encodeurl
    escape-html etag eventemitter3 express fast-deep-equal finalhandler follow-redirects forwarded fresh
    function-bind get-intrinsic graceful-fs has-flag has-symbols helmet hasown http-errors iconv-lite
    inherits ipaddr.js is-number isarray json-schema-traverse jsonwebtoken kind-of koa lodash lru-cache
    luxon media-typer merge-descriptors methods mime mime-db mime-types minimatch morgan ms nanoid
    negotiator object-inspect on-finished once parseurl path-to-regexp proxy-addr qs range-parser raw-body
    reusify safe-buffer semver send serve-static setprototypeof side-channel statuses supports-color
    to-regex-range toidentifier tslib type-is unpipe uuid vary winston ws yallist zod
""".split()
DEVELOPMENT = """
    @types/express @types/jest @types/node eslint jest nodemon prettier supertest ts-jest ts-node
    typescript
""".split()
PYTHON = """
    aiohttp alembic anyio attrs boto3 celery click cryptography fastapi flask-cors gunicorn httpx
    itsdangerous jinja2 markupsafe marshmallow numpy orjson pandas pillow pydantic pyjwt python-dateutil
    python-dotenv pyyaml redis requests rich sqlalchemy tenacity tqdm typer urllib3 uvicorn werkzeug
""".split()
GO_MODULES = """
    github.com/go-chi/chi/v5 github.com/google/uuid github.com/gorilla/mux github.com/joho/godotenv
    github.com/prometheus/client_golang github.com/rs/zerolog github.com/sirupsen/logrus
    github.com/spf13/cobra github.com/spf13/viper
    github.com/stretchr/testify go.uber.org/zap golang.org/x/sync golang.org/x/text gopkg.in/yaml.v3
""".split()
CRATES = """
    anyhow axum bytes chrono clap env_logger futures hyper itoa libc log memchr mio once_cell parking_lot
    rand regex serde serde_json smallvec thiserror tokio tower tracing url uuid
""".split()


class Draw:
    """Everything that is drawn for one project."""

    def __init__(self, number: int, seed: int) -> None:
        self.random = Random(f"{seed}:{number}")
        self.number = number
        self.name = f"{self.one(ADJECTIVES)}-{self.one(NOUNS)}-{number}"
        self.port = self.random.randrange(1024, 9999)
        self.folder = self.one(
            "/app",
            "/app",
            "/app",
            "/usr/src/app",
            "/srv/" + self.name,
            "/code",
            "/opt/" + self.name,
            "/home/app",
        )

    def one(self, *choices: str | list[str]) -> str:
        """One of some texts, or of a list."""
        found = choices[0] if len(choices) == 1 and isinstance(choices[0], list) else list(choices)
        return str(self.random.choice(found))

    def some(self, choices: list[str], least: int, most: int) -> list[str]:
        """Some of a list, in its order."""
        chosen = set(self.random.sample(choices, min(len(choices), self.random.randint(least, most))))
        return [choice for choice in choices if choice in chosen]

    def chance(self, of_ten: int) -> bool:
        return self.random.randrange(10) < of_ten

    def version(self, major: int = 9) -> str:
        return f"{self.random.randint(1, major)}.{self.random.randrange(30)}.{self.random.randrange(20)}"

    def word(self) -> str:
        return f"{self.one(VERBS)}_{self.one(THINGS)}"

    def digest(self) -> str:
        return f"{self.random.getrandbits(512):0128x}"


def lines(*parts: str | list[str]) -> str:
    """A text file of lines; empty parts are left out."""
    flat = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\n".join(line for line in flat if line) + "\n"


def spaced(*blocks: str | list[str]) -> str:
    """A Dockerfile: blocks with an empty line between."""
    return "\n".join(lines(*([block] if isinstance(block, str) else block)) for block in blocks if block)


def named(draw: Draw, body: Callable[[str], str], least: int, most: int) -> list[str]:
    """Distinct functions of a source file."""
    names = {f"{draw.word()}_{draw.random.randrange(99)}" for _ in range(draw.random.randint(least, most))}
    return [body(name) for name in sorted(names)]


def javascript(draw: Draw, most: int = 12) -> str:
    def body(name: str) -> str:
        limit, what = draw.random.randrange(500), draw.one(THINGS)
        return (
            f"function {name}({what}s) {{\n  const kept = {what}s.filter(({what}) => {what}.size > {limit});\n"
            f"  return kept.map(({what}) => ({{ ...{what}, seen: true }}));\n}}\nexports.{name} = {name};\n"
        )

    return "'use strict';\n\n" + "\n".join(named(draw, body, 2, most))


def typescript(draw: Draw) -> str:
    def body(name: str) -> str:
        what = draw.one(THINGS)
        return (
            f"export function {name}({what}: number[]): number {{\n"
            f"  return {what}.reduce((a, b) => a + b, {draw.random.randrange(99)});\n"
            "}\n"
        )

    return "\n".join(named(draw, body, 2, 12))


def python(draw: Draw, *imports: str) -> str:
    def body(name: str) -> str:
        what = draw.one(THINGS)
        return (
            f'def {name}({what}s, limit={draw.random.randrange(500)}):\n    """{name.replace("_", " ")}."""\n'
            f"    kept = [{what} for {what} in {what}s if len({what}) < limit]\n    return sorted(kept)\n"
        )

    return "\n".join(f"import {name}" for name in imports) + "\n\n\n" + "\n\n".join(named(draw, body, 2, 14))


def go(draw: Draw, package: str) -> str:
    def body(name: str) -> str:
        title = "".join(part.title() for part in name.split("_"))
        return (
            f"func {title}(values []int) int {{\n\ttotal := {draw.random.randrange(99)}\n"
            f"\tfor _, v := range values {{\n\t\ttotal += v\n"
            "\t}\n\treturn total\n}\n"
        )

    return f"package {package}\n\n" + "\n".join(named(draw, body, 2, 14))


def go_main(draw: Draw, *imports: str) -> str:
    known = "\n".join(f'\t"{name}"' for name in sorted({"fmt", "net/http", *imports}))
    handler = f'\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ fmt.Fprintln(w, "{draw.name}") }})\n'
    return (
        f"package main\n\nimport (\n{known}\n)\n\nfunc main() {{\n"
        f'{handler}\thttp.ListenAndServe(":{draw.port}", nil)\n'
        "}\n"
    )


def rust(draw: Draw) -> str:
    def body(name: str) -> str:
        return (
            f"pub fn {name}(values: &[u64]) -> u64 {{\n    values.iter().sum::<u64>() + {draw.random.randrange(99)}\n"
            "}\n"
        )

    return "\n".join(named(draw, body, 2, 12))


def java(draw: Draw, package: str, name: str) -> str:
    def body(method: str) -> str:
        return (
            f"    public static long {method}(long[] values) {{\n"
            f"        return java.util.Arrays.stream(values).sum() + {draw.random.randrange(99)}L;\n"
            "    }\n"
        )

    return f"package {package};\n\npublic class {name} {{\n" + "\n".join(named(draw, body, 2, 10)) + "}\n"


def ignored(draw: Draw, *always: str) -> Files:
    """A .dockerignore, most of the time."""
    usual = "*.md\n.env\n.github\n.vscode\ncoverage\ndocs\nMakefile\n**/*.log\ntests\n.idea\nDockerfile\ncompose.yaml".split(
        "\n"
    )
    return {".dockerignore": lines(list(always), draw.some(usual, 0, 8))} if draw.chance(8) else {}


def composed(draw: Draw) -> Files:
    """A compose file, now and then; some give a command or an environment."""
    if not draw.chance(3):
        return {}
    service = [f"  {draw.one(THINGS)}:", "    build: .", f'    ports: ["{draw.port}:{draw.port}"]']
    if draw.chance(5):
        service += ["    environment:", f"      LOG_LEVEL: {draw.one('info', 'debug', 'warn')}"]
    if draw.chance(4):
        service += ["    depends_on: [db]", "  db:", f"    image: postgres:{draw.random.randint(12, 17)}"]
    return {draw.one("compose.yaml", "docker-compose.yml"): lines("services:", service)}


def extras(draw: Draw) -> Files:
    """What lies beside most projects."""
    found = {
        "README.md": f"# {draw.name}\n\nHow to {draw.word().replace('_', ' ')}.\n",
        ".gitignore": "*.log\n.env\n",
    }
    if draw.chance(3):
        found[".github/workflows/ci.yml"] = lines(
            "on: push",
            "jobs:",
            "  test:",
            "    runs-on: ubuntu-latest",
            "    steps:",
            "      - uses: actions/checkout@v4",
        )
    return found


def labels(draw: Draw) -> list[str]:
    """Lines that have nothing to do with the build."""
    return draw.some(
        [
            f'LABEL org.opencontainers.image.title="{draw.name}"',
            f'LABEL maintainer="{draw.one(NOUNS)}@example.com"',
            f"ENV TZ={draw.one('UTC', 'Europe/Vienna', 'Asia/Tokyo')}",
            f"ENV LOG_LEVEL={draw.one('info', 'warn', 'debug')}",
            "# built by the pipeline",
        ],
        0,
        3,
    )


def health(draw: Draw) -> str:
    return (
        f"HEALTHCHECK --interval={draw.random.randint(5, 60)}s CMD curl -fsS http://localhost:{draw.port}/ || exit 1"
        if draw.chance(2)
        else ""
    )


def package_json(
    draw: Draw, scripts: dict[str, str], dependencies: list[str], development: list[str]
) -> tuple[str, dict[str, object]]:
    """package.json, and the root of its lock."""
    runtime = {name: draw.version() for name in dependencies}
    root: dict[str, object] = {"name": draw.name, "version": draw.version(3), "dependencies": runtime}
    if development:
        root["devDependencies"] = {name: draw.version() for name in development}
    return json.dumps({**root, "private": True, "scripts": scripts}, indent=2) + "\n", root


def npm_lock(draw: Draw, root: dict[str, object]) -> str:
    """A package-lock.json with the direct packages and others."""
    packages: dict[str, object] = {"": root}
    direct = {**dict_of(root.get("dependencies")), **dict_of(root.get("devDependencies"))}
    others = {name: draw.version() for name in draw.some(JAVASCRIPT, 10, 90) if name not in direct}
    for name, version in sorted({**direct, **others}.items()):
        entry: dict[str, object] = {
            "version": version,
            "integrity": f"sha512-{draw.digest()[:86]}==",
            "license": "MIT",
        }
        if name in dict_of(root.get("devDependencies")):
            entry["dev"] = True
        if draw.chance(3):
            entry["engines"] = {"node": ">= 8"}
        packages[f"node_modules/{name}"] = entry
    return (
        json.dumps(
            {"name": draw.name, "lockfileVersion": 3, "requires": True, "packages": packages}, indent=2
        )
        + "\n"
    )


def dict_of(value: object) -> dict[str, str]:
    return value if isinstance(value, dict) else {}


def yarn_lock(draw: Draw, root: dict[str, object]) -> str:
    direct = {**dict_of(root.get("dependencies")), **dict_of(root.get("devDependencies"))}
    entries = [
        f'"{name}@{version}":\n  version "{version}"\n  integrity sha512-{draw.digest()[:86]}==\n'
        for name, version in sorted(direct.items())
    ]
    return "# yarn lockfile v1\n\n\n" + "\n".join(entries)


def node_base(draw: Draw) -> str:
    return f"FROM node:{draw.one('18', '20', '20', '22', '20-bookworm', '18-bullseye', '22-bookworm')}"


def node_files(draw: Draw, scripts: dict[str, str], development: int, yarn: bool = False) -> Files:
    text, root = package_json(
        draw,
        scripts,
        ["express", *draw.some(JAVASCRIPT, 1, 8)],
        draw.some(DEVELOPMENT, 1, development) if development else [],
    )
    lock = {"yarn.lock": yarn_lock(draw, root)} if yarn else {"package-lock.json": npm_lock(draw, root)}
    return {"package.json": text, **lock, **ignored(draw, "node_modules"), **composed(draw), **extras(draw)}


def node_server(draw: Draw, *modules: str) -> str:
    required = "\n".join(f"const {name.rpartition('/')[2]} = require('./{name}');" for name in modules)
    serve = f"http.createServer((request, response) => response.end('{draw.name}')).listen({draw.port});"
    return f"const http = require('http');\n{required}\n{serve}\n"


def node_modules(draw: Draw, folder: str, suffix: str, source: Callable[[Draw], str]) -> Files:
    return {f"{folder}/{draw.word()}.{suffix}": source(draw) for _ in range(draw.random.randint(1, 9))}


def node_express(draw: Draw) -> Files:
    main, install = (
        draw.one("server.js", "index.js", "app.js"),
        draw.one("npm ci", "npm install", "npm ci --omit=dev"),
    )
    sources = node_modules(draw, "lib", "js", javascript)
    start = draw.one(f'CMD ["node", "{main}"]', 'CMD ["npm", "start"]', "CMD npm start")
    dockerfile = spaced(
        [node_base(draw), *labels(draw)],
        [f"WORKDIR {draw.folder}", f"COPY package*.json {draw.one('./', '.')}", f"RUN {install}"],
        [draw.one("COPY . .", "COPY . ./"), f"EXPOSE {draw.port}", health(draw), start],
    )
    server = node_server(draw, *(name.removesuffix(".js") for name in sources))
    return {
        **node_files(draw, {"start": f"node {main}"}, 4),
        **sources,
        main: server,
        "Dockerfile": dockerfile,
    }


def node_typescript(draw: Draw) -> Files:
    scripts = {"build": "tsc -p tsconfig.json", "start": "node dist/server.js", "test": "jest"}
    dockerfile = spaced(
        [node_base(draw), f"WORKDIR {draw.folder}"],
        ["COPY package.json package-lock.json ./", f"RUN npm ci{draw.one('', ' --no-audit --no-fund')}"],
        ["COPY tsconfig.json .", "COPY src ./src", "RUN npm run build"],
        [
            *labels(draw),
            "ENV NODE_ENV=production" if draw.chance(7) else "",
            f"EXPOSE {draw.port}",
            'CMD ["npm", "start"]',
        ],
    )
    config = json.dumps(
        {
            "compilerOptions": {
                "outDir": "dist",
                "rootDir": "src",
                "target": draw.one("es2020", "es2022"),
                "module": "commonjs",
            }
        }
    )
    main = f"import http from 'http';\nhttp.createServer((_, res) => res.end('{draw.name}')).listen({draw.port});\n"
    files = node_files(draw, scripts, 8)
    return {
        **files,
        **node_modules(draw, "src", "ts", typescript),
        "src/server.ts": main,
        "tsconfig.json": config,
        "Dockerfile": dockerfile,
    }


def node_yarn(draw: Draw) -> Files:
    dockerfile = spaced(
        [node_base(draw), f"ENV PORT={draw.port}", f"WORKDIR {draw.folder}"],
        [
            "COPY package.json yarn.lock ./",
            f"RUN yarn install --frozen-lockfile{draw.one('', ' --production', ' && yarn cache clean')}",
        ],
        ["COPY . .", "EXPOSE $PORT", draw.one("USER node", ""), 'CMD ["node", "src/index.js"]'],
    )
    sources = node_modules(draw, "src", "js", javascript)
    server = node_server(draw, *(name.removeprefix("src/").removesuffix(".js") for name in sources))
    return {
        **node_files(draw, {"start": "node src/index.js"}, 3, yarn=True),
        **sources,
        "src/index.js": server,
        "Dockerfile": dockerfile,
    }


def node_one_layer(draw: Draw) -> Files:
    dockerfile = lines(
        node_base(draw),
        labels(draw),
        f"COPY . {draw.folder}",
        f"WORKDIR {draw.folder}",
        "RUN npm install && npm cache clean --force",
        f"EXPOSE {draw.port}",
        "CMD node server.js",
    )
    return {
        **node_files(draw, {"start": "node server.js"}, 2),
        "server.js": node_server(draw),
        **node_modules(draw, "public", "js", javascript),
        "Dockerfile": dockerfile,
    }


def node_compiled(draw: Draw) -> Files:
    packages = " ".join(draw.some("build-essential g++ gcc git make python3".split(), 2, 5))
    dockerfile = spaced(
        [
            f"FROM node:{draw.one('18', '20', '22')}-slim",
            f"RUN apt-get update && apt-get install -y --no-install-recommends {packages} \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY package*.json ./",
            "RUN npm ci",
            "COPY . .",
            f"EXPOSE {draw.port}",
            'CMD ["node", "server.js"]',
        ],
    )
    return {
        **node_files(draw, {"start": "node server.js"}, 3),
        "server.js": node_server(draw),
        **node_modules(draw, "lib", "js", javascript),
        "Dockerfile": dockerfile,
    }


def node_entrypoint(draw: Draw) -> Files:
    dockerfile = spaced(
        [node_base(draw), f"WORKDIR {draw.folder}"],
        ["COPY package*.json ./", "RUN npm ci --omit=dev", "COPY . .", "RUN chmod +x docker-entrypoint.sh"],
        [f"EXPOSE {draw.port}", 'ENTRYPOINT ["./docker-entrypoint.sh"]', 'CMD ["node", "server.js"]'],
    )
    script = lines(
        "#!/bin/sh",
        "set -e",
        f'if [ -z "${draw.one(THINGS).upper()}_URL" ]; then',
        f"  echo waiting for {draw.name}",
        "fi",
        'exec "$@"',
    )
    return {
        **node_files(draw, {"start": "node server.js"}, 3),
        "docker-entrypoint.sh": script,
        "server.js": node_server(draw),
        **node_modules(draw, "lib", "js", javascript),
        "Dockerfile": dockerfile,
    }


def node_development(draw: Draw) -> Files:
    dockerfile = lines(
        node_base(draw),
        f"WORKDIR {draw.folder}",
        "COPY package*.json ./",
        "RUN npm install",
        "COPY . .",
        draw.one('CMD ["npm", "run", "dev"]', "CMD npx nodemon server.js"),
    )
    return {
        **node_files(draw, {"dev": "nodemon server.js"}, 5),
        "server.js": node_server(draw),
        "Dockerfile": dockerfile,
    }


def python_base(draw: Draw, suffix: str = "") -> str:
    return f"FROM python:3.{draw.random.randint(9, 13)}{suffix or draw.one('', '', '-bookworm')}"


def requirements(draw: Draw, *first: str) -> str:
    chosen = [*first, *(name for name in draw.some(PYTHON, 2, 14) if name not in first)]
    return lines([f"{name}=={draw.version(4)}" for name in chosen])


def python_files(draw: Draw, package: str, *imports: str) -> Files:
    modules = {
        f"{package}/{draw.word()}.py": python(
            draw, *draw.some(["json", "logging", "math", "re", "time"], 1, 3)
        )
        for _ in range(draw.random.randint(1, 9))
    }
    found = {f"{package}/__init__.py": "", **modules, f"{package}/models.py": python(draw, *imports)}
    return {**found, **ignored(draw, "__pycache__", ".venv"), **composed(draw), **extras(draw)}


def python_flask(draw: Draw) -> Files:
    run = draw.one(
        f'CMD ["gunicorn", "-b", "0.0.0.0:{draw.port}", "app:app"]',
        'CMD ["python", "app.py"]',
        "CMD python app.py",
    )
    dockerfile = spaced(
        [python_base(draw), *labels(draw), "ENV PYTHONUNBUFFERED=1" if draw.chance(5) else ""],
        [
            f"WORKDIR {draw.folder}",
            "COPY requirements.txt .",
            f"RUN pip install {draw.one('--no-cache-dir ', '')}-r requirements.txt",
        ],
        ["COPY . .", f"EXPOSE {draw.port}", run],
    )
    main = (
        "from flask import Flask\nfrom core import models\n"
        f"\napp = Flask(__name__)\n\n\n@app.get('/')\ndef {draw.word()}():\n"
        f"    return '{draw.name}'\n"
    )
    return {
        **python_files(draw, "core"),
        "requirements.txt": requirements(draw, "flask", "gunicorn"),
        "app.py": main,
        "Dockerfile": dockerfile,
    }


def python_fastapi(draw: Draw) -> Files:
    dockerfile = spaced(
        [python_base(draw), f"WORKDIR {draw.folder}"],
        [
            "COPY ./requirements.txt requirements.txt",
            "RUN pip install --no-cache-dir --upgrade -r requirements.txt",
            "COPY ./app app",
        ],
        [f'CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "{draw.port}"]'],
    )
    main = (
        f"from fastapi import FastAPI\n\nfrom app import models\n\napi = app = FastAPI(title='{draw.name}')\n"
    )
    return {
        **python_files(draw, "app"),
        "app/main.py": main,
        "requirements.txt": requirements(draw, "fastapi", "uvicorn"),
        "Dockerfile": dockerfile,
    }


def python_django(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            python_base(draw),
            "ENV PYTHONDONTWRITEBYTECODE=1",
            "ENV PYTHONUNBUFFERED 1",
            f"WORKDIR {draw.folder}",
        ],
        [
            "COPY requirements.txt .",
            "RUN pip install --upgrade pip && pip install -r requirements.txt",
            "COPY . .",
            "RUN python manage.py collectstatic --noinput",
        ],
        [
            f"EXPOSE {draw.port}",
            f'CMD ["gunicorn", "--bind", "0.0.0.0:{draw.port}", "site_{draw.number}.wsgi"]',
        ],
    )
    package = f"site_{draw.number}"
    manage = (
        f"import os\nimport sys\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{package}.settings')\n"
        "from django.core.management import execute_from_command_line\n"
        "\nexecute_from_command_line(sys.argv)\n"
    )
    settings = (
        f"SECRET_KEY = '{draw.digest()[:40]}'\nROOT_URLCONF = '{package}.urls'\n"
        "STATIC_ROOT = 'static'\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"
    )
    wsgi = (
        "import os\nfrom django.core.wsgi import get_wsgi_application\n"
        f"\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{package}.settings')\n"
        "application = get_wsgi_application()\n"
    )
    return {
        **python_files(draw, package),
        "manage.py": manage,
        f"{package}/settings.py": settings,
        f"{package}/urls.py": "urlpatterns = []\n",
        f"{package}/wsgi.py": wsgi,
        "requirements.txt": requirements(draw, "django", "gunicorn"),
        "Dockerfile": dockerfile,
    }


def python_compiled(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            python_base(draw, "-slim"),
            "RUN apt-get update \\",
            f"    && apt-get install -y {draw.one('gcc libpq-dev', 'build-essential libpq-dev', 'gcc libpq-dev curl')} \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY requirements.txt .",
            "RUN pip install -r requirements.txt",
            "COPY . .",
            'CMD ["python", "worker.py"]',
        ],
    )
    return {
        **python_files(draw, "jobs"),
        "worker.py": python(draw, "time", "jobs.models"),
        "requirements.txt": requirements(draw, "psycopg2"),
        "Dockerfile": dockerfile,
    }


def python_alpine(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            python_base(draw, "-alpine"),
            f"RUN apk add --no-cache --virtual .build-deps {draw.one('gcc musl-dev', 'build-base libffi-dev')}",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY requirements.txt .",
            "RUN pip install --no-cache-dir -r requirements.txt",
            "COPY . .",
        ],
        [f'CMD ["python", "-m", "{draw.one(NOUNS)}"]' if draw.chance(1) else 'CMD ["python", "main.py"]'],
    )
    return {
        **python_files(draw, "parts"),
        "main.py": python(draw, "time", "parts.models"),
        "requirements.txt": requirements(draw, "requests"),
        "Dockerfile": dockerfile,
    }


def python_poetry(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            python_base(draw),
            "ENV POETRY_VIRTUALENVS_CREATE=false",
            f"RUN pip install poetry==1.{draw.random.randint(4, 8)}.{draw.random.randrange(4)}",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY pyproject.toml poetry.lock ./",
            "RUN poetry install --no-root --no-interaction",
            "COPY . .",
            'CMD ["python", "main.py"]',
        ],
    )
    chosen = {name: draw.version(4) for name in draw.some(PYTHON, 3, 10)}
    project = lines(
        "[tool.poetry]",
        f'name = "{draw.name}"',
        'version = "0.1.0"',
        'description = ""',
        "authors = []",
        "[tool.poetry.dependencies]",
        'python = "^3.9"',
        [f'{name} = "^{version}"' for name, version in chosen.items()],
    )
    lock = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
        'optional = false\npython-versions = ">=3.8"\nfiles = []\n'
        "\n"
        for name, version in sorted(chosen.items())
    )
    return {
        **python_files(draw, "pieces"),
        "main.py": python(draw, "json", "pieces.models"),
        "pyproject.toml": project,
        "poetry.lock": lock
        + f'[metadata]\nlock-version = "2.0"\npython-versions = "^3.9"\ncontent-hash = "{draw.digest()[:64]}"\n',
        "Dockerfile": dockerfile,
    }


def python_slim(draw: Draw) -> Files:
    dockerfile = lines(
        python_base(draw, "-slim"),
        labels(draw),
        f"WORKDIR {draw.folder}",
        "COPY requirements.txt .",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "COPY . .",
        'CMD ["python", "main.py"]',
    )
    return {
        **python_files(draw, "bits"),
        "main.py": python(draw, "sys", "bits.models"),
        "requirements.txt": requirements(draw, "requests"),
        "Dockerfile": dockerfile,
    }


def go_base(draw: Draw) -> str:
    return f"FROM golang:1.{draw.random.randint(19, 23)}{draw.one('', '', '-bookworm', '-alpine')}"


def _major(module: str) -> str:
    last = module.rpartition("/v")[2]
    return last if last.isdigit() else "1"


def go_files(draw: Draw) -> Files:
    needed = draw.some(GO_MODULES, 1, 9)
    versions = {
        name: f"v{_major(name)}.{draw.random.randrange(9)}.{draw.random.randrange(9)}" for name in needed
    }
    module = lines(
        f"module example.com/{draw.name}",
        f"go 1.{draw.random.randint(19, 22)}",
        "require (",
        [f"\t{name} {version}" for name, version in versions.items()],
        ")",
    )
    sums = lines(
        [
            f"{name} {version}{kind} h1:{draw.digest()[:43]}="
            for name, version in versions.items()
            for kind in ("", "/go.mod")
        ]
    )
    packages = {f"internal/{draw.one(THINGS)}/{draw.word()}.go": "" for _ in range(draw.random.randint(1, 9))}
    sources = {path: go(draw, path.split("/")[1]) for path in packages}
    return {
        "go.mod": module,
        "go.sum": sums,
        **sources,
        **ignored(draw, "bin", "*.test"),
        **composed(draw),
        **extras(draw),
    }


def go_service(draw: Draw) -> Files:
    flags = draw.one("", "-ldflags='-s -w' ", "-trimpath ", '-ldflags="-X main.version=1" ')
    dockerfile = spaced(
        [go_base(draw), *labels(draw), f"WORKDIR {draw.folder}"],
        [
            "COPY go.mod go.sum ./",
            "RUN go mod download",
            "COPY . .",
            f"RUN CGO_ENABLED=0 go build {flags}-o {draw.one('/usr/local/bin/', draw.folder + '/')}{draw.name} .",
        ],
        [f"EXPOSE {draw.port}"],
    )
    built = next(line.split()[-2] for line in dockerfile.splitlines() if " go build " in line)
    return {**go_files(draw), "main.go": go_main(draw), "Dockerfile": dockerfile + f'CMD ["{built}"]\n'}


def go_command(draw: Draw) -> Files:
    dockerfile = spaced(
        [go_base(draw), "ENV CGO_ENABLED=0", f"WORKDIR /go/src/{draw.name}", "COPY . ."],
        [
            f"RUN go build -o /{draw.name} ./cmd/{draw.name}",
            f"EXPOSE {draw.port}",
            f'ENTRYPOINT ["/{draw.name}"]',
            draw.one("", 'CMD ["serve"]'),
        ],
    )
    return {**go_files(draw), f"cmd/{draw.name}/main.go": go_main(draw), "Dockerfile": dockerfile}


def go_templates(draw: Draw) -> Files:
    dockerfile = spaced(
        [go_base(draw), f"WORKDIR {draw.folder}", "COPY go.mod go.sum ./", "RUN go mod download"],
        [
            "COPY . .",
            "RUN go build -o server .",
            f"EXPOSE {draw.port}",
            draw.one('CMD ["./server"]', "CMD ./server"),
        ],
    )
    pages = {
        f"templates/{draw.one(THINGS)}.html": f"<h1>{draw.name}</h1>\n"
        for _ in range(draw.random.randint(1, 8))
    }
    return {
        **go_files(draw),
        **pages,
        "main.go": go_main(draw, "html/template", "os"),
        "Dockerfile": dockerfile,
    }


def go_linked(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM golang:1.{draw.random.randint(20, 23)}-bookworm",
            "RUN apt-get update && apt-get install -y --no-install-recommends \\",
            "      gcc libsqlite3-dev \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY . .",
            f"RUN go build -o /usr/local/bin/{draw.name} .",
            f'CMD ["{draw.name}"]',
        ],
    )
    return {**go_files(draw), "main.go": go_main(draw), "Dockerfile": dockerfile}


def go_run(draw: Draw) -> Files:
    dockerfile = lines(
        go_base(draw),
        f"WORKDIR {draw.folder}",
        "COPY . .",
        "RUN go mod download",
        draw.one("CMD go run .", 'CMD ["go", "run", "main.go"]'),
    )
    return {**go_files(draw), "main.go": go_main(draw), "Dockerfile": dockerfile}


def cargo_files(draw: Draw) -> Files:
    chosen = {name: draw.version(1) for name in draw.some(CRATES, 2, 12)}
    manifest = lines(
        "[package]",
        f'name = "{draw.name}"',
        'version = "0.1.0"',
        'edition = "2021"',
        "[dependencies]",
        [f'{name} = "{version}"' for name, version in chosen.items()],
    )
    package = '[[package]]\nname = "{}"\nversion = "{}"\nchecksum = "{}"\n\n'
    others = {**{name: draw.version(1) for name in draw.some(CRATES, 5, 24)}, **chosen}
    lock = "version = 3\n\n" + "".join(
        package.format(name, version, draw.digest()[:64]) for name, version in sorted(others.items())
    )
    own = (
        f'[[package]]\nname = "{draw.name}"\nversion = "0.1.0"\ndependencies = {json.dumps(sorted(chosen))}\n'
    )
    sources = {f"src/{draw.word()}.rs": rust(draw) for _ in range(draw.random.randint(1, 9))}
    main = f'fn main() {{\n    println!("{draw.name}");\n}}\n'
    return {
        "Cargo.toml": manifest,
        "Cargo.lock": lock + own,
        "src/main.rs": main,
        **sources,
        **ignored(draw, "target"),
        **composed(draw),
        **extras(draw),
    }


def rust_release(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM rust:1.{draw.random.randint(70, 81)}{draw.one('', '-bookworm')}",
            *labels(draw),
            f"WORKDIR {draw.folder}",
        ],
        [
            draw.one("COPY . .", "COPY Cargo.toml Cargo.lock ./\nCOPY src ./src"),
            "RUN cargo build --release",
            f"EXPOSE {draw.port}",
            f'CMD ["./target/release/{draw.name}"]',
        ],
    )
    return {**cargo_files(draw), "Dockerfile": dockerfile}


def rust_install(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM rust:1.{draw.random.randint(70, 81)}",
        f"WORKDIR /usr/src/{draw.name}",
        "COPY . .",
        "RUN cargo install --path .",
        f'CMD ["{draw.name}"]',
    )
    return {**cargo_files(draw), "Dockerfile": dockerfile}


def maven_files(draw: Draw, spring: bool) -> Files:
    package = f"com.example.{draw.one(NOUNS)}{draw.number}"
    parent = (
        "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>"
        f"<version>3.{draw.random.randint(0, 3)}.{draw.random.randrange(9)}</version></parent>"
    )
    plugin = (
        "<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>"
        if spring
        else ""
    )
    needs = "".join(
        f"<dependency><groupId>com.example</groupId><artifactId>{name}</artifactId>"
        f"<version>{draw.version()}</version></dependency>\n"
        for name in draw.some(THINGS, 1, 9)
    )
    pom = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0">\n'
        f"<modelVersion>4.0.0</modelVersion>\n{parent if spring else ''}\n"
        "<groupId>com.example</groupId>\n"
        f"<artifactId>{draw.name}</artifactId>\n<version>1.0.0</version>\n"
        f"<dependencies>\n{needs}</dependencies>\n<build><plugins>{plugin}</plugins></build>\n"
        "</project>\n"
    )
    folder = "src/main/java/" + package.replace(".", "/")
    sources = {
        f"{folder}/{name.title()}.java": java(draw, package, name.title())
        for name in draw.some(THINGS, 2, 10)
    }
    return {
        "pom.xml": pom,
        **sources,
        "src/main/resources/application.properties": f"server.port={draw.port}\n",
        **ignored(draw, "target"),
        **composed(draw),
        **extras(draw),
    }


def maven_spring(draw: Draw) -> Files:
    copied = (
        ["COPY pom.xml .", f"RUN mvn {draw.one('', '-B ')}dependency:go-offline", "COPY src ./src"]
        if draw.chance(5)
        else ["COPY . ."]
    )
    dockerfile = spaced(
        [f"FROM maven:3.9-eclipse-temurin-{draw.one('17', '21')}", f"WORKDIR {draw.folder}"],
        [
            *copied,
            "RUN mvn clean package -DskipTests",
            f"EXPOSE {draw.port}",
            f'CMD ["java", "-jar", "target/{draw.name}-1.0.0.jar"]',
        ],
    )
    return {**maven_files(draw, spring=True), "Dockerfile": dockerfile}


def maven_start(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM maven:3.9-eclipse-temurin-{draw.one('11', '17')}",
        f"WORKDIR {draw.folder}",
        "COPY . .",
        "RUN mvn package",
        "CMD mvn exec:java",
    )
    return {**maven_files(draw, spring=False), "Dockerfile": dockerfile}


def site_files(draw: Draw, scripts: dict[str, str], tools: list[str]) -> Files:
    text, root = package_json(
        draw, scripts, draw.one("react react-dom", "vue", "svelte", "preact").split(), tools
    )
    pages = {
        f"src/{draw.one(THINGS).title()}.{draw.one('jsx', 'js')}": javascript(draw)
        for _ in range(draw.random.randint(1, 9))
    }
    index = f"<html><title>{draw.name}</title><div id=root></div></html>\n"
    return {
        "package.json": text,
        "package-lock.json": npm_lock(draw, root),
        "index.html": index,
        **pages,
        "src/main.jsx": javascript(draw),
        **ignored(draw, "node_modules", "dist"),
        **composed(draw),
        **extras(draw),
    }


def site_served(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM node:{draw.one('18', '20', '22')}{draw.one('', '-slim', '-alpine')}",
            f"WORKDIR {draw.folder}",
            *labels(draw),
        ],
        [
            "COPY package*.json ./",
            "RUN npm ci",
            "COPY . .",
            "RUN npm run build",
            f"RUN npm install -g serve@14.{draw.random.randrange(3)}.{draw.random.randrange(4)}",
        ],
        [f"EXPOSE {draw.port}", f'CMD ["serve", "-s", "dist", "-l", "{draw.port}"]'],
    )
    return {**site_files(draw, {"build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}


def site_development(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM node:{draw.one('18', '20')}-alpine",
        f"WORKDIR {draw.folder}",
        "COPY package*.json ./",
        "RUN npm install",
        "COPY . .",
        f"EXPOSE {draw.port}",
        'CMD ["npm", "run", "dev", "--", "--host"]',
    )
    return {**site_files(draw, {"dev": "vite", "build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}


def site_split(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM node:{draw.one('18', '20', '22')} AS build",
            f"WORKDIR {draw.folder}",
            "COPY . .",
            "RUN npm ci && npm run build",
        ],
        [
            f"FROM nginx:1.{draw.random.randint(24, 27)}",
            f"COPY --from=build {draw.folder}/dist /usr/share/nginx/html",
        ],
    )
    return {**site_files(draw, {"build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}


def toolbox(draw: Draw) -> Files:
    """Nobody says what it runs, what it copies is not there, or what it pipes into a shell is unknown."""
    dockerfile = draw.one(
        lines(go_base(draw), labels(draw), "COPY . /src", "RUN cd /src && go build ./..."),
        lines(
            python_base(draw),
            "COPY requirements.txt .",
            "RUN pip install -r requirements.txt",
            "COPY missing.py .",
        ),
        lines(
            python_base(draw),
            f"RUN curl -fsSL https://get.example.com/{draw.name}.sh | sh",
            'CMD ["python", "main.py"]',
        ),
    )
    return {
        **go_files(draw),
        "main.go": go_main(draw),
        "requirements.txt": requirements(draw),
        "main.py": python(draw, "json"),
        "Dockerfile": dockerfile,
    }


TEMPLATES: dict[Callable[[Draw], Files], int] = {
    node_express: 9, node_typescript: 6, node_yarn: 5, node_one_layer: 3, node_compiled: 3, node_entrypoint: 3,
    node_development: 2,
    python_flask: 8, python_fastapi: 6, python_django: 4, python_compiled: 4, python_alpine: 2, python_poetry: 2, python_slim: 2,
    go_service: 8, go_command: 5, go_templates: 4, go_linked: 2, go_run: 2,
    rust_release: 4, rust_install: 2, maven_spring: 4, maven_start: 2,
    site_served: 5, site_development: 2, site_split: 1,
    toolbox: 3,
}  # fmt: skip
"""How often each is drawn."""


def project(number: int, seed: int) -> Files:
    """The files of one project, by path."""
    draw = Draw(number, seed)
    template = draw.random.choices(list(TEMPLATES), list(TEMPLATES.values()))[0]
    return template(draw)


def place(number: int, count: int) -> str:
    """Below which folder it goes: no folder holds more than some hundred."""
    return f"{number // 200:03}/{number:05}" if count > 200 else f"{number:05}"


def write(folder: Path, count: int, seed: int) -> int:
    """Writes the projects; the number of different ones."""
    seen: set[bytes] = set()
    for number in range(count):
        files = project(number, seed)
        seen.add(sha256(repr(sorted(files.items())).encode()).digest())
        for name, text in files.items():
            path = folder / place(number, count) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            if text.startswith("#!"):
                path.chmod(0o755)
    return len(seen)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--repository", action="store_true", help="all in one repository")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        sys.exit(f"{options.folder}: a new or an empty folder is wanted")
    different = write(options.folder, options.count, options.seed)
    if options.repository:
        (options.folder / ".git").mkdir()
    print(f"{options.count} projects, {different} of them different")


if __name__ == "__main__":
    main()
