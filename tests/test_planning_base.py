"""Which image the runtime stage starts from, and what is brought along that it lacks."""

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
from restage.image.facilities import Facility
from restage.planning.judge import Courage, holds, verdict
from rooms import BUILD, SOURCES, Forge, proven, stages_after


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


def test_the_base_stays_where_the_runtime_stage_itself_needs_it(tmp_path: Path) -> None:
    lines = "RUN adduser --system --group app"
    text = f"FROM node:18\nWORKDIR /app\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18"


@pytest.mark.parametrize(
    ("run", "installs"),
    [
        ("sed -i s/SECLEVEL=2/SECLEVEL=1/ /etc/ssl/openssl.cnf", "openssl"),
        ("cp /etc/ssl/certs/ca-certificates.crt /etc/own.pem", "ca-certificates"),
        ("echo 'Compression yes' >> /etc/ssh/ssh_config", "openssh-client"),
        ("echo vm.swappiness=1 > /etc/sysctl.d/9.conf", "procps"),
        ("mkdir -p /etc/ssh && echo 'Compression yes' > /etc/ssh/ssh_config", None),
        ("update-alternatives --install /usr/bin/python python /usr/bin/python3 1", "python3"),
        ("chmod 700 /usr/bin/git", "git"),
        ("rm /usr/bin/wget", "wget"),
        ("rm -f /usr/bin/wget", None),
        ("deluser --remove-home node", "perl"),
        ("deluser node", None),
        ("apt-mark hold git", "git"),
        ("apt-mark hold bash", None),
        ("echo $(git --version) > /etc/tools", "git"),
        ("sed -i s/a/b/ /etc/passwd", None),
    ],
)
def test_files_of_the_base_that_repeated_commands_need_are_installed_before(
    tmp_path: Path, run: str, installs: str | None
) -> None:
    text = f"FROM node:18-bookworm\nRUN {run}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-bookworm-slim"
    assert (f" {installs} " in runtime[1]) is (installs is not None)
    assert f"RUN {run}" in runtime[1:3]


@pytest.mark.parametrize("run", ["cp /usr/share/doc/a/b.conf /etc/b.conf", "chmod 700 /usr/bin/gcc"])
def test_the_base_stays_where_a_repeated_command_needs_files_that_no_package_brings(
    tmp_path: Path, run: str
) -> None:
    text = (
        f"FROM node:18-bookworm\nRUN {run}\nRUN apt-get install -y gcc-11\nCOPY deps .\n{BUILD}\nCMD serve\n"
    )
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18-bookworm"


KEY = "forge --writes /etc/apt/keyrings/x.gpg"


@pytest.mark.parametrize(
    ("lines", "comes_first"),
    [
        (f"RUN {KEY}\nRUN apt-get update && apt-get install -y foo", True),
        (f"RUN {KEY} && apt-get update && apt-get install -y ca-certificates foo", True),
        (
            f"RUN apt-get update && apt-get install -y ca-certificates && {KEY} && apt-get install -y foo",
            False,
        ),
        (f"RUN apt-get update && apt-get install -y wget && {KEY} && apt-get install -y foo", False),
        (
            "RUN apt-get update && apt-get install -y --no-install-recommends wget"
            f"\nRUN {KEY}\nRUN apt-get install -y foo",
            True,
        ),
        ("RUN apt-get update && apt-get install -y foo", False),
        (f"RUN {KEY} && apt-get update && apt-get install -y gcc", False),
    ],
)
def test_certificates_come_before_a_package_repository_is_reached(
    tmp_path: Path, lines: str, comes_first: bool
) -> None:
    text = f"FROM node:18\nWORKDIR /app\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-slim"
    assert ("--no-install-recommends ca-certificates" in runtime[1]) is comes_first


@pytest.mark.parametrize("made", ["", "mkdir -p /etc/apt/keyrings && "])
def test_the_key_of_a_repository_is_there_before_the_install(tmp_path: Path, made: str) -> None:
    fetch = "wget -O /etc/apt/keyrings/x.gpg https://h.example/x.gpg"
    lines = f"RUN apt-get update && apt-get install -y wget && {made}{fetch} && apt-get update && apt-get install -y foo"
    text = f"FROM node:18\n{lines}\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve --needs foo\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    copied = next(n for n, line in enumerate(runtime) if line.endswith("/etc/apt/keyrings/x.gpg"))
    installed = next(n for n, line in enumerate(runtime) if "install -y foo" in line)
    assert copied < installed


FETCH = "wget https://h.example/a_1.deb"


@pytest.mark.parametrize(
    ("run", "image"),
    [
        (f"{FETCH} && apt-get update && apt-get install -y ./a_1.deb", "node:18-bookworm-slim"),
        (f"{FETCH} && apt-get update && apt-get install -y ./a_*.deb && rm a_*.deb", "node:18-bookworm-slim"),
        (
            f"{FETCH} && echo '12 a_1.deb' | sha256sum -c - && apt-get install -y ./a_1.deb",
            "node:18-bookworm-slim",
        ),
        (f"apt-get update; {FETCH}; dpkg -i a_1.deb; apt-get -fy install", "node:18-bookworm-slim"),
        (f"{FETCH} && dpkg -i a_1.deb", "node:18-bookworm"),
    ],
)
def test_a_package_file_is_fetched_and_installed_again_with_what_it_asks_for(
    tmp_path: Path, run: str, image: str
) -> None:
    text = f"FROM node:18-bookworm\nRUN {run}\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == f"FROM {image}"
    assert any(line.startswith(f"RUN {run}") for line in runtime)
    assert ("ca-certificates wget" in runtime[1]) is image.endswith("slim")


@pytest.mark.parametrize(
    ("names", "installs"),
    [("chromium", True), ("chromium fonts-dejavu-core", False), ("ffmpeg", False)],
)
def test_programs_write_with_the_fonts_that_they_had(tmp_path: Path, names: str, installs: bool) -> None:
    lines = f"RUN apt-get update && apt-get install -y {names}"
    text = f"FROM node:18\n{lines}\nCOPY deps .\n{BUILD}\nCMD serve\n"
    runtime = stages_after(tmp_path, text, SOURCES)[1]
    assert runtime[0] == "FROM node:18-slim"
    assert (f"{names} fonts-dejavu-core" in runtime[1]) is installs


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
    found = [line.split(" && ")[1].split()[-1] for line in runtime if "install" in line]
    assert found == ([installs] if installs else [])


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


def test_the_base_stays_where_the_file_reads_a_value_that_only_it_knows(tmp_path: Path) -> None:
    text = f"FROM node:18\nENV RUNS_ON=node-$NODE_VERSION\nWORKDIR /app\nCOPY deps .\n{BUILD}\nCMD serve\n"
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM node:18-slim"
    text = text.replace("node:18", "golang:1.22").replace("NODE_VERSION", "GOLANG_VERSION")
    assert stages_after(tmp_path, text, SOURCES)[1][0] == "FROM golang:1.22"
