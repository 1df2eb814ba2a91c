"""Process managers and runners: pm2, forever, ts-node and their like, and servers of packages."""

from __future__ import annotations

import posixpath
import re
import shlex

from restage.api import Command, Made, Need, PathNeed, Resolution
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.nodeline import resolve_main
from restage_strategies.node.site import Site
from restage_strategies.node.sources import named_in_sources

_VALUED = frozenset(
    """-P --project -r --require -O --compiler-options --transpiler --tsconfig --cwd --dir -C -n --name -i --instances
    --env --env-file -x --extensions --presets --plugins -p --port -l --listen -c --config -o --output -e --error --log
    --max-memory-restart --node-args --interpreter --watch-delay --ignore --loader --import --config-file -m
    --minUptime --spinSleepTime --pidFile --sourceDir --workingDir --uid --only""".split()
)
_PM2_VERBS = frozenset({"start", "restart", "reload"})
_SCRIPT = re.compile(
    r"""["']?(?:script|cwd|interpreter|args|exec_interpreter)["']?\s{0,8}:\s{0,8}["'`]([^"'`\n]{1,300})["'`]"""
)
_BUILT = {"next": ".next", "nuxt": ".nuxt", "gatsby": "public", "docusaurus": "build", "serve": ""}


def resolve_runner(command: Command, call: ProgramCall, site: Site) -> Resolution:
    """What a runner or a package's server comes to."""
    operands = _operands(call.arguments)
    match call.name:
        case "pm2" | "pm2-runtime" | "pm2-docker":
            return _pm2(command, operands, call.arguments, site)
        case "forever":
            return _main(command, [word for word in operands if word not in ("start", "restart")], site)
        case _ if call.tool.kind == "run" or (operands and _is_file(operands[0])):
            return _main(command, operands, site)
        case _:
            return _server(call, operands, site)


def _operands(words: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            break
        if word in _VALUED:
            next(waiting, None)
        elif not word.startswith("-"):
            found.append(word)
    return found


def _is_file(word: str) -> bool:
    return word.endswith((".js", ".cjs", ".mjs", ".ts", ".mts", ".cts"))


def _main(command: Command, operands: list[str], site: Site) -> Resolution:
    if not operands:
        return Resolution()
    return resolve_main(command, operands[0], site)


def _pm2(command: Command, operands: list[str], words: tuple[str, ...], site: Site) -> Resolution:
    targets = operands[1:] if operands and operands[0] in _PM2_VERBS else operands
    if not targets:
        return Resolution()
    target = targets[0]
    if target in ("npm", "yarn", "pnpm"):
        rest = words[words.index("--") + 1 :] if "--" in words else tuple(targets[1:])
        return Resolution(runs=(Command((target, *rest)),))
    text = site.state.tree.text(site.state.path(target).path)
    if text is not None and (
        target.endswith((".json", ".yml", ".yaml")) or re.search(r"config\.[cm]?js$", target)
    ):
        return _ecosystem(command, target, text, site)
    if " " in target:
        return Resolution(runs=(Command(("sh", "-c", target)),))
    return resolve_main(command, target, site)


def _ecosystem(command: Command, target: str, text: str, site: Site) -> Resolution:
    """The programs that a pm2 configuration starts."""
    own: tuple[Need, ...] = (PathNeed(site.state.path(target).path, "pm2 reads it"),)
    scripts = re.findall(r"""["']?script["']?\s{0,8}:\s{0,8}["'`]([^"'`\n]{1,300})["'`]""", text)
    scripts += re.findall(
        r"^\s{0,20}-?\s{0,20}script\s{0,8}:\s{0,8}([^\"'\s{][^\n]{0,200})$", text, re.MULTILINE
    )
    arguments = re.findall(r"""["']?args["']?\s{0,8}:\s{0,8}["'`]([^"'`\n]{1,300})["'`]""", text)
    if not scripts:
        return Resolution(needs=own, complete=False, anything=f"which programs {target} starts can't be told")
    places = _places(text, len(scripts), target)
    if places is None:
        return Resolution(
            needs=own, complete=False, anything=f"where programs of {target} start can't be told"
        )
    runs = [
        _in_place(_ecosystem_run(script, arguments[n] if n < len(arguments) else "", target), places[n])
        for n, script in enumerate(scripts)
    ]
    return Resolution(runs=tuple(runs), needs=own)


_CWD = re.compile(
    r"""\bcwd["']?\s{0,8}:\s{0,8}(?:["'`]([^"'`\n]{1,300})["'`]|(__dirname|process\.cwd\(\))\s{0,8}[,}\n])?"""
)


_COMMENT = re.compile(r"^[ \t]{0,80}//.*$", re.MULTILINE)


def _places(text: str, programs: int, target: str) -> list[str] | None:
    """The directory of each program of a process list; None: it can't be told of which."""
    own = {"__dirname": posixpath.dirname(target) or ".", "process.cwd()": ".", None: ""}
    told = [match[1] or own[match[2]] for match in _CWD.finditer(_COMMENT.sub("", text))]
    if not told:
        return ["."] * programs
    return told if len(told) == programs and all(told) else None


def _in_place(command: Command, place: str) -> Command:
    return (
        command
        if place in (".", "./")
        else Command(("sh", "-c", f"cd {shlex.quote(place)} && {shlex.join(command.words)}"))
    )


def _ecosystem_run(script: str, arguments: str, target: str) -> Command:
    program = posixpath.basename(script.split(" ")[0])
    if program in ("npm", "yarn", "pnpm", "npx") or not _is_file(script.split(" ")[0]):
        if "/" not in script or ".bin/" in script or " " in script:
            return Command(("sh", "-c", f"{script} {arguments}".strip()))
        modules = re.search(r"node_modules/(?:\.bin/)?((?:@[^/]+/)?[^/]+)", script)
        if modules:
            return Command(("sh", "-c", f"npx {modules[1]} {arguments}".strip()))
    return Command(("node", *script.split(" ")))


def _server(call: ProgramCall, operands: list[str], site: Site) -> Resolution:
    """A server of a package: what it serves, where that is known, and what the project's sources name."""
    needs: list[Need] = []
    place = _BUILT.get(call.name)
    wanted = [place] if place else []
    if call.name in ("serve", "http-server", "sirv", "live-server", "superstatic"):
        wanted = [word for word in operands if not word.isdigit()][:1]
    for name in wanted:
        path = site.state.path(name).path
        if isinstance(site.state.tree.origin(path), Made) or site.state.tree.is_directory(path):
            needs.append(PathNeed(path, f"{call.name} serves it"))
    if not place and call.name in ("serve", "http-server", "vite", "sirv"):
        return Resolution(needs=tuple(needs))
    return Resolution(needs=(*needs, *named_in_sources(site.state.tree, site.directory).needs))
