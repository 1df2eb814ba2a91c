"""What is copied from the builder, to where, and whose it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import BUILD, SOURCES, outcome, stages_after, two


@pytest.mark.parametrize(
    ("lines", "copied"),
    [
        ("RUN forge --writes /opt/made", "/opt/made"),
        ("RUN forge --writes out", "/app"),
        ("RUN forge --writes ../elsewhere", "/elsewhere"),
        ("RUN forge --writes /opt/made\nRUN cp -r /opt/made /srv/made", "/opt/made /srv/made"),
        ("RUN forge --writes /opt/made\nRUN mv /opt/made /srv/www", "/srv/www"),
        ("RUN forge --writes /opt/out/made && mv /opt/out/* /srv/www", "/srv/www"),
        ("RUN forge --writes /opt/out/made\nRUN mv /opt/out/m?de /srv/www/", "/srv/www"),
        ("RUN forge --writes /opt/out/made && mv /opt/out/*.bak /srv/www", "/opt/out/made /srv/www"),
        ("RUN forge --writes /opt/out/made --writes /opt/b && rm -f /opt/out/*e", "/opt/b /opt/out"),
        ("RUN forge --writes /opt/out/.made && mv /opt/out/* /srv/www", "/opt/out/.made /srv/www"),
        ("RUN forge --writes /opt/a && cp /opt/a /usr/local/bin/a", "/opt/a /usr/local/bin/a"),
        ("RUN forge --writes /tmp/a && cp /tmp/a /usr/local/bin/a", "/usr/local/bin/a"),
        ("RUN forge --writes /tmp/a", "/tmp/a"),
        ("RUN forge --writes /opt/a && rm -rf /opt/a && forge --writes /opt/b", "/opt/b"),
        ("RUN forge --writes /opt/a --writes /opt/a/b", "/opt/a"),
        ("RUN curl -o /usr/local/bin/x https://h.example/x && chmod +x /usr/local/bin/x", "/usr/local/bin/x"),
        ("RUN sh -c 'mkdir /data && forge --writes /opt/a'", "/data /opt/a"),
        ("RUN <<EOF\nforge --writes /opt/a\nmkdir /data\nEOF", "/opt/a"),
        ("RUN mkdir -p /opt/a && (mkdir /data || forge --writes /opt/a)", "/data /opt/a"),
        ("RUN mkdir -p /opt/a && if [ -n x ]; then forge --writes /opt/a; fi", "/opt/a"),
        ("RUN V=$(curl h.example) && echo $V > /etc/version", "/etc/version"),
    ],
)
def test_what_the_build_made_is_copied_from_where_it_is(tmp_path: Path, lines: str, copied: str) -> None:
    _, runtime = two(tmp_path, f"COPY deps .\n{lines}\nRUN forge --cache /root/.forge")
    found = [line.split()[-1] for line in runtime.splitlines() if line.startswith("COPY --from=builder")]
    assert sorted(found) == copied.split()


@pytest.mark.parametrize(
    ("lines", "command"),
    [
        ("RUN mkdir /opt/made && chown node /opt/made", "chown node /opt/made"),
        ("RUN mkdir /opt/made && chown -R node:node /opt/made", "chown node:node /opt/made"),
        ("RUN mkdir /opt/made && chmod 777 /opt/made", "chmod 777 /opt/made"),
        (
            "RUN mkdir /opt/made && chown -R node /opt/made && chmod 750 /opt/made",
            "chown node /opt/made && chmod 750 /opt/made",
        ),
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


@pytest.mark.parametrize(("first", "by_root"), [("", True), ("USER app\n", False)])
def test_who_left_a_cache_in_a_home_decides_who_deletes_it(tmp_path: Path, first: str, by_root: bool) -> None:
    build = "COPY . .\nRUN forge --writes out --cache /app/.cache\nUSER app\nRUN forge --writes o2"
    lines = f"RUN useradd -d /app app\n{first}{build}"
    builder, _ = two(tmp_path, lines)
    assert ("USER root" in builder) is by_root


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


def test_an_empty_directory_with_an_owner_is_made_and_not_copied(tmp_path: Path) -> None:
    lines = "RUN mkdir -p /app /data && chown -R node /app /data\nCOPY deps .\nRUN forge --writes made"
    _, runtime = two(tmp_path, f"{lines}\n{BUILD}")
    assert "RUN mkdir -p /data && chown node /data" in runtime
    assert "COPY --from=builder /data" not in runtime
    assert "COPY --from=builder /app /app" in runtime


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


@pytest.mark.parametrize("directory", ["/root", "/tmp"])
def test_a_project_in_a_home_or_temporary_directory_goes_along(tmp_path: Path, directory: str) -> None:
    lines = f"WORKDIR {directory}\nCOPY deps .\nRUN forge --writes {directory} --cache {directory}"
    _, runtime = two(tmp_path, lines)
    assert f"COPY --from=builder {directory} {directory}" in runtime


def test_a_copy_comes_behind_the_directory_that_a_repeated_command_makes_for_it(tmp_path: Path) -> None:
    _, runtime = two(
        tmp_path,
        "COPY deps .\nRUN mkdir /opt/x /data && forge --writes /opt/x/y --cache /c && mkdir /opt/x/logs",
    )
    lines = runtime.splitlines()
    made = lines.index("RUN mkdir /opt/x /data && mkdir /opt/x/logs")
    assert made < lines.index("COPY --from=builder /opt/x/y /opt/x/y")


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ("rm -rf /var/www/*", True),
        ("rm -rf /var/www/site", True),
        ("rm -rf /var/www/other", False),
        ("mkdir -p /var/www && rm -rf /var/www/*", False),
        ("rm -rf /var/cache/x", False),
    ],
)
def test_what_the_build_empties_of_the_base_is_empty_before_the_copy(
    tmp_path: Path, before: str, again: bool
) -> None:
    _, runtime = two(tmp_path, f"COPY deps .\nRUN {before} && forge --writes /var/www/site --cache /c")
    lines = runtime.splitlines()
    copied = lines.index("COPY --from=builder /var/www/site /var/www/site")
    assert (f"RUN {before}" in lines[:copied]) is again


def test_dependencies_are_copied_behind_the_packages_that_are_installed_beside_them(tmp_path: Path) -> None:
    install = "apt-get update && apt-get install -y nginx"
    _, runtime = two(tmp_path, f"COPY deps .\nRUN {install} && forge --writes /opt/made --cache /c")
    lines = runtime.splitlines()
    installed = next(number for number, line in enumerate(lines) if "install -y nginx" in line)
    assert installed < lines.index("COPY --from=builder /opt/made /opt/made")


@pytest.mark.parametrize(
    ("lines", "behind"),
    [
        ("RUN apt-get install -y nginx && curl -o /etc/nginx/nginx.conf h.example", True),
        ("RUN apt-get install -y nginx\nRUN curl -o /etc/nginx/nginx.conf h.example", True),
        ("COPY conf /srv/\nRUN apt-get install -y nginx\nRUN curl -o /etc/nginx/nginx.conf h.example", True),
        ("RUN curl -o /etc/apt/keyrings/a.gpg h.example && apt-get install -y nginx", False),
        ("RUN apt-get install -y curl && curl -o /etc/x h.example && apt-get install -y nginx", False),
    ],
)
def test_what_lies_among_the_files_of_packages_is_copied_as_late_as_it_was_written(
    tmp_path: Path, lines: str, behind: bool
) -> None:
    """dpkg asks what to do with settings that are there before the package is, and nobody answers."""
    runtime = two(tmp_path, f"{lines}\nCOPY deps .\n{BUILD}")[1].splitlines()
    installed = next(n for n, line in enumerate(runtime) if "install -y" in line and " nginx" in line)
    copied = next(n for n, line in enumerate(runtime) if "--from=builder /etc" in line)
    assert (copied > installed) is behind


def test_dependencies_are_copied_behind_packages_that_were_installed_before_them(tmp_path: Path) -> None:
    lines = f"COPY deps .\nRUN apt-get update && apt-get install -y nginx\n{BUILD}"
    runtime = two(tmp_path, lines)[1].splitlines()
    installed = next(number for number, line in enumerate(runtime) if "install -y nginx" in line)
    assert installed < runtime.index("COPY --from=builder /opt/made /opt/made")


@pytest.mark.parametrize(
    ("place", "made"),
    [
        ("~/.local", "RUN mkdir -p /home/app/.local && chown app /home/app/.local"),
        ("~/.cache/x", "RUN mkdir -p /home/app/.cache/x && chown -R app /home/app/.cache"),
    ],
)
def test_directories_of_a_home_stay_its_users(tmp_path: Path, place: str, made: str) -> None:
    lines = (
        f"COPY conf /etc/c\nRUN useradd -u 2000 -m app\nUSER app\nRUN forge --writes {place} --cache ~/.forge"
    )
    runtime = two(tmp_path, lines)[1].splitlines()
    copied = next(
        number for number, line in enumerate(runtime) if line.startswith("COPY --from=builder /home")
    )
    assert made in runtime[:copied]


@pytest.mark.parametrize(
    ("command", "made"),
    [
        ("cp /opt/made ~/tool", []),
        ("cp /opt/made ~/bin/tool", ["RUN mkdir -p /home/app/bin && chown app /home/app/bin"]),
        ("mv /opt/made ~/site", ["RUN mkdir -p /home/app/site && chown app /home/app/site"]),
        ("mv /opt/other ~/tool", []),
        ("cp -r /opt/made ~/tools", ["RUN mkdir -p /home/app/tools && chown app /home/app/tools"]),
    ],
)
def test_no_directory_is_made_where_a_file_of_a_user_goes(
    tmp_path: Path, command: str, made: list[str]
) -> None:
    """COPY would put the file into it."""
    build = "RUN forge --writes /opt/made --cache /root/.forge"
    lines = f"RUN useradd -u 2000 -m app\nCOPY deps .\n{build}\nUSER app\nRUN {command}"
    runtime = two(tmp_path, lines)[1].splitlines()
    assert [line for line in runtime if line.startswith("RUN mkdir")] == made


@pytest.mark.parametrize("command", ["rm /tmp/x", "rm -f /tmp/x", "rm -rf /tmp/*"])
def test_what_the_build_takes_away_again_is_not_brought(tmp_path: Path, command: str) -> None:
    lines = (
        f"ADD https://h.example/x /tmp/x\nRUN forge --reads /tmp/x --writes /opt/made --cache /c && {command}"
    )
    assert "ADD" not in two(tmp_path, lines)[1]


def test_a_library_that_the_environment_names_is_installed(tmp_path: Path) -> None:
    lines = f"ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libgomp.so.1\nCOPY deps .\n{BUILD}"
    runtime = two(tmp_path, lines)[1].splitlines()
    assert any("apt-get install" in line and " libgomp1 " in line for line in runtime)


@pytest.mark.parametrize(
    ("lines", "copied"),
    [
        ("V=$(cat version) && forge --writes /srv/made-$V.bin", "/srv"),
        ("for f in a b; do forge --writes /srv/made/$f; done", "/srv/made"),
        ("forge --writes /srv/made/`date +%s`/x", "/srv/made"),
    ],
)
def test_of_a_name_that_only_running_tells_the_directory_is_copied(
    tmp_path: Path, lines: str, copied: str
) -> None:
    runtime = two(tmp_path, f"COPY deps .\nRUN {lines} && forge --cache /c")[1]
    assert f"COPY --from=builder {copied} {copied}" in runtime.splitlines()


def is_parted(folder: Path, base: str, run: str) -> bool:
    """Whether a file with this RUN is split into stages."""
    lines = f"WORKDIR /app\nCOPY deps .\nRUN {run}"
    found = outcome(folder, f"FROM {base}\n{lines}\nCMD serve\n", SOURCES)
    return f"FROM {base} AS" in str(found.result)


@pytest.mark.parametrize("place", ["$(cat target)/x", "/usr/bin/made-$(date)", "/opt/made-$(date)"])
def test_what_may_be_written_anywhere_is_not_parted(tmp_path: Path, place: str) -> None:
    assert not is_parted(tmp_path, "node:18", f"V={place} && forge --writes $V --cache /c")


@pytest.mark.parametrize(
    "command",
    [
        'cd "$(cat target)" && forge --writes x',
        'cd "$(cat target)/.." && forge --writes x',
        "cd `cat target` && cd y && forge --writes x",
        "for d in /a /b; do cd $d && forge --writes x; done",
    ],
)
def test_what_is_built_where_only_running_tells_is_not_parted(tmp_path: Path, command: str) -> None:
    assert not is_parted(tmp_path, "node:18", f"{command} && forge --cache /c")


@pytest.mark.parametrize(
    "command",
    [
        "for d in one two; do forge --writes /$d/x; done",
        "read d < names && forge --writes /$d/x",
        "forge --writes $A-$(date)/x",
        "forge --writes $A-$B/x",
    ],
)
def test_what_a_command_names_is_no_variable_of_the_base(tmp_path: Path, command: str) -> None:
    assert not is_parted(tmp_path, "example.org/house:1", f"{command} && forge --cache /c")


def test_what_mktemp_names_stays_behind(tmp_path: Path) -> None:
    lines = "COPY deps .\nRUN T=$(mktemp -d) && forge --writes $T/x && forge --writes /srv/made --cache /c"
    runtime = two(tmp_path, lines)[1]
    assert "COPY --from=builder /srv/made /srv/made" in runtime
    assert "mktemp" not in runtime


def test_a_variable_of_an_unknown_base_keeps_its_name(tmp_path: Path) -> None:
    lines = "COPY deps .\nRUN rm -rf $HOUSE/rooms/* && forge --writes $HOUSE/rooms/one --cache /c"
    runtime = two(tmp_path, lines, base="example.org/house:1")[1].splitlines()
    at = runtime.index("COPY --from=builder $HOUSE/rooms/one $HOUSE/rooms/one")
    assert runtime[at - 1] == "RUN rm -rf $HOUSE/rooms/*"
