"""Servers in Node.js."""

from __future__ import annotations

import json
from collections.abc import Callable

from generating.beside import health, labels, surroundings
from generating.drawing import THINGS, Draw, Files, lines, modules, spaced
from generating.packages import JAVASCRIPT, Root, javascript, npm_lock, package_json, typed, yarn_lock

DEVELOPMENT = """
    @types/express @types/jest @types/node eslint jest nodemon prettier supertest ts-jest ts-node
    typescript
""".split()


def base(draw: Draw) -> str:
    return f"FROM node:{draw.one('18', '20', '20', '22', '20-bookworm', '18-bullseye', '22-bookworm')}"


def files(
    draw: Draw,
    scripts: dict[str, str],
    development: int,
    lock: Callable[[Draw, Root], Files] = npm_lock,
) -> Files:
    """A package with at most so many packages for development, and its lock."""
    text, root = package_json(
        draw,
        scripts,
        ["express", *draw.some(JAVASCRIPT, 1, 8)],
        draw.some(DEVELOPMENT, 1, development) if development else [],
    )
    return {"package.json": text, **lock(draw, root), **surroundings(draw, "node_modules")}


def server(draw: Draw, *paths: str) -> str:
    required = "\n".join(f"const {path.rpartition('/')[2]} = require('./{path}');" for path in paths)
    serve = f"http.createServer((request, response) => response.end('{draw.name}')).listen({draw.port});"
    return f"const http = require('http');\n{required}\n{serve}\n"


def small_server(draw: Draw, development: int, folder: str) -> Files:
    """A server of one file, with a folder beside it."""
    return {
        **files(draw, {"start": "node server.js"}, development),
        "server.js": server(draw),
        **modules(draw, folder, "js", javascript),
    }


def express(draw: Draw) -> Files:
    main = draw.one("server.js", "index.js", "app.js")
    install = draw.one("npm ci", "npm install", "npm ci --omit=dev")
    sources = modules(draw, "lib", "js", javascript)
    start = draw.one(f'CMD ["node", "{main}"]', 'CMD ["npm", "start"]', "CMD npm start")
    dockerfile = spaced(
        [base(draw), *labels(draw)],
        [f"WORKDIR {draw.folder}", f"COPY package*.json {draw.one('./', '.')}", f"RUN {install}"],
        [draw.one("COPY . .", "COPY . ./"), f"EXPOSE {draw.port}", health(draw), start],
    )
    serving = server(draw, *(name.removesuffix(".js") for name in sources))
    return {
        **files(draw, {"start": f"node {main}"}, 4),
        **sources,
        main: serving,
        "Dockerfile": dockerfile,
    }


def typescript(draw: Draw) -> Files:
    scripts = {"build": "tsc -p tsconfig.json", "start": "node dist/server.js", "test": "jest"}
    dockerfile = spaced(
        [base(draw), f"WORKDIR {draw.folder}"],
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
    return {
        **files(draw, scripts, 8),
        **modules(draw, "src", "ts", typed),
        "src/server.ts": main,
        "tsconfig.json": config,
        "Dockerfile": dockerfile,
    }


def yarn(draw: Draw) -> Files:
    dockerfile = spaced(
        [base(draw), f"ENV PORT={draw.port}", f"WORKDIR {draw.folder}"],
        [
            "COPY package.json yarn.lock ./",
            f"RUN yarn install --frozen-lockfile{draw.one('', ' --production', ' && yarn cache clean')}",
        ],
        ["COPY . .", "EXPOSE $PORT", draw.one("USER node", ""), 'CMD ["node", "src/index.js"]'],
    )
    sources = modules(draw, "src", "js", javascript)
    serving = server(draw, *(name.removeprefix("src/").removesuffix(".js") for name in sources))
    return {
        **files(draw, {"start": "node src/index.js"}, 3, yarn_lock),
        **sources,
        "src/index.js": serving,
        "Dockerfile": dockerfile,
    }


def one_layer(draw: Draw) -> Files:
    dockerfile = lines(
        base(draw),
        labels(draw),
        f"COPY . {draw.folder}",
        f"WORKDIR {draw.folder}",
        "RUN npm install && npm cache clean --force",
        f"EXPOSE {draw.port}",
        "CMD node server.js",
    )
    return {**small_server(draw, 2, "public"), "Dockerfile": dockerfile}


def compiled(draw: Draw) -> Files:
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
    return {**small_server(draw, 3, "lib"), "Dockerfile": dockerfile}


def entrypoint(draw: Draw) -> Files:
    dockerfile = spaced(
        [base(draw), f"WORKDIR {draw.folder}"],
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
        **small_server(draw, 3, "lib"),
        "docker-entrypoint.sh": script,
        "Dockerfile": dockerfile,
    }


def development(draw: Draw) -> Files:
    dockerfile = lines(
        base(draw),
        f"WORKDIR {draw.folder}",
        "COPY package*.json ./",
        "RUN npm install",
        "COPY . .",
        draw.one('CMD ["npm", "run", "dev"]', "CMD npx nodemon server.js"),
    )
    return {
        **files(draw, {"dev": "nodemon server.js"}, 5),
        "server.js": server(draw),
        "Dockerfile": dockerfile,
    }
