"""What it takes to call a program besides the program itself."""

from __future__ import annotations

import pytest

from restage.api import Need, PackageNeed, ProgramNeed, called, called_in
from restage.api.calling import called_by_shell


def names(needs: list[Need]) -> set[str]:
    programs = {need.program for need in needs if isinstance(need, ProgramNeed)}
    return programs | {need.apt for need in needs if isinstance(need, PackageNeed)}


@pytest.mark.parametrize("program", ["curl", "/usr/bin/git", "yt-dlp"])
def test_what_talks_to_servers_takes_certificates(program: str) -> None:
    assert names(list(called(program, "x"))) == {program, "ca-certificates"}


def test_what_does_not_takes_the_program_alone() -> None:
    assert names(list(called("convert", "x"))) == {"convert"}


@pytest.mark.parametrize(
    ("text", "by_ssh"),
    [("git pull", True), ("git clone https://git.example.org/a", False), ("git rev-parse HEAD", False)],
)
def test_git_may_reach_servers_by_ssh_where_none_is_named_by_https(text: str, by_ssh: bool) -> None:
    assert ("ssh" in names(list(called_in(text, "git", "x")))) is by_ssh


@pytest.mark.parametrize(
    ("command", "takes"),
    [
        ("curl -f http://localhost:8080/health", False),
        ("wget -qO- 127.0.0.1/ping", False),
        ("curl -fsS https://example.org/settings.json", True),
        ("curl -o /tmp/settings $SETTINGS_URL", True),
        ("git pull", True),
        ("git --version", False),
        ("psql -c x", False),
    ],
)
def test_a_command_of_a_shell_says_whether_it_reaches_servers(command: str, takes: bool) -> None:
    assert ("ca-certificates" in names(list(called_by_shell(tuple(command.split()), "x")))) is takes
