"""order-copies: what an install does not read is copied after it, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from restage.api.case import Case
from restage.api.command import Command
from restage.api.effect import Effect, Prefetch
from restage.api.product import Product, ProductKind
from restage.api.region import Region
from restage.api.state import State
from restage.engine import Rewritten
from rooms import Forge, build_of, outcome

FILES = {
    "deps": "a 1\n",
    "lock": "a 1.0\n",
    "app.x": "main\n",
    "src/a.x": "a\n",
    "client/deps": "b 1\n",
    "client/src/b.x": "b\n",
    "conf": "c\n",
}
INSTALL = "RUN forge --reads deps --writes /opt/made"


def lines_after(
    folder: Path, body: str, forge: Forge | None = None, files: dict[str, str] | None = None
) -> list[str]:
    """The lines after the first FROM, up to the next stage; the start keeps the file from being split."""
    text = f"FROM example.org/base:1\n{body}\nCMD forge x\n"
    found = outcome(folder, text, FILES if files is None else files, forge).result
    data = found.data.decode() if isinstance(found, Rewritten) else text
    return [" ".join(i.text.split()) for i in build_of(data).stages[0].steps][:-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            ["WORKDIR /app", "COPY . .", INSTALL],
            ["WORKDIR /app", "COPY deps ./", INSTALL, "COPY . ."],
        ),
        (
            [
                "WORKDIR /app",
                "COPY . .",
                "RUN apt-get update && apt-get install -y jq",
                INSTALL,
                "RUN forge --reads . --writes out",
            ],
            [
                "WORKDIR /app",
                "RUN apt-get update && apt-get install -y jq",
                "COPY deps ./",
                INSTALL,
                "COPY . .",
                "RUN forge --reads . --writes out",
            ],
        ),
        (
            ["WORKDIR /app", "COPY deps .", "COPY . .", INSTALL],
            ["WORKDIR /app", "COPY deps .", INSTALL, "COPY . ."],
        ),
        (
            ["WORKDIR /app", "COPY . .", "COPY deps .", INSTALL],
            ["WORKDIR /app", "COPY deps .", INSTALL, "COPY . ."],
        ),
        (
            ["WORKDIR /app", "COPY --chown=7 . .", "RUN cd client && forge --reads deps --writes /opt/made"],
            [
                "WORKDIR /app",
                "COPY --chown=7 client/deps ./client/",
                "RUN cd client && forge --reads deps --writes /opt/made",
                "COPY --chown=7 . .",
            ],
        ),
        (
            ["COPY . /srv/app", "WORKDIR /srv/app", INSTALL],
            ["WORKDIR /srv/app", "COPY deps /srv/app/", INSTALL, "COPY . /srv/app"],
        ),
        (
            [
                "WORKDIR /app",
                "COPY . .",
                "RUN forge --reads deps --writes /opt/made && forge --reads . --writes out",
            ],
            ["WORKDIR /app", "COPY deps ./", INSTALL, "COPY . .", "RUN forge --reads . --writes out"],
        ),
        (
            ["WORKDIR /app", "COPY . .", f"{INSTALL} && chmod +x app.x", "RUN chmod +x conf"],
            ["WORKDIR /app", "COPY deps ./", INSTALL, "COPY . .", "RUN chmod +x app.x", "RUN chmod +x conf"],
        ),
        (
            ["ARG APP=/app", "WORKDIR $APP", "COPY . $APP", INSTALL],
            ["ARG APP=/app", "WORKDIR $APP", "COPY deps $APP/", INSTALL, "COPY . $APP"],
        ),
        (
            ["ARG OPTION=quick", "WORKDIR /app", "COPY . .", f"{INSTALL} $OPTION"],
            ["ARG OPTION=quick", "WORKDIR /app", "COPY deps ./", f"{INSTALL} $OPTION", "COPY . ."],
        ),
        (
            ["WORKDIR /app", "COPY deps .", "COPY conf /etc/served/conf", INSTALL],
            ["WORKDIR /app", "COPY deps .", INSTALL, "COPY conf /etc/served/conf"],
        ),
        (
            [
                "WORKDIR /app",
                "COPY . .",
                "RUN forge --reads deps --reads lock --writes lock --writes /opt/made",
            ],
            [
                "WORKDIR /app",
                "COPY deps lock ./",
                "RUN forge --reads deps --reads lock --writes lock --writes /opt/made",
                "COPY . .",
            ],
        ),
    ],
)
def test_what_an_install_does_not_read_comes_after_it(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    assert lines_after(tmp_path, "\n".join(before)) == after


@pytest.mark.parametrize(
    "lines",
    [
        ["WORKDIR /app", "COPY . .", "RUN forge --reads . --writes /opt/made"],
        ["WORKDIR /app", "COPY . .", "RUN forge --reads deps --writes src"],
        ["WORKDIR /app", "COPY . .", "RUN forge --reads deps --writes ."],
        ["WORKDIR /app", "COPY . .", "RUN forge --reads *.x --writes /opt/made"],
        ["WORKDIR /app", "COPY . .", "RUN frobnicate"],
        ["WORKDIR /app", "COPY . .", "RUN mkdir data"],
        ["ARG LIST=deps", "WORKDIR /app", "COPY . .", "RUN forge --reads $LIST --writes /opt/made"],
        ["WORKDIR /app", "COPY . .", "RUN cp conf .env", INSTALL],
        ["WORKDIR /app", "COPY . .", "RUN chmod +x app.x", INSTALL],
        ["WORKDIR /app", "COPY . .", "RUN chown 7 /app/conf && dos2unix app.x", INSTALL],
        ["WORKDIR /app", "COPY . .", f"RUN chmod +x app.x && {INSTALL[4:]}"],
        ["WORKDIR /app", "COPY . .", "RUN [ -f app.x ] && forge --reads . --writes /opt/made"],
        ["WORKDIR /app", "COPY deps conf ./", INSTALL],
        ["COPY src /opt/lib", "RUN ldconfig", "WORKDIR /app", INSTALL],
        ["WORKDIR /app", "COPY . .", "VOLUME /app", INSTALL],
        ["WORKDIR /app", "ADD https://example.org/x.tar .", INSTALL],
        ["USER 7", "COPY --chown=7 . /app", "WORKDIR /app", "RUN forge --writes out --cache /c"],
        [
            "WORKDIR /app",
            "COPY . .",
            "RUN forge --reads deps --writes deps --writes /opt/a",
            "RUN forge --reads deps --writes /opt/b --reads .",
        ],
        [
            "WORKDIR /app",
            "COPY . .",
            "RUN cd client && forge --reads deps --writes /opt/a && forge --reads . --writes out",
        ],
    ],
)
def test_a_copy_stays_where_something_may_see_all_of_it(tmp_path: Path, lines: list[str]) -> None:
    assert lines_after(tmp_path, "\n".join(lines)) == lines


@pytest.mark.parametrize(("folder", "moves"), [("etc", False), ("docs", True)])
def test_files_for_the_system_stay_where_tools_may_look_for_them(
    tmp_path: Path, folder: str, moves: bool
) -> None:
    lines = ["COPY . /", "RUN forge --reads /deps --writes /opt/made"]
    found = lines_after(tmp_path, "\n".join(lines), files={**FILES, f"{folder}/x.conf": "1"})
    assert (found != lines) is moves


def test_what_is_ignored_is_never_named(tmp_path: Path) -> None:
    files = {**FILES, ".dockerignore": "lock\n"}
    body = "WORKDIR /app\nCOPY . .\nRUN forge --reads deps --reads lock --writes /opt/made"
    assert "COPY deps ./" in lines_after(tmp_path, body, files=files)


def test_a_host_directory_that_would_cover_what_was_installed_keeps_the_order(tmp_path: Path) -> None:
    lines = ["WORKDIR /app", "COPY . .", "RUN forge --reads deps --writes modules"]
    assert lines_after(tmp_path, "\n".join(lines), files={**FILES, "modules/a": "1"}) == lines


@dataclass
class Fetching(Forge):
    """Its builds fetch what `deps` names, which `forge-fetch` can do before."""

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        if command.name == "forge-fetch":
            return Effect(reads=(state.path("deps"),), caches=(state.path("/c"),))
        effect = super().effect(command, state, case)
        prefetch = Prefetch("forge-fetch", state.directory, (state.path("deps"),), state.path("/c"))
        return effect and replace(effect, prefetch=prefetch)


BUILD = "RUN forge --reads . --writes out --cache /c"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([BUILD], ["COPY deps ./", "RUN forge-fetch", "COPY . .", BUILD]),
        (["ENV A=b", BUILD], ["ENV A=b", "COPY deps ./", "RUN forge-fetch", "COPY . .", BUILD]),
        (
            ["RUN cd client && forge --reads . --writes out --cache /c"],
            [
                "COPY client/deps ./client/",
                "RUN cd /app/client && forge-fetch",
                "COPY . .",
                "RUN cd client && forge --reads . --writes out --cache /c",
            ],
        ),
        (["RUN --mount=type=cache,target=/c forge --reads . --writes out"], None),
        (["RUN apt-get install -y git && forge --reads . --writes out"], None),
    ],
)
def test_what_a_build_fetches_is_fetched_before_the_sources_come(
    tmp_path: Path, before: list[str], after: list[str] | None
) -> None:
    found = lines_after(tmp_path, "\n".join(["WORKDIR /app", "COPY . .", *before]), Fetching())
    assert found == ["WORKDIR /app", *(["COPY . .", *before] if after is None else after)]


TAKES_BACK = (
    "RUN forge --reads deps --writes /opt/made --cache /c && forge --reads . --writes out && rm -rf /c"
)
FETCHES_AND_DELETES = f"{BUILD} && rm -rf /c"


@pytest.mark.parametrize("run", [TAKES_BACK, FETCHES_AND_DELETES])
@pytest.mark.parametrize(
    ("end", "moves"),
    [("", False), ("FROM app", False), ("FROM example.org/base:2\nCOPY --from=app /opt /opt", True)],
)
def test_what_a_run_deletes_again_comes_in_no_layer_of_its_own_that_is_shipped(
    tmp_path: Path, run: str, end: str, moves: bool
) -> None:
    text = f"FROM example.org/base:1 AS app\nWORKDIR /app\nCOPY . .\n{run}\n{end}\n"
    forge = Fetching() if run is FETCHES_AND_DELETES else Forge()
    found = outcome(tmp_path, text, FILES, forge).result
    assert isinstance(found, Rewritten) is moves


@dataclass
class Distant(Fetching):
    """It fetches in the working directory what a file above it names."""

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        effect = super().effect(command, state, case)
        if effect is None or effect.prefetch is None:
            return effect
        return replace(effect, prefetch=replace(effect.prefetch, reads=(Region("/app/deps"),)))


def test_nothing_is_fetched_in_a_directory_that_is_not_there_yet(tmp_path: Path) -> None:
    lines = ["WORKDIR /app", "COPY . .", "RUN cd client && forge --reads . --writes out --cache /c"]
    assert lines_after(tmp_path, "\n".join(lines), Distant()) == lines


def test_it_is_not_fetched_twice(tmp_path: Path) -> None:
    lines = ["WORKDIR /app", "COPY deps .", "RUN forge-fetch", "COPY . .", BUILD]
    assert lines_after(tmp_path, "\n".join(lines), Fetching()) == lines


def test_every_stage_is_put_in_order(tmp_path: Path) -> None:
    text = (
        f"FROM example.org/base:1 AS one\nWORKDIR /app\nCOPY . .\n{INSTALL}\n"
        f"FROM one AS two\nWORKDIR /web\n# the client\nCOPY client .\n{INSTALL}\n"
        "FROM example.org/base:2\nCOPY --from=one /opt/made /opt/made\nCMD serve\n"
    )
    found = outcome(tmp_path, text, FILES).result
    assert isinstance(found, Rewritten) and found.rung is None
    assert found.data.decode() == (
        f"FROM example.org/base:1 AS one\nWORKDIR /app\nCOPY deps ./\n{INSTALL}\nCOPY . .\n"
        f"FROM one AS two\nWORKDIR /web\nCOPY client/deps ./\n{INSTALL}\n# the client\nCOPY client .\n"
        "FROM example.org/base:2\nCOPY --from=one /opt/made /opt/made\nCMD serve\n"
    )


def test_the_author_s_layout_stays_in_a_run_that_is_parted(tmp_path: Path) -> None:
    text = (
        "FROM example.org/base:1\nWORKDIR /app\nCOPY . .\nRUN forge --reads deps --writes /opt/made \\\n"
        "    # and now\n    && forge --reads . --writes out\nCMD forge x\n"
    )
    found = outcome(tmp_path, text, FILES).result
    assert isinstance(found, Rewritten)
    assert found.data.decode().endswith(
        f"COPY deps ./\n{INSTALL}\nCOPY . .\n"
        "RUN \\\n    # and now\n    forge --reads . --writes out\nCMD forge x\n"
    )


def test_a_split_is_planned_on_the_better_order(tmp_path: Path) -> None:
    text = "FROM node:18\nWORKDIR /app\nCOPY . .\nRUN forge --reads deps --writes /opt/made --cache /c\nCMD serve\n"
    found = outcome(tmp_path, text, FILES).result
    assert isinstance(found, Rewritten) and found.rung == "sibling" and found.reordered
    builder, runtime = (stage.steps for stage in build_of(found.data.decode()).stages)
    assert [i.text for i in builder] == [
        "WORKDIR /app",
        "COPY deps ./",
        "RUN forge --reads deps --writes /opt/made --cache /c",
    ]
    assert [i.text for i in runtime] == [
        "WORKDIR /app",
        "COPY --from=builder /opt/made /opt/made",
        "COPY . .",
        "CMD serve",
    ]


def test_a_script_is_there_before_it_runs(tmp_path: Path) -> None:
    files = {**FILES, "install.sh": "#!/bin/sh\nforge --reads deps --writes /opt/made\n"}
    found = lines_after(tmp_path, "WORKDIR /app\nCOPY . .\nRUN sh install.sh", files=files)
    assert found == ["WORKDIR /app", "COPY deps install.sh ./", "RUN sh install.sh", "COPY . ."]


@dataclass
class Building(Forge):
    """Its `forge-build` makes the program of the project."""

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        if command.name == "forge-build":
            return (Product(effect.writes[0], ProductKind.ARTIFACT, "the program", self.name),)
        return super().products(command, effect, state, case)

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        if command.name == "forge-build":
            return Effect(
                reads=(state.path("app.x"),), writes=(state.path("out"),), caches=(state.path("/c"),)
            )
        return super().effect(command, state, case)


def test_a_build_finds_all_sources_and_no_list_of_those_that_it_takes_today(tmp_path: Path) -> None:
    body = f"WORKDIR /app\nCOPY . .\n{INSTALL} && forge-build\nRUN forge-build"
    assert lines_after(tmp_path, body, Building()) == [
        "WORKDIR /app",
        "COPY deps ./",
        INSTALL,
        "COPY . .",
        "RUN forge-build",
        "RUN forge-build",
    ]


@pytest.mark.parametrize(
    ("copied", "lines"),
    [
        ("COPY . .", "ARG PART\nRUN cd $PART"),
        ("COPY . .", "RUN cd $(cat part)"),
        ("COPY src /elsewhere", "RUN cd $(cat part)"),
    ],
)
def test_sources_stay_before_a_build_somewhere(tmp_path: Path, copied: str, lines: str) -> None:
    build = f"{lines} && forge --reads . --writes out --cache /c"
    assert lines_after(tmp_path, f"WORKDIR /app\n{copied}\n{build}")[1] == copied


@pytest.mark.parametrize(
    "text", ["for d in src/*; do (cd $d && %s); done", "for d in a b; do cd /app/src/$d && %s; done"]
)
def test_a_copy_stays_before_work_in_folders_that_only_running_tells(tmp_path: Path, text: str) -> None:
    lines = ["WORKDIR /app", "COPY . .", f"RUN {text % INSTALL[4:]}"]
    assert lines_after(tmp_path, "\n".join(lines)) == lines


@pytest.mark.parametrize(
    "named", ["/elsewhere", "--from=/elsewhere", "example.org/a=/elsewhere", "../elsewhere"]
)
def test_sources_that_a_build_names_stay_before_it(tmp_path: Path, named: str) -> None:
    copied, build = "COPY src /elsewhere", "RUN forge --writes out --cache /c"
    for words, first in ((f" {named}", copied), ("", build)):
        lines = lines_after(tmp_path, f"WORKDIR /app\n{copied}\n{build}{words}")
        assert lines[1] == first
