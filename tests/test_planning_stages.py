"""Which instructions stand in the builder, in the runtime stage, or in what both share."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.engine import Request, Rewritten, Unreadable, refactor
from restage.planning.arrangement import Refusal, Unchanged
from rooms import BUILD, SOURCES, Forge, outcome, stages_after, two


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
        "RUN update-rc.d app defaults",
        "RUN ssh-keygen -A",
        "RUN mkdir -p /tmp/metrics && chmod 1777 /tmp/metrics",
        "RUN mkdir -p /usr/share/man/man1",
        "RUN echo x > /tmp/served.conf && ln -s /data /tmp/data",
        "RUN echo x > /tmp/a && cp /tmp/a /etc/a",
        "RUN echo x > /tmp/a && crontab /tmp/a && rm /tmp/a",
        "RUN echo x > /tmp/a && sort /tmp/a > /tmp/b && cp /tmp/b /etc/b && rm -f /tmp/a /tmp/b",
        "RUN echo nginx > /tmp/a && apt-get install -y $(cat /tmp/a)",
        "COPY conf /etc/ssl/conf",
    ],
)
def test_what_both_stages_need_stands_in_both(tmp_path: Path, line: str) -> None:
    builder, runtime = two(tmp_path, f"{line}\nCOPY deps .\n{BUILD}")
    assert line in builder
    assert line in runtime


@pytest.mark.parametrize(
    "line",
    ["EXPOSE 80", "LABEL a=b", "VOLUME /v", "STOPSIGNAL SIGINT", "HEALTHCHECK CMD true", "ONBUILD ADD x /"],
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
    ("run", "again"),
    [
        ("mkdir /tmp/w && cd /tmp/w && forge --writes /opt/made && mkdir /data", "RUN mkdir /data"),
        ("echo x > /tmp/a && forge --reads /tmp/a --writes /opt/made && rm /tmp/a", None),
        ("echo x > /tmp/a && cat /tmp/a && rm /tmp/a && forge --writes /opt/made", None),
        ("forge --writes /opt/made && mkdir /data", "RUN mkdir /data"),
        ("mkdir /data && forge --writes /opt/made && touch /data/x", "RUN mkdir /data && touch /data/x"),
        ("set -e; mkdir /data; forge --writes /opt/made", "RUN set -e; mkdir /data"),
        ("cd /etc && touch x && forge --writes /opt/made", "RUN cd /etc && touch x"),
        ("cd /etc && touch /etc/x && forge --writes /opt/made", "RUN touch /etc/x"),
        ("cd /etc && cat /etc/y > x && forge --writes /opt/made", "RUN cd /etc && cat /etc/y > x"),
        (
            "mkdir w && cd w && forge --writes /opt/made && echo x > /etc/x && rm -rf ../w",
            "RUN echo x > /etc/x",
        ),
        ("cd src && forge --writes /opt/made && chown -R node /etc/x", "RUN chown -R node /etc/x"),
        ("cd src && forge --writes /opt/made && useradd -m x", "RUN useradd -m x"),
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
    ("script", "again"),
    [
        ("apt-get install -y gcc nginx\nmkdir /data", "apt-get install -y nginx\nmkdir /data"),
        ("set -e\nmkdir /data # for files\nforge --writes /opt/made", "set -e\nmkdir /data # for files"),
        ("#!/bin/bash\nforge --writes /opt/made\nmkdir /data", "#!/bin/bash\nmkdir /data"),
        ("forge --writes /opt/made\napt-get install -y gcc", None),
    ],
)
@pytest.mark.parametrize("opens", ["<<END", "<<-'END'"])
def test_a_here_document_is_repeated_without_its_building_commands(
    tmp_path: Path, opens: str, script: str, again: str | None
) -> None:
    text = f"FROM node:18-alpine\nRUN {opens}\n{script}\nEND\n{BUILD}\nCMD serve\n"
    found = result(tmp_path, text)
    assert isinstance(found, Rewritten), found
    _, _, runtime = found.data.decode().rpartition("FROM")
    assert (f"RUN {opens}\n{again}\nEND\n" if again else "COPY") in runtime
    assert ("<<" in runtime) is (again is not None)


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
        ("RUN curl -o x.tgz https://h.example/x.tgz && tar xzf x.tgz -C /usr", "RUN curl"),
        ("RUN sh -c 'forge --writes /usr/local/lib/x && ldconfig'", "RUN sh -c"),
        (
            "RUN curl -sL https://h.example/a -o nodesource_setup.sh && bash nodesource_setup.sh && apt-get install -y nodejs",
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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"FROM node:18\nCOPY deps .\n{BUILD}\nCMD forge x\n", "start-needs-toolchain"),
        (f"FROM node:18\nCOPY deps .\n{BUILD}\n", "no-start"),
        (f"FROM node:18\nCOPY deps .\n{BUILD}\nONBUILD RUN x\nCMD serve\n", "onbuild-run"),
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


def test_a_file_whose_command_compose_gives_is_split_for_that_command(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: .\n    command: serve\n")
    text = f"FROM node:18\nWORKDIR /app\nCOPY deps .\n{BUILD}\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18-slim"


def test_a_word_that_no_build_can_expand_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    result = refactor(Request(path, b'FROM node:18\nCOPY ${a"b /c/\nCMD serve\n', tmp_path), ()).result
    assert isinstance(result, Unreadable)


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


@pytest.mark.parametrize(
    ("line", "copied"),
    [
        ("RUN curl -o /models/x --create-dirs https://h.example/x", True),
        ("RUN if [ -n $A ]; then curl -o /models/x https://h.example/x; fi", False),
        ("RUN mkdir /models && if [ -n $A ]; then curl -o /models/x https://h.example/x; fi", True),
        ("RUN if [ -n $A ]; then curl -o /opt/x https://h/x; else curl -o /opt/x https://h/y; fi", True),
        ("RUN if [ -n $A ]; then curl -o /opt/x https://h.example/x; fi && chmod +x /opt/x", True),
    ],
)
def test_what_may_not_be_there_is_not_copied(tmp_path: Path, line: str, copied: bool) -> None:
    found = result(tmp_path, f"FROM node:18\nWORKDIR /app\nARG A\n{line}\nCOPY deps .\n{BUILD}\nCMD serve\n")
    text = found.data.decode() if isinstance(found, Rewritten) else ""
    assert ("COPY --from=builder /models" in text or "COPY --from=builder /opt/x" in text) is copied
