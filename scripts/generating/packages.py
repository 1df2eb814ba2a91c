"""package.json, its locks, and sources of JavaScript."""

from __future__ import annotations

import json

from generating.drawing import THINGS, Draw, Files, named

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


def javascript(draw: Draw, most: int = 12) -> str:
    def body(name: str) -> str:
        limit, what = draw.random.randrange(500), draw.one(THINGS)
        return (
            f"function {name}({what}s) {{\n  const kept = {what}s.filter(({what}) => {what}.size > {limit});\n"
            f"  return kept.map(({what}) => ({{ ...{what}, seen: true }}));\n}}\nexports.{name} = {name};\n"
        )

    return "'use strict';\n\n" + "\n".join(named(draw, body, 2, most))


def typed(draw: Draw) -> str:
    def body(name: str) -> str:
        what = draw.one(THINGS)
        return (
            f"export function {name}({what}: number[]): number {{\n"
            f"  return {what}.reduce((a, b) => a + b, {draw.random.randrange(99)});\n"
            "}\n"
        )

    return "\n".join(named(draw, body, 2, 12))


Root = dict[str, object]
"""What a lock repeats of package.json."""


def package_json(
    draw: Draw, scripts: dict[str, str], dependencies: list[str], development: list[str]
) -> tuple[str, Root]:
    """package.json, and the root of its lock."""
    runtime = {name: draw.version() for name in dependencies}
    root: Root = {"name": draw.name, "version": draw.version(3), "dependencies": runtime}
    if development:
        root["devDependencies"] = {name: draw.version() for name in development}
    return json.dumps({**root, "private": True, "scripts": scripts}, indent=2) + "\n", root


def npm_lock(draw: Draw, root: Root) -> Files:
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
    lock = {"name": draw.name, "lockfileVersion": 3, "requires": True, "packages": packages}
    return {"package-lock.json": json.dumps(lock, indent=2) + "\n"}


def dict_of(value: object) -> dict[str, str]:
    return value if isinstance(value, dict) else {}


def yarn_lock(draw: Draw, root: Root) -> Files:
    direct = {**dict_of(root.get("dependencies")), **dict_of(root.get("devDependencies"))}
    entries = [
        f'"{name}@{version}":\n  version "{version}"\n  integrity sha512-{draw.digest()[:86]}==\n'
        for name, version in sorted(direct.items())
    ]
    return {"yarn.lock": "# yarn lockfile v1\n\n\n" + "\n".join(entries)}
