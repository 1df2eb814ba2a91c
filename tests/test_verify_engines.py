"""Every builder does all of it: build, read, run, compare, and clear up. What is not there is left out, and said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from machine import alone_with, engine_or_why, storage_of
from restage.output.progress import Quiet
from restage.verify.engines import Buildx, Engine, NoEngine, engine_name, tell
from restage.verify.failures import sentence
from restage.verify.finding import ENGINES, find_engine
from restage.verify.images import Recipe
from restage.verify.runs import Trial
from restage.verify.verification import Task, Unbuilt, Verdict, Verified, verify

pytestmark = pytest.mark.engine

SITE = """\
FROM busybox
ENV GREETING=hello
LABEL of=nobody
COPY site /site
COPY check /bin/check
RUN ln -s /site/index.html /site/home.html && mkdir -m 750 /data && echo 1 > /data/count
WORKDIR /site
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1s CMD check
SHELL ["/bin/sh", "-ec"]
ONBUILD RUN true
CMD ["httpd", "-f", "-p", "8080"]
"""


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.engine(name)) for name in ENGINES])
def builder(request: pytest.FixtureRequest) -> Iterator[Engine]:
    found = engine_or_why(request.param)
    assert not isinstance(found, NoEngine), found.why
    with alone_with(storage_of(found)):
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>hello</p>\n")
    (tmp_path / "check").write_text("#!/bin/sh\ntest -e /site/index.html\n")
    (tmp_path / "check").chmod(0o755)
    return tmp_path


def verified(builder: Engine, folder: Path, before: str, after: str) -> Verdict:
    recipes = []
    for name, text in (("before", before), ("after", after)):
        (folder / f"{name}.Dockerfile").write_text(text)
        named = (
            ("--builder=lab",) if isinstance(builder, Buildx) and "BUILDX_BUILDER" not in os.environ else ()
        )
        recipes.append(Recipe(folder / f"{name}.Dockerfile", folder, seconds=300, options=named))
    return verify(builder, Task(recipes[0], recipes[1], (Trial(seconds=10),)), Quiet())


def leftovers(engine: Engine) -> list[str]:
    ours = f"restage-{os.getpid()}-"
    images = tell(engine, "images", "--format", "{{.Repository}}").lines
    return [
        *tell(engine, "ps", "--all", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "network", "ls", "--quiet", "--filter", f"name={ours}").lines,
        *(name for name in images if ours in name),
    ]


def test_the_same_program_is_the_same(builder: Engine, project: Path) -> None:
    found = verified(builder, project, SITE, SITE)
    assert isinstance(found, Verified), found
    assert [sentence(failure) for failure in found.failures] == []
    (tried,) = found.tried
    assert [answer.head for answer in tried.before.answers] == ["HTTP 200"]
    assert tried.before.health == "exit code 0"
    assert tried.before.ports in ({8080}, None)
    assert found.gain.before.size > 1_000_000
    assert len(found.gain.before.layers) >= 3
    assert leftovers(builder) == []


CONTRACT = {
    "ENV GREETING=hello\n": "environment GREETING",
    "LABEL of=nobody\n": "labels",
    "EXPOSE 8080\n": "exposed",
    "VOLUME /data\n": "volumes",
    "HEALTHCHECK --interval=1s CMD check\n": "healthcheck",
    'SHELL ["/bin/sh", "-ec"]\n': "shell",
    "ONBUILD RUN true\n": "onbuild",
}
FILES = {
    "COPY check /bin/check\n": "program check is missing: HEALTHCHECK names it",
    " && echo 1 > /data/count": "/data/count is missing",
    "-m 750 ": "/data: mode 0750 became 0755",
}


@pytest.mark.parametrize(
    "lost", [CONTRACT, FILES, {"WORKDIR /site\n": "GET :8080/"}], ids=["contract", "files", "run"]
)
def test_what_is_lost_has_a_name(builder: Engine, project: Path, lost: dict[str, str]) -> None:
    after = SITE
    for text in lost:
        assert text in after
        after = after.replace(text, "")
    found = verified(builder, project, SITE, after)
    assert isinstance(found, Verified), found
    sentences = [sentence(failure) for failure in found.failures]
    for said in lost.values():
        assert any(said in text for text in sentences), sentences
    assert leftovers(builder) == []


def test_what_does_not_build_says_why(builder: Engine, project: Path) -> None:
    found = verified(builder, project, SITE + "RUN echo no such luck && exit 9\n", SITE)
    assert isinstance(found, Unbuilt)
    assert found.side == "before"
    assert any("9" in line for line in found.lines), found.lines
    assert leftovers(builder) == []


def test_an_engine_is_called_by_its_name(builder: Engine) -> None:
    assert find_engine(engine_name(builder)) == builder
