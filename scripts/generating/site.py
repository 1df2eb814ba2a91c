"""Static front ends."""

from __future__ import annotations

from generating.beside import labels, surroundings
from generating.drawing import THINGS, Draw, Files, lines, spaced
from generating.packages import javascript, npm_lock, package_json


def files(draw: Draw, scripts: dict[str, str], tools: list[str]) -> Files:
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
        **npm_lock(draw, root),
        "index.html": index,
        **pages,
        "src/main.jsx": javascript(draw),
        **surroundings(draw, "node_modules", "dist"),
    }


def served(draw: Draw) -> Files:
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
    return {**files(draw, {"build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}


def development(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM node:{draw.one('18', '20')}-alpine",
        f"WORKDIR {draw.folder}",
        "COPY package*.json ./",
        "RUN npm install",
        "COPY . .",
        f"EXPOSE {draw.port}",
        'CMD ["npm", "run", "dev", "--", "--host"]',
    )
    return {**files(draw, {"dev": "vite", "build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}


def split(draw: Draw) -> Files:
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
    return {**files(draw, {"build": "vite build"}, ["vite"]), "Dockerfile": dockerfile}
