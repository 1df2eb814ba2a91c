"""Which OS packages the runtime stage installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api.claim import Basis, ClaimKind, Evidence
from restage.record import replace
from rooms import BUILD, SOURCES, Forge, proven, stages_after, two


@pytest.mark.parametrize("update", ["", "apt-get update && "])
def test_the_set_up_of_a_package_repository_is_run_again_with_what_it_needs(
    tmp_path: Path, update: str
) -> None:
    setup = f"curl -sL https://packages.example/setup.deb.sh | bash - && {update}apt-get install -y nodejs"
    lines = two(tmp_path, f"RUN {setup}\n{BUILD}")[1].splitlines()
    first, again = (line for line in lines if "install" in line)
    assert "ca-certificates curl" in first and setup in again


@pytest.mark.parametrize(
    ("line", "start", "installs"),
    [
        ("RUN useradd -r app", "serve", []),
        ("RUN git config --global a.b c", "serve --needs git", ["git"]),
    ],
)
def test_programs_of_repeated_commands_are_installed_before_they_run(
    tmp_path: Path, line: str, start: str, installs: list[str]
) -> None:
    text = f"FROM node:18\nWORKDIR /app\n{line}\nCOPY deps .\n{BUILD}\nCMD {start}\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-slim"
    assert line in runtime
    assert [found for found in installs if any(f" {found} " in text for text in runtime[1:2])] == installs


@pytest.mark.parametrize(
    "lines",
    [
        "RUN git config --global a.b c",
        "RUN apt-get update && apt-get install -y git\nRUN git config --global a.b c\nRUN git clone h.example/r /opt/r",
    ],
)
def test_settings_of_git_stay_in_the_builder_where_git_does(tmp_path: Path, lines: str) -> None:
    text = f"FROM node:18\nWORKDIR /app\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert not any("git" in line for line in stages_after(tmp_path, text, SOURCES)[1])


def test_an_install_that_asks_takes_up_no_further_packages(tmp_path: Path) -> None:
    lines = "RUN apt-get update && apt-get install nginx\nRUN apt-get install -y libpq-dev"
    text = f"FROM {SLIM}\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert any("install nginx" in line and "libpq5" not in line for line in runtime)
    assert any("install -y" in line and "libpq5" in line for line in runtime)


@pytest.mark.parametrize("tried", ["apt-get update || :", "apt-get update || true"])
def test_a_refresh_that_may_fail_goes_along_as_a_whole(tmp_path: Path, tried: str) -> None:
    runtime = two(tmp_path, f"RUN {tried} && apt-get install -y gcc nginx\n{BUILD}")[1]
    assert f"{tried} && apt-get install -y nginx" in runtime


SLIM = "python:3.12-slim-bookworm"


@pytest.mark.parametrize(
    ("packages", "start", "kept"),
    [
        ("gcc nginx", "serve", "nginx"),
        ("gcc nginx", "serve --needs gcc", "gcc nginx"),
        ("gcc libpq-dev nginx", "serve", "nginx libpq5"),
        ("gcc python3-dev nginx", "serve", "nginx"),
        ("build-essential git nginx", "serve", "git nginx"),
        ("git nginx", "./entry.sh", "git nginx"),
        ("no-such-package nginx", "serve", "no-such-package nginx"),
        ("no-such-dev nginx gcc", "serve", "no-such-dev nginx"),
    ],
)
def test_the_runtime_stage_installs_what_it_needs(
    tmp_path: Path, packages: str, start: str, kept: str
) -> None:
    line = "RUN apt-get update && apt-get install -y {} && rm -rf /var/lib/apt/lists/*"
    text = f"FROM {SLIM}\n{line.format(packages)}\nCOPY deps .\n{BUILD}\nCMD {start}\n"
    assert line.format(kept) in stages_after(tmp_path, text, SOURCES)[1]


@pytest.mark.parametrize(
    ("lines", "stays"),
    [
        ("RUN git clone https://h.example/r /opt/r", False),
        ("RUN git config --global a.b c", True),
        ("RUN true", True),
    ],
)
def test_a_tool_stays_if_the_runtime_stage_calls_it_or_the_build_does_not(
    tmp_path: Path, lines: str, stays: bool
) -> None:
    text = f"FROM {SLIM}\nRUN apt-get update && apt-get install -y git nginx\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    (install,) = (line for line in stages_after(tmp_path, text, SOURCES)[1] if "apt-get install" in line)
    assert ("git" in install.split()) is stays


@pytest.mark.parametrize("group", [".build", "builds-deps"])
def test_a_group_of_which_nothing_stays_is_not_removed_again(tmp_path: Path, group: str) -> None:
    text = (
        f"FROM python:3.12-alpine\nRUN apk add --virtual {group} gcc musl-dev\n"
        f"COPY deps .\n{BUILD} && apk del {group}\nCMD serve\n"
    )
    assert not [line for line in stages_after(tmp_path, text, SOURCES)[1] if "apk" in line]


@pytest.mark.parametrize("removal", ["apk del .build", "apk del gcc musl-dev"])
def test_packages_that_the_file_removes_itself_do_not_come_back(tmp_path: Path, removal: str) -> None:
    text = (
        "FROM python:3.12-alpine\nRUN apk add --no-cache --virtual .build gcc musl-dev && apk add bash\n"
        f"COPY deps .\n{BUILD}\nRUN {removal}\nCMD serve\n"
    )
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert [line for line in runtime if "apk" in line] == ["RUN apk add bash && rm -rf /var/cache/apk/*"]


@pytest.mark.parametrize("start", ["serve --needs git", "./what"])
def test_what_the_same_run_removes_never_comes_back(tmp_path: Path, start: str) -> None:
    text = (
        "FROM python:3.12-alpine\nRUN apk add bash\nCOPY deps .\n"
        f"RUN apk add --virtual .fetch git && {BUILD.removeprefix('RUN ')} && apk del .fetch\nCMD {start}\n"
    )
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert not [line for line in runtime if line.startswith("RUN") and ("git" in line or ".fetch" in line)]


def test_what_was_asked_for_before_a_group_stays_when_the_group_goes(tmp_path: Path) -> None:
    text = (
        "FROM python:3.12-alpine\nRUN apk add git nginx\nCOPY deps .\n"
        f"RUN apk add --virtual .build git gcc && {BUILD.removeprefix('RUN ')} && apk del .build\nCMD serve --needs git\n"
    )
    assert "RUN apk add git nginx && rm -rf /var/cache/apk/*" in stages_after(tmp_path, text, SOURCES)[1]


def test_packages_that_only_the_larger_base_has_are_not_removed_again(tmp_path: Path) -> None:
    lines = "RUN apt-get update && apt-get install -y nginx nano\nRUN apt-get purge -y git nano"
    text = f"FROM node:18-bookworm\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-bookworm-slim"
    assert not [line for line in runtime if "purge" in line or "nano" in line]


@pytest.mark.parametrize("run", ["dpkg -i /opt/tool.deb", "dpkg -i /opt/tool.deb || apt-get -fy install"])
def test_package_files_of_the_project_are_installed_again(tmp_path: Path, run: str) -> None:
    text = f"FROM node:18-bookworm\nCOPY tool.deb /opt/\nRUN {run}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert f"RUN {run}" in stages_after(tmp_path, text, {**SOURCES, "tool.deb": ""})[1]


@pytest.mark.parametrize(("archive", "package"), [("a.tar.xz", "xz-utils"), ("a.tbz2", "bzip2")])
def test_what_unpacks_an_archive_is_there_when_it_is_unpacked(
    tmp_path: Path, archive: str, package: str
) -> None:
    text = f"FROM node:18-bookworm\nCOPY {archive} /srv/\nRUN tar xf /srv/{archive} -C /opt\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert f" {package} " in stages_after(tmp_path, text, {**SOURCES, archive: ""})[1][1]


def test_what_the_file_installs_and_removes_again_is_not_installed_twice(tmp_path: Path) -> None:
    run = "apt-get update && apt-get install -y xz-utils && tar xf /srv/a.tar.xz -C /opt && apt-get purge -y xz-utils"
    text = f"FROM node:18-bookworm\nCOPY a.tar.xz /srv/\nRUN {run}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, {**SOURCES, "a.tar.xz": ""})[1]
    assert [line for line in runtime if "install" in line] == [f"RUN {run} && rm -rf /var/lib/apt/lists/*"]


@pytest.mark.parametrize(
    ("install", "between", "removal"),
    [
        ("apk add tzdata gcc", "cp /usr/share/zoneinfo/UTC /etc/localtime", "apk del tzdata"),
        ("apk add --virtual .zone tzdata", "cp /usr/share/zoneinfo/UTC /etc/localtime", "apk del .zone"),
        ("apk add libfoo gcc", "sed -i s/a/b/ /etc/foo.conf", "apk del libfoo"),
    ],
)
def test_a_package_is_removed_after_the_runtime_stage_has_read_of_it(
    tmp_path: Path, install: str, between: str, removal: str
) -> None:
    run = f"RUN {install} && {between} && {removal}"
    text = f"FROM node:20-alpine\nRUN apk add gcc\n{run}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    again = next(line for line in stages_after(tmp_path, text, SOURCES)[1] if between in line)
    assert again.startswith(f"RUN {install.removesuffix(' gcc')} && {between} && {removal}")
    assert " gcc" not in again


@pytest.mark.parametrize(
    "run", ["sh -c 'apt-get update && apt-get install -y gcc libpq-dev nginx'", "./install.sh"]
)
def test_what_can_only_run_again_as_a_whole_is_not_said_to_be_left_out(tmp_path: Path, run: str) -> None:
    script = "#!/bin/sh\napt-get install -y gcc libpq-dev\nuseradd -r app\n"
    text = f"FROM node:18-bookworm\nCOPY install.sh .\nRUN {run}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, {**SOURCES, "install.sh": script})[1]
    assert f"RUN {run}" in runtime
    assert not any("libpq5" in line for line in runtime)


@pytest.mark.parametrize(
    "settings", ["/etc/apt/sources.list.d/x.list", "/etc/apt/apt.conf.d/90yes", "/etc/apt/auth.conf"]
)
def test_settings_of_a_package_manager_are_there_for_the_install_before_they_are_deleted(
    tmp_path: Path, settings: str
) -> None:
    run = f"echo x > {settings} && apt-get update && apt-get install -y nginx && rm {settings}"
    assert run in two(tmp_path, f"RUN {run}\nCOPY deps .\n{BUILD}")[1]


def test_an_install_by_a_key_that_was_fetched_and_is_deleted_is_shared(tmp_path: Path) -> None:
    key = "/usr/share/keyrings/x.gpg"
    lines = f"RUN curl -o {key} h.example && apt-get update && apt-get install -y nginx && rm {key}"
    text = f"FROM node:18\n{lines}\nCOPY deps .\nRUN apt-get install -y gcc\n{BUILD}\nCMD serve\n"
    assert len(stages_after(tmp_path, text, SOURCES)) == 3


@pytest.mark.parametrize(
    ("install", "user", "stays"),
    [
        ("install -y", "adduser --system --group app", True),
        ("install -y --no-install-recommends", "adduser --system --group app", False),
        ("install -y", "adduser --system --uid 50 --gid 50 app", False),
        ("install -y", "useradd -r app", False),
        ("install -y openssh-client", "adduser --system --group app", False),
    ],
)
def test_groups_of_what_a_package_recommends_keep_the_numbers_of_later_ones(
    tmp_path: Path, install: str, user: str, stays: bool
) -> None:
    """git recommends openssh-client, which makes a group: without it app would be 101 for 102."""
    lines = f"RUN apt-get update && apt-get {install} git gcc\nRUN git clone h.example/r /opt/r && {user}"
    text = f"FROM {SLIM}\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert any(" git " in line for line in stages_after(tmp_path, text, SOURCES)[1]) is stays


def test_a_tool_that_the_build_only_asks_its_version_stays_in_the_builder(tmp_path: Path) -> None:
    lines = "RUN apt-get update && apt-get install -y gcc nginx && gcc --version && mkdir /data"
    assert "install -y nginx && mkdir /data" in two(tmp_path, f"{lines}\nCOPY deps .\n{BUILD}")[1]


def test_what_a_removal_leaves_without_use_goes_with_it(tmp_path: Path) -> None:
    run = "RUN apt-get update && apt-get install -y gcc gnupg && echo deb x > /etc/apt/sources.list.d/x.list"
    removal = "apt-get purge -y gcc gnupg && apt-get autoremove -y"
    text = f"FROM debian:bookworm\n{run} && {removal}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    (again,) = (line for line in stages_after(tmp_path, text, SOURCES)[1] if "purge" in line)
    assert "apt-get purge -y gnupg && apt-get autoremove -y" in again


SETUP = "RUN curl -fsSL https://packages.microsoft.com/config/x/setup.deb.sh | bash -"


@pytest.mark.parametrize(
    ("install", "again"),
    [
        ("apt-get install -y gcc", ""),
        ("apt-get install -y gcc nginx", "apt-get install -y nginx"),
        ("apt-get install -y nginx", "apt-get install -y nginx"),
    ],
)
def test_a_repository_that_only_the_build_needs_stays_in_the_builder(
    tmp_path: Path, install: str, again: str
) -> None:
    text = f"FROM node:18\n{SETUP} && {install}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    builder, runtime = stages_after(tmp_path, text, SOURCES)
    assert any(install in line for line in builder)
    found = [line for line in runtime if SETUP in line]
    assert [again in line for line in found] == ([True] if again else [])


CALLS_SOMETHING = Forge(claims=(proven(ClaimKind.JAR_RUNTIME),))
RUNS_ALONE = Forge(claims=(proven(ClaimKind.JAR_RUNTIME), proven(ClaimKind.UNNAMED_PROGRAM)))
UNTOLD = replace(
    proven(ClaimKind.UNNAMED_PROGRAM), evidence=Evidence(Basis.PARTIAL, "", missing=("what it calls",))
)
ONE_OF_TWO = Forge(claims=(*RUNS_ALONE.claims, UNTOLD))


@pytest.mark.parametrize(
    ("start", "forge", "installed"),
    [
        ("serve --needs java", RUNS_ALONE, "apt-get install -y openjdk-17-jre"),
        ("serve --needs java --needs jcmd", RUNS_ALONE, "apt-get install -y openjdk-17-jdk"),
        ("serve --needs java", Forge(), "apt-get install -y openjdk-17-jdk"),
        ("serve --needs java", CALLS_SOMETHING, "apt-get install -y openjdk-17-jdk"),
        ("serve --needs java", ONE_OF_TWO, "apt-get install -y openjdk-17-jdk"),
        ("serve --needs java --needs native2ascii", RUNS_ALONE, "apt-get install -y openjdk-17-jdk"),
    ],
)
def test_the_runtime_of_a_language_comes_in_the_place_of_its_tools_where_nothing_uses_these(
    tmp_path: Path, start: str, forge: Forge, installed: str
) -> None:
    """maven brings a default-jre of its own, which nobody needs then."""
    lines = "RUN apt-get update && apt-get install -y maven openjdk-17-jdk"
    text = f"FROM {SLIM}\n{lines}\nCOPY deps .\n{BUILD}\nCMD {start}\n"
    runtime = stages_after(tmp_path, text, SOURCES, forge)[1]
    assert [f"{installed} &&" in line for line in runtime if "install" in line] == [True]
