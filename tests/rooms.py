"""A small project and a made-up ecosystem, for the tests of the engine's rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from projects import write_files
from restage.api.case import Case
from restage.api.claim import Basis, Claim, ClaimKind, Evidence
from restage.api.command import Command
from restage.api.detection import Detection
from restage.api.effect import Effect
from restage.api.need import Need, ProgramNeed
from restage.api.product import Product, ProductKind
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region
from restage.api.start import Resolution, Start, ToolchainAtStart
from restage.api.state import State
from restage.build.bases import base_of
from restage.build.scope import Scope, scopes
from restage.build.stages import Build, read_build
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.engine import Outcome, Request, Rewritten, refactor
from restage.meaning.actions import Action
from restage.meaning.given import given_commands
from restage.meaning.starts import follow
from restage.meaning.walk import Walk, starting_state, walk_stage
from restage.project.consumers import Consumer, consumers
from restage.project.context import Context
from restage.shell.options import options

Files = Mapping[str, str]
SOURCES = {"app.x": "", "conf": "", "deps": "", "entry.sh": '#!/bin/sh\nexec "$@"\n'}
SMALL = {
    "src/main.c": "",
    "conf/app.conf": "",
    "run.sh": "#!/bin/sh\nmkdir -p /made\nforge --writes out\n",
    "a.tar.gz": "",
    "notes.txt": "",
}
BUILD = "RUN forge --reads deps --writes /opt/made --cache /root/.forge"
_VALUED = frozenset({"--reads", "--writes", "--cache", "--needs"})


def proven(kind: ClaimKind) -> Claim:
    return Claim(kind, "what forge made", Evidence(Basis.RULE, "a rule of forge"))


@dataclass
class Forge:
    """The ecosystem of `forge --reads R --writes W --cache C` (builds) and `serve --needs PROGRAM` (runs)."""

    name: str = "forge"
    claims: tuple[Claim, ...] = (proven(ClaimKind.NODE_SIBLING), proven(ClaimKind.UNNAMED_PROGRAM))
    offers: tuple[ReductionKind, ...] = (ReductionKind.BUILD_TOOLS, ReductionKind.SIBLING_BASE)
    needs: tuple[Need, ...] = ()

    def detect(self, case: Case) -> Detection | None:
        return Detection("", ("forge",)) if any(c.name == "forge" for c in case.commands) else None

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        if command.name != "forge":
            return None
        given = options(list(command.arguments), _VALUED)
        reads, writes, caches = (
            tuple(state.path(text) for text in given.values(flag))
            for flag in ("--reads", "--writes", "--cache")
        )
        return Effect(reads=reads, writes=writes, caches=caches)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        if command.name == "forge":
            return Resolution(toolchain=ToolchainAtStart("forge builds at the start", "forge it in a RUN"))
        if command.name != "serve":
            return None
        programs = options(list(command.arguments), _VALUED).values("--needs")
        return Resolution(needs=tuple(ProgramNeed(program, "serve calls it") for program in programs))

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        for place in effect.writes:
            yield Product(place, ProductKind.DEPENDENCIES, f"forged {place}", self.name)
        for place in effect.caches:
            yield Product(place, ProductKind.CACHE, f"cache {place}", self.name)

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        return (Reduction(kind, product, self.claims, self.needs) for kind in self.offers)


def written_project(folder: Path, dockerfile: str, files: Files) -> Path:
    """The project on disk; the path of its Dockerfile."""
    return write_files(folder, {**files, "Dockerfile": dockerfile}) / "Dockerfile"


def build_of(dockerfile: str) -> Build:
    document = read(dockerfile.encode())
    return read_build(document, instructions(document))


def scopes_of(dockerfile: str) -> tuple[Scope, ...]:
    """The scopes of the last stage: before each step, and after the last."""
    build = build_of(dockerfile)
    return scopes(build, build.final, base_of(build.final))


def walked(folder: Path, dockerfile: str, files: Files, forge: Forge | None = None) -> tuple[Walk, Case]:
    """What every command of the last stage does."""
    path = written_project(folder, dockerfile, files)
    build = build_of(dockerfile)
    base = base_of(build.final)
    seen = scopes(build, build.final, base)
    case = Case(Context(folder, path), base, ())
    start = starting_state(base, seen[0], case)
    return walk_stage(build, build.final.steps, seen, start, case, (forge or Forge(),)), case


def walk_of(folder: Path, lines: str) -> Walk:
    """What these lines do below a COPY of a small project to /app."""
    return walked(folder, f"FROM debian:bookworm\nWORKDIR /app\nCOPY . .\n{lines}", SMALL)[0]


def actions_of(folder: Path, lines: str) -> list[Action]:
    """What the commands of these lines do; see `walk_of`."""
    return [action for _, action in walk_of(folder, lines).actions]


def columns(*regions: tuple[Region, ...]) -> str:
    """Regions as a table of a test writes them: `/a /b | /c | `."""
    return " | ".join(" ".join(map(str, places)) for places in regions)


def started(folder: Path, dockerfile: str, files: Files) -> Start:
    """The first start of the last stage, followed."""
    walk, case = walked(folder, dockerfile, files)
    build = build_of(dockerfile)
    given = given_commands(build, build.final.steps, walk.scopes[-1], ())
    return follow(given[0], walk.final, case, (Forge(),), ())


def outcome(folder: Path, dockerfile: str, files: Files, forge: Forge | None = None) -> Outcome:
    """What the engine makes of the project."""
    path = written_project(folder, dockerfile, files)
    return refactor(Request(path, path.read_bytes(), folder), (forge or Forge(),))


def stages_after(
    folder: Path, dockerfile: str, files: Files | None = None, forge: Forge | None = None
) -> list[list[str]]:
    """The instructions of the rewritten file, a list for each stage; continued lines are joined."""
    found = outcome(folder, dockerfile, files or {}, forge).result
    assert isinstance(found, Rewritten), found
    build = build_of(found.data.decode())
    return [[" ".join(i.text.split()) for i in (stage.origin, *stage.steps)] for stage in build.stages]


def two(folder: Path, lines: str, base: str = "node:18", forge: Forge | None = None) -> tuple[str, str]:
    """Builder and runtime stage of a file with these lines, without their FROM."""
    text = f"FROM {base}\nWORKDIR /app\n{lines}\nCMD serve\n"
    stages = stages_after(folder, text, SOURCES, forge)
    assert len(stages) == 2
    return "\n".join(stages[0][1:]), "\n".join(stages[1][1:])


def plant(root: Path, files: Files) -> Path:
    """Files of a repository; the indentation that their lines have in common is left out."""
    return write_files(root, {name: dedent(text).lstrip("\n") for name, text in files.items()})


def uses(root: Path, files: Files, dockerfile: str = "Dockerfile") -> tuple[Consumer, ...]:
    """Who uses a Dockerfile of a repository with these files."""
    plant(root, files)
    return consumers(root, root / dockerfile)
