"""What stays in the builder, what the runtime stage runs again, and what it copies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from restage.api.case import Case
from restage.api.claim import Basis, Claim, ClaimKind, Evidence, Verdict
from restage.api.need import FacilityNeed, Need, PackageNeed
from restage.api.product import Product
from restage.api.reduction import Reduction, ReductionKind
from restage.api.start import Start
from restage.api.state import State
from restage.engine import Request, Rewritten, Unreadable, refactor
from restage.image.facilities import Facility
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.judge import Courage, holds, verdict
from rooms import Forge, outcome, proven, stages_after

SOURCES = {"app.x": "", "conf": "", "deps": "", "entry.sh": '#!/bin/sh\nexec "$@"\n'}
BUILD = "RUN forge --reads deps --writes /opt/made --cache /root/.forge"


def two(folder: Path, lines: str, base: str = "node:18", forge: Forge | None = None) -> tuple[str, str]:
    """Builder and runtime stage of a file with these lines, without their FROM."""
    text = f"FROM {base}\nWORKDIR /app\n{lines}\nCMD serve\n"
    stages = stages_after(folder, text, SOURCES, forge)
    assert len(stages) == 2
    return "\n".join(stages[0][1:]), "\n".join(stages[1][1:])


def result(folder: Path, text: str, forge: Forge | None = None) -> Rewritten | Refusal | Unchanged | object:
    return outcome(folder, text, SOURCES, forge).result


@pytest.mark.parametrize(
    "line",
    [
        "ENV A=1",
        "USER node",
        'SHELL ["/bin/bash", "-c"]',
        "RUN mkdir -p /data",
        "RUN mkdir -p /var/log/app && chown node /var/log/app",
        "RUN ln -sf /usr/share/zoneinfo/UTC /etc/localtime",
        "RUN useradd -u 2000 app",
        "RUN echo hello > /etc/motd",
        "RUN rm -f /etc/motd",
        "RUN sed -i s/a/b/ /etc/passwd",
        "RUN a2enmod rewrite",
        "COPY conf /etc/ssl/conf",
    ],
)
def test_what_both_stages_need_stands_in_both(tmp_path: Path, line: str) -> None:
    builder, runtime = two(tmp_path, f"{line}\nCOPY deps .\n{BUILD}")
    assert line in builder
    assert line in runtime


@pytest.mark.parametrize(
    "line",
    ["EXPOSE 80", "LABEL a=b", "VOLUME /v", "STOPSIGNAL SIGINT", "HEALTHCHECK CMD true", "ONBUILD RUN x"],
)
def test_what_only_the_container_has_stands_in_the_runtime_stage(tmp_path: Path, line: str) -> None:
    builder, runtime = two(tmp_path, f"{line}\nCOPY deps .\n{BUILD}")
    assert line not in builder
    assert line in runtime


@pytest.mark.parametrize(
    ("copy", "in_builder"),
    [
        ("COPY app.x .", False),
        ("COPY app.x /opt/app.x", False),
        ("COPY deps .", True),
        ("COPY . .", False),  # what the build reads of it is copied before, by itself
        ("COPY conf /etc/apt/apt.conf", True),
        ("COPY conf /root/.forgerc", True),
        ("COPY app.x /usr/local/bin/tool", True),
        ("COPY --from=example.org/tool:1 /tool /bin/tool", True),
    ],
)
def test_a_copy_leaves_the_builder_only_if_no_command_can_read_it(
    tmp_path: Path, copy: str, in_builder: bool
) -> None:
    builder, runtime = two(tmp_path, f"{copy}\n{BUILD}")
    assert (copy in builder, copy in runtime) == (in_builder, True)


@pytest.mark.parametrize(
    ("lines", "copied"),
    [
        ("RUN forge --writes /opt/made", "/opt/made"),
        ("RUN forge --writes out", "/app"),
        ("RUN forge --writes ../elsewhere", "/elsewhere"),
        ("RUN forge --writes /opt/made\nRUN cp -r /opt/made /srv/made", "/opt/made /srv/made"),
        ("RUN forge --writes /opt/made\nRUN mv /opt/made /srv/www", "/srv/www"),
        ("RUN forge --writes /opt/a && cp /opt/a /usr/local/bin/a", "/opt/a /usr/local/bin/a"),
        ("RUN forge --writes /tmp/a && cp /tmp/a /usr/local/bin/a", "/usr/local/bin/a"),
        ("RUN forge --writes /tmp/a", "/tmp/a"),
        ("RUN forge --writes /opt/a && rm -rf /opt/a && forge --writes /opt/b", "/opt/b"),
        ("RUN forge --writes /opt/a --writes /opt/a/b", "/opt/a"),
        ("RUN curl -o /usr/local/bin/x https://h.example/x && chmod +x /usr/local/bin/x", "/usr/local/bin/x"),
        ("RUN sh -c 'mkdir /data && forge --writes /opt/a'", "/data /opt/a"),
        ("RUN <<EOF\nforge --writes /opt/a\nmkdir /data\nEOF", "/data /opt/a"),
        ("RUN mkdir /data || forge --writes /opt/a", "/data /opt/a"),
        ("RUN if true; then forge --writes /opt/a; mkdir /data; fi", "/data /opt/a"),
        ("RUN V=$(curl h.example) && echo $V > /etc/version", "/etc/version"),
    ],
)
def test_what_the_build_made_is_copied_from_where_it_is(tmp_path: Path, lines: str, copied: str) -> None:
    _, runtime = two(tmp_path, f"COPY deps .\n{lines}\nRUN forge --cache /root/.forge")
    found = [line.split()[-1] for line in runtime.splitlines() if line.startswith("COPY --from=builder")]
    assert sorted(found) == copied.split()


@pytest.mark.parametrize(
    ("run", "again"),
    [
        ("forge --writes /opt/made && mkdir /data", "RUN mkdir /data"),
        ("mkdir /data && forge --writes /opt/made && touch /data/x", "RUN mkdir /data && touch /data/x"),
        ("set -e; mkdir /data; forge --writes /opt/made", "RUN set -e; mkdir /data"),
        ("cd /etc && touch x && forge --writes /opt/made", "RUN cd /etc && touch x"),
        ("cd /etc && touch /etc/x && forge --writes /opt/made", "RUN touch /etc/x"),
        ("cd /etc && cat /etc/y > x && forge --writes /opt/made", "RUN cd /etc && cat /etc/y > x"),
        ("V=$(curl h.example) && mkdir /data && forge --writes /opt/made", "RUN mkdir /data"),
        ("D=/data && mkdir $D && forge --writes /opt/made", "RUN D=/data && mkdir $D"),
        ("mkdir /a || true && forge --writes /opt/made", "RUN mkdir /a || true"),
        ("forge --writes /opt/made && git describe", None),
        ("forge --writes /opt/made && rm -rf /var/lib/apt/lists/* /root/.cache", None),
    ],
)
def test_a_run_is_repeated_without_its_building_commands(tmp_path: Path, run: str, again: str | None) -> None:
    _, runtime = two(tmp_path, f"RUN forge --cache /root/.forge\nRUN {run}")
    assert [line for line in runtime.splitlines() if line.startswith("RUN")] == ([again] if again else [])


@pytest.mark.parametrize(
    ("argument", "line", "stays"),
    [
        ("ARG A=1", "RUN mkdir /data/$A", True),
        ("ARG A=1", "RUN mkdir /data/${A:-x}", True),
        ("ARG A=1", "RUN mkdir /data/$AB", False),
        ("ARG A=1", "LABEL v=$A", True),
        ("ARG A=1", "RUN mkdir /data", False),
        ("ARG DEBIAN_FRONTEND=noninteractive", "RUN mkdir /data", True),
        ("ARG DEBIAN_FRONTEND=noninteractive", "LABEL a=b", False),
        ("ARG https_proxy", "RUN mkdir /data", True),
    ],
)
def test_an_argument_is_declared_again_where_something_reads_it(
    tmp_path: Path, argument: str, line: str, stays: bool
) -> None:
    builder, runtime = two(tmp_path, f"{argument}\n{line}\nCOPY deps .\n{BUILD}")
    assert argument in builder
    assert (argument in runtime) is stays


@pytest.mark.parametrize(
    ("lines", "shared"),
    [
        ("RUN frobnicate", "RUN frobnicate"),
        ("RUN frobnicate\nRUN mkdir /x", "RUN frobnicate"),
        ("RUN forge --writes /usr", "RUN forge --writes /usr"),
        ("WORKDIR /go\nARG D\nWORKDIR $D\nRUN forge --writes x", "RUN forge --writes x"),
        ("RUN sh -c 'apt-get install -y nginx && forge --writes /opt/a'", "RUN sh -c"),
        ("RUN curl -o x.deb https://h.example/x.deb && apt-get install -y ./x.deb", "RUN curl"),
        ("RUN sh -c 'forge --writes /usr/local/lib/x && ldconfig'", "RUN sh -c"),
        (
            "RUN curl -sL https://packages.example/setup.deb.sh | bash - && apt-get install -y nodejs",
            "RUN curl",
        ),
    ],
)
def test_what_cannot_be_taken_apart_is_shared_by_both_stages(tmp_path: Path, lines: str, shared: str) -> None:
    text = f"FROM node:18\n{lines}\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    base, builder, runtime = stages_after(tmp_path, text, SOURCES)
    assert any(line.startswith(shared) for line in base)
    assert (builder[0], runtime[0]) == ("FROM base AS builder", "FROM base")
    assert not any(line.startswith(shared) for line in (*builder, *runtime))


def test_a_package_repository_that_is_refreshed_by_the_author_goes_along(tmp_path: Path) -> None:
    setup = "curl -sL https://packages.example/setup.deb.sh | bash -"
    _, runtime = two(tmp_path, f"RUN {setup} && apt-get update && apt-get install -y nodejs\n{BUILD}")
    lines = runtime.splitlines()
    install = lines.index("RUN apt-get update && apt-get install -y nodejs")
    assert lines.index("COPY --from=builder /etc/apt /etc/apt") < install


@pytest.mark.parametrize(
    ("lines", "command"),
    [
        ("RUN mkdir /opt/made && chown node /opt/made", "chown node /opt/made"),
        ("RUN mkdir /opt/made && chown -R node:node /opt/made", "chown node:node /opt/made"),
        ("RUN mkdir /opt/made && chmod 777 /opt/made", "chmod 777 /opt/made"),
        ("RUN mkdir /opt/made && chmod 777 /opt/made/x", None),
        ("RUN mkdir /opt/made", None),
    ],
)
def test_a_copied_directory_keeps_its_owner_and_mode(tmp_path: Path, lines: str, command: str | None) -> None:
    _, runtime = two(tmp_path, f"{lines}\nCOPY deps .\n{BUILD}")
    found = [line for line in runtime.splitlines() if line.startswith("RUN mkdir -p")]
    assert found == ([f"RUN mkdir -p /opt/made && {command}"] if command else [])


def test_no_directory_is_made_where_a_file_is_copied(tmp_path: Path) -> None:
    fetched = "RUN curl -o /usr/local/bin/x https://h.example/x && chmod 755 /usr/local/bin/x"
    _, runtime = two(tmp_path, f"{fetched}\nCOPY deps .\n{BUILD}")
    assert "RUN mkdir" not in runtime


def test_a_directory_gets_its_owner_while_the_user_is_still_root(tmp_path: Path) -> None:
    text = "FROM node:18\nUSER node\nCOPY --chown=node . /app\nWORKDIR /app\nRUN forge --writes out --cache /c\nCMD serve\n"
    lines = stages_after(tmp_path, text, SOURCES)[1]
    made = lines.index("RUN mkdir -p /app && chown node /app")
    assert made < lines.index("USER node") < lines.index("COPY --from=builder /app /app")


def test_packages_of_a_user_are_copied_once_the_home_is_there_and_stay_the_users(tmp_path: Path) -> None:
    lines = (
        "COPY conf /etc/c\nRUN useradd -u 2000 -m app\nUSER app\nRUN forge --writes ~/.local --cache ~/.forge"
    )
    _, runtime = two(tmp_path, lines)
    found = runtime.splitlines()
    owned = found.index("RUN mkdir -p /home/app/.local && chown app /home/app/.local")
    copied = found.index("COPY --from=builder /home/app/.local /home/app/.local")
    assert found.index("RUN useradd -u 2000 -m app") < owned < copied


def test_sources_that_the_build_deletes_do_not_come_back(tmp_path: Path) -> None:
    _, runtime = two(
        tmp_path, "COPY . .\nRUN forge --writes out --cache /c && cp -r out /srv/www && rm -rf /app"
    )
    assert "COPY . ." not in runtime
    assert "COPY --from=builder /srv/www /srv/www" in runtime


@pytest.mark.parametrize("user", ["", "USER node\n"])
def test_caches_inside_a_copied_directory_are_deleted_by_someone_who_may(tmp_path: Path, user: str) -> None:
    builder, _ = two(
        tmp_path, f"COPY . .\nRUN forge --writes out --cache /app/.cache\n{user}RUN forge --writes o2"
    )
    lines = builder.splitlines()
    assert lines[-1] == "RUN rm -rf /app/.cache"
    assert (lines[-2] == "USER root") is bool(user)


def test_a_copy_that_overwrites_what_was_built_still_comes_last(tmp_path: Path) -> None:
    _, runtime = two(tmp_path, "COPY . .\nRUN forge --writes out --cache /c\nCOPY conf /app/out/conf")
    lines = runtime.splitlines()
    assert lines.index("COPY --from=builder /app /app") < lines.index("COPY conf /app/out/conf")


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("RUN forge --writes /usr/local/lib/x\nRUN ldconfig\nRUN forge --writes /usr/local/lib/x", "last"),
        ("RUN apt-get update && apt-get install -y nginx && ldconfig\nRUN nginx -v > /v", "first"),
    ],
)
def test_ldconfig_comes_after_the_libraries_but_takes_nothing_else_with_it(
    tmp_path: Path, lines: str, place: str
) -> None:
    _, runtime = two(tmp_path, f"{lines}\nCOPY deps .\n{BUILD}".replace("nginx -v", "cat /etc/hostname"))
    runs = [line for line in runtime.splitlines() if line.startswith(("RUN", "COPY --from"))]
    assert "ldconfig" in runs[-1 if place == "last" else 0]


@pytest.mark.parametrize(
    ("base", "image"),
    [
        ("node:18", "node:18-slim"),
        ("node:18-bookworm", "node:18-bookworm-slim"),
        ("python:3.11", "python:3.11-slim"),
        ("node:18-slim", "node:18-slim"),
        ("node:18-alpine", "node:18-alpine"),
        ("golang:1.21", "debian:bookworm-slim"),
        ("example.org/app:1", "example.org/app:1"),
    ],
)
def test_the_runtime_stage_starts_from_the_sibling(tmp_path: Path, base: str, image: str) -> None:
    text = f"FROM {base} AS app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    first, second = stages_after(tmp_path, text, SOURCES)
    assert (first[0], second[0]) == (f"FROM {base} AS builder", f"FROM {image} AS app")


@pytest.mark.parametrize(
    ("lines", "starts_there"),
    [
        ("COPY conf ./conf\nWORKDIR /src", True),
        ("RUN mkdir x\nWORKDIR /src", True),
        ("WORKDIR src", True),
        ("RUN useradd -u 2000 x\nWORKDIR /src", False),
        ("WORKDIR /src\nCOPY conf ./conf", False),
        ("", True),
    ],
)
def test_the_working_directory_of_the_build_image_is_set_where_a_path_starts_there(
    tmp_path: Path, lines: str, starts_there: bool
) -> None:
    text = f"FROM golang:1.21\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM debian:bookworm-slim"
    assert (runtime[1] == "WORKDIR /go") is starts_there


OPEN = Claim(ClaimKind.NODE_SIBLING, "x", Evidence(Basis.PARTIAL, "a search that stopped"))
REFUTED = Claim(ClaimKind.NODE_SIBLING, "x", Evidence(Basis.RULE, "a rule", against=("it calls gcc",)))
UNTRIED = Claim(ClaimKind.GO_LINKAGE, "x", Evidence(Basis.SEARCH, "a search"))


@pytest.mark.parametrize(
    ("forge", "start"),
    [
        (Forge(claims=(OPEN,)), "serve"),
        (Forge(claims=(REFUTED,)), "serve"),
        (Forge(claims=(UNTRIED,)), "serve"),
        (Forge(offers=(ReductionKind.BUILD_TOOLS,)), "serve"),
        (Forge(), "./program"),
        (Forge(), "$PROGRAM"),
        (Forge(), "supervisord"),
    ],
)
def test_the_base_stays_where_something_speaks_against_moving(
    tmp_path: Path, forge: Forge, start: str
) -> None:
    text = f"FROM node:18\nWORKDIR /app\nCOPY program deps ./\n{BUILD}\nCMD {start}\n"
    assert stages_after(tmp_path, text, {**SOURCES, "program": "ELF"}, forge)[1][0] == "FROM node:18"


@pytest.mark.parametrize(
    "lines",
    [
        "RUN adduser --system --group app",
        "RUN forge --writes /etc/apt/keyrings/x.gpg\nRUN apt-get update && apt-get install -y foo",
    ],
)
def test_the_base_stays_where_the_runtime_stage_itself_needs_it(tmp_path: Path, lines: str) -> None:
    text = f"FROM node:18\nWORKDIR /app\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18"


@pytest.mark.parametrize(
    ("line", "installs"),
    [
        ("RUN useradd -r app", []),
        ("RUN git config --global a.b c", ["git"]),
    ],
)
def test_programs_of_repeated_commands_are_installed_before_they_run(
    tmp_path: Path, line: str, installs: list[str]
) -> None:
    text = f"FROM node:18\nWORKDIR /app\n{line}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-slim"
    assert [found for found in installs if any(f" {found} " in text for text in runtime[1:2])] == installs


NEEDS: dict[str, tuple[Need, ...]] = {
    "none": (),
    "library": (PackageNeed("libpq-dev", "postgresql-dev", "forged code links it"),),
    "certificates": (FacilityNeed(Facility.CERTIFICATES, "it speaks TLS"),),
    "package": (PackageNeed("openssh-client", "", "forged code reads its files"),),
}


@pytest.mark.parametrize(
    ("needs", "start", "added"),
    [
        ("none", "serve", None),
        ("none", "serve --needs git", "git"),
        ("none", "serve --needs git --needs curl", "git curl"),
        ("none", "serve --needs node", None),
        ("library", "serve", "libpq5"),
    ],
)
def test_what_the_sibling_lacks_is_installed(
    tmp_path: Path, needs: str, start: str, added: str | None
) -> None:
    text = f"FROM node:18-bookworm\nCOPY deps .\n{BUILD}\nCMD {start}\n"
    runtime = stages_after(tmp_path, text, SOURCES, Forge(needs=NEEDS[needs]))[1]
    runs = [line for line in runtime if line.startswith("RUN")]
    wanted = f"apt-get install -y --no-install-recommends {added} " if added else ""
    assert [wanted in line for line in runs] == ([True] if added else [])


def test_certificates_come_along_as_a_file(tmp_path: Path) -> None:
    text = f"FROM node:18-bookworm\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES, Forge(needs=NEEDS["certificates"]))[1]
    path = "/etc/ssl/certs/ca-certificates.crt"
    assert f"COPY --from=builder {path} {path}" in runtime


@pytest.mark.parametrize(
    ("needs", "start", "installs"),
    [
        ("certificates", "serve", "ca-certificates"),
        ("none", "serve --needs ssh", "openssh-client"),
        ("package", "serve", "openssh-client"),
        ("none", "serve", None),
    ],
)
def test_what_came_with_a_package_is_installed_in_its_own_right(
    tmp_path: Path, needs: str, start: str, installs: str | None
) -> None:
    lines = "RUN apt-get update && apt-get install -y git\nRUN git clone https://h.example/r /opt/r"
    text = f"FROM debian:bookworm\n{lines}\nCOPY deps .\n{BUILD}\nCMD {start}\n"
    runtime = stages_after(tmp_path, text, SOURCES, Forge(needs=NEEDS[needs]))[1]
    found = [line.split()[-1] for line in runtime if "install" in line]
    assert found == ([installs] if installs else [])


def test_an_empty_directory_with_an_owner_is_made_and_not_copied(tmp_path: Path) -> None:
    lines = "RUN mkdir -p /app /data && chown -R node /app /data\nCOPY deps .\nRUN forge --writes made"
    _, runtime = two(tmp_path, f"{lines}\n{BUILD}")
    assert "RUN mkdir -p /data && chown node /data" in runtime
    assert "COPY --from=builder /data" not in runtime
    assert "COPY --from=builder /app /app" in runtime


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


KEY = 'echo "$KEY" > /root/.key'


@pytest.mark.parametrize(
    "lines",
    [
        f"RUN {KEY} && {BUILD[4:]} && rm /root/.key",
        f"RUN {KEY}\n{BUILD}\nRUN rm /root/.key",
        f"RUN mkdir -p /root/k && {KEY.replace('.key', 'k/a')} && chmod 600 /root/k/a\n{BUILD}\nRUN rm -rf /root/k",
        f"RUN {KEY.replace('.key', 'k/a')} && curl -o /root/k/b https://e.example\n{BUILD}\nRUN rm -rf /root/k",
    ],
)
def test_a_key_that_the_build_deletes_again_never_reaches_the_runtime_stage(
    tmp_path: Path, lines: str
) -> None:
    builder, runtime = two(tmp_path, f"ARG KEY\nCOPY deps .\n{lines}")
    assert "KEY" in builder and "rm " in builder
    assert "/root" not in runtime and "KEY" not in runtime


def test_of_a_key_in_a_directory_that_stays_only_the_directory_is_made_again(tmp_path: Path) -> None:
    key = KEY.replace(".key", "k/a")
    lines = f"RUN mkdir -p /root/k && {key} && {BUILD[4:]} && rm /root/k/a"
    builder, runtime = two(tmp_path, f"ARG KEY\nCOPY deps .\n{lines}")
    assert "KEY" in builder and "mkdir -p /root/k" in runtime
    assert "KEY" not in runtime and "k/a" not in runtime


@pytest.mark.parametrize("between", ["RUN grep -c . /root/.key > /etc/motd", "COPY conf /root/.key"])
def test_what_is_used_before_it_is_deleted_stands_in_both_stages(tmp_path: Path, between: str) -> None:
    _, runtime = two(tmp_path, f"COPY deps .\nRUN echo a > /root/.key\n{between}\n{BUILD}\nRUN rm /root/.key")
    assert ("echo a" in runtime) <= ("rm /root/.key" in runtime)
    assert between in runtime and "rm /root/.key" in runtime


@pytest.mark.parametrize("removal", ["apk del .build", "apk del gcc musl-dev"])
def test_packages_that_the_file_removes_itself_do_not_come_back(tmp_path: Path, removal: str) -> None:
    text = (
        "FROM python:3.12-alpine\nRUN apk add --no-cache --virtual .build gcc musl-dev && apk add bash\n"
        f"COPY deps .\n{BUILD}\nRUN {removal}\nCMD serve\n"
    )
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert [line for line in runtime if "apk" in line] == ["RUN apk add bash"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"FROM node:18\nCOPY deps .\n{BUILD}\nCMD forge x\n", "start-needs-toolchain"),
        (f"FROM node:18\nCOPY deps .\n{BUILD}\n", "no-start"),
        (f"FROM node:18-onbuild\nCOPY deps .\n{BUILD}\nCMD serve\n", "onbuild-base"),
        (f"FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{BUILD}\nCMD serve\n", "windows-base"),
        ("FROM node:18\nCOPY deps .\nCMD serve\n", "nothing-to-build"),
        ("FROM node:18-slim\nRUN forge --writes /x\nCMD serve\n", "nothing-to-win"),
        (f"FROM node:18\n{BUILD}\nRUN frobnicate\nCMD serve\n", "build-unknown"),
        (f"FROM node:18 AS a\n{BUILD}\nFROM a\nCMD serve\n", "already-multi-stage"),
    ],
)
def test_a_file_is_left_alone_for_a_reason(tmp_path: Path, text: str, code: str) -> None:
    found = result(tmp_path, text)
    assert isinstance(found, Refusal | Unchanged)
    assert found.code == code


@pytest.mark.parametrize(
    ("kind", "evidence", "expected", "plain", "unsafe"),
    [
        (ClaimKind.GO_LINKAGE, Evidence(Basis.RULE, "r"), Verdict.PROVEN, True, True),
        (ClaimKind.GO_LINKAGE, Evidence(Basis.SEARCH, "s"), Verdict.EXPECTED, False, True),
        (ClaimKind.UNNAMED_PROGRAM, Evidence(Basis.SEARCH, "s"), Verdict.EXPECTED, True, True),
        (ClaimKind.UNNAMED_PROGRAM, Evidence(Basis.PARTIAL, "p"), Verdict.OPEN, False, False),
        (ClaimKind.GO_LINKAGE, Evidence(Basis.RULE, "r", missing=("x",)), Verdict.OPEN, False, False),
        (ClaimKind.GO_LINKAGE, Evidence(Basis.RULE, "r", against=("x",)), Verdict.REFUTED, False, False),
        (
            ClaimKind.UNNAMED_PROGRAM,
            Evidence(Basis.RULE, "r", against=("x",), missing=("y",)),
            Verdict.REFUTED,
            False,
            False,
        ),
    ],
)
def test_the_engine_judges_by_the_evidence(
    kind: ClaimKind, evidence: Evidence, expected: Verdict, plain: bool, unsafe: bool
) -> None:
    claim = Claim(kind, "x", evidence)
    assert verdict(claim) is expected
    assert (holds(claim, Courage.PLAIN), holds(claim, Courage.UNSAFE)) == (plain, unsafe)


def test_two_products_must_both_stand_the_sibling(tmp_path: Path) -> None:
    class Half(Forge):
        """Offers nothing for what lies in /opt/b."""

        def reductions(
            self, product: Product, starts: tuple[Start, ...], state: State, case: Case
        ) -> Iterable[Reduction]:
            return () if product.region.path == "/opt/b" else super().reductions(product, starts, state, case)

    lines = "RUN forge --writes /opt/a --cache /c\nRUN forge --writes /opt/b"
    text = f"FROM node:18\n{lines}\nCMD serve\n"
    assert stages_after(tmp_path, text, {}, Forge(claims=(proven(ClaimKind.NODE_SIBLING),)))[1][0].endswith(
        "slim"
    )
    assert stages_after(tmp_path, text, {}, Half())[1][0] == "FROM node:18"


@pytest.mark.parametrize(
    ("line", "brought"),
    [
        ("ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt", True),
        ("ENV NODE_EXTRA_CA_CERTS=/app/own.crt", False),
    ],
)
def test_files_of_the_base_that_env_names_come_along(tmp_path: Path, line: str, brought: bool) -> None:
    text = f"FROM node:18\n{line}\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-slim"
    assert any("--from=builder /etc/ssl/certs/" in found for found in runtime) is brought


def test_a_temporary_directory_that_the_container_starts_in_goes_along(tmp_path: Path) -> None:
    lines = (
        "WORKDIR /tmp/app\nRUN forge --writes /tmp/app/made\nRUN forge --reads /tmp/app/made --writes /opt/b"
    )
    _, runtime = two(tmp_path, lines)
    assert "COPY --from=builder /tmp/app /tmp/app" in runtime


def test_a_file_whose_command_compose_gives_is_split_for_that_command(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: .\n    command: serve\n")
    text = f"FROM node:18\nWORKDIR /app\nCOPY deps .\n{BUILD}\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18-slim"


def test_a_word_that_no_build_can_expand_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    result = refactor(Request(path, b'FROM node:18\nCOPY ${a"b /c/\nCMD serve\n', tmp_path), ()).result
    assert isinstance(result, Unreadable)


def test_the_base_stays_where_the_file_reads_a_value_that_only_it_knows(tmp_path: Path) -> None:
    text = f"FROM node:18\nENV RUNS_ON=node-$NODE_VERSION\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18-slim"
    text = text.replace("node:18", "golang:1.22").replace("NODE_VERSION", "GOLANG_VERSION")
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM golang:1.22"


@pytest.mark.parametrize("directory", ["/root", "/tmp"])
def test_a_project_in_a_home_or_temporary_directory_goes_along(tmp_path: Path, directory: str) -> None:
    lines = f"WORKDIR {directory}\nCOPY deps .\nRUN forge --writes {directory} --cache {directory}"
    _, runtime = two(tmp_path, lines)
    assert f"COPY --from=builder {directory} {directory}" in runtime


@pytest.mark.parametrize(
    ("script", "split"),
    [
        ("open('/srv/site/x', 'w')", False),
        ("open('/app/x', 'w')", True),
        ("fetch('/api/x')", True),
        ("open('/tmp/x')", True),
    ],
)
def test_a_build_script_that_names_a_place_elsewhere_is_not_taken_apart(
    tmp_path: Path, script: str, split: bool
) -> None:
    text = f"FROM node:18\nWORKDIR /app\nCOPY deps build.x ./\n{BUILD}\nRUN make -f build.x\nCMD serve\n"
    result = outcome(tmp_path, text, {**SOURCES, "build.x": script}).result
    assert isinstance(result, Rewritten) is split


def test_a_cache_that_the_file_itself_deletes_is_not_deleted_again(tmp_path: Path) -> None:
    build = "RUN forge --writes out --cache /app/cache"
    builder, _ = two(tmp_path / "kept", f"COPY . .\n{build}")
    assert "rm -rf /app/cache" in builder
    builder, _ = two(tmp_path / "gone", f"COPY . .\n{build} && rm -rf cache")
    assert "rm -rf /app/cache" not in builder


SETUP = "RUN curl -fsSL https://packages.microsoft.com/config/x/setup.deb.sh | bash -"


@pytest.mark.parametrize(
    ("install", "parted"),
    [
        ("apt-get install -y gcc", True),
        ("apt-get install -y gcc nginx", False),
        ("apt-get install -y nginx", False),
    ],
)
def test_a_repository_that_only_the_build_needs_stays_in_the_builder(
    tmp_path: Path, install: str, parted: bool
) -> None:
    text = f"FROM node:18\n{SETUP} && {install}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    stages = stages_after(tmp_path, text, SOURCES)
    assert len(stages) == (2 if parted else 3)
    assert any(install in line for line in stages[0])
    assert not any(install in line for stage in stages[1:] for line in stage)
