"""The reductions on what is copied, and the minimal base: applied where the claims hold, else the reason is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from restage.api.case import Case
from restage.api.claim import Basis, Claim, ClaimKind, Evidence
from restage.api.observation import MissingFile, MissingVariable, Withdrawn
from restage.api.product import Product
from restage.api.reduction import Prune, Reduction, ReductionKind
from restage.api.region import Region
from restage.api.start import Start
from restage.api.state import State
from restage.engine import Request, Rewritten, refactor
from restage.planning.arrangement import Applied
from restage.planning.judge import Courage
from restage.record import replace
from rooms import Forge, build_of, outcome, proven, written_project

FILES = {"deps": "a\n", "app.x": "main\n", "src/a.x": "a\n"}
BUILD = "FROM golang:1.23-bookworm\nWORKDIR /app\nCOPY . .\nRUN forge --reads . --writes out\n"
START = 'CMD ["serve"]\n'
PRUNE = Prune("/app", "forge prune", "2 tools")
UNUSED = proven(ClaimKind.DEV_UNUSED)
OPEN = Claim(ClaimKind.DEV_UNUSED, "x", Evidence(Basis.PARTIAL, "a search without an end"))
EXPECTED = Claim(ClaimKind.DEV_UNUSED, "x", Evidence(Basis.SEARCH, "a search to its end"))


@dataclass
class Offering(Forge):
    """Offers one more reduction for each product."""

    more: Callable[[Product], Reduction] = lambda product: Reduction(
        ReductionKind.DEV_DEPENDENCIES, product, (UNUSED,), prune=PRUNE
    )

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        yield from super().reductions(product, starts, state, case)
        yield self.more(product)


def tried(
    folder: Path, forge: Forge, text: str = BUILD + START
) -> tuple[list[list[str]], list[Applied], str | None]:
    """The lines of each stage, what became of each reduction, and the rung."""
    found = outcome(folder, text, FILES, forge).result
    assert isinstance(found, Rewritten), found
    build = build_of(found.data.decode())
    lines = [[" ".join(i.text.split()) for i in (s.origin, *s.steps)] for s in build.stages]
    return lines, list(found.applied), found.rung


def why_not(applied: list[Applied], kind: ReductionKind) -> str | None:
    return next(found.why_not for found in applied if found.kind == kind.value)


def test_dev_dependencies_leave_the_builder_last(tmp_path: Path) -> None:
    (builder, runtime), _, rung = tried(tmp_path, Offering())
    assert builder[-1] == "RUN forge prune"
    assert "COPY --from=builder /app /app" in runtime
    assert rung == "pruned"


@pytest.mark.parametrize(
    ("base", "pays", "split"),
    [
        ("debian:bookworm", True, True),
        ("debian:bookworm", False, False),
        ("golang:1.23-bookworm", False, True),
    ],
)
def test_what_saves_no_more_than_a_copy_costs_is_no_reason_for_a_stage(
    tmp_path: Path, base: str, pays: bool, split: bool
) -> None:
    prune = replace(PRUNE, pays=pays)
    forge = Offering(more=lambda p: Reduction(ReductionKind.DEV_DEPENDENCIES, p, (UNUSED,), prune=prune))
    text = BUILD.replace("golang:1.23-bookworm", base) + START
    found = outcome(tmp_path, text, FILES, forge).result
    assert isinstance(found, Rewritten) is split


def test_who_installed_takes_out_again(tmp_path: Path) -> None:
    text = (
        BUILD.replace("RUN", "USER 7\nRUN")
        + "USER 8\nRUN forge --reads out --writes out2\nWORKDIR /srv\n"
        + START
    )
    (builder, _), _, _ = tried(tmp_path, Offering(), text)
    assert builder[-2:] == ["USER 7", "RUN cd /app && forge prune"] or builder[-1] == "RUN forge prune"
    assert "forge prune" in builder[-1]


@pytest.mark.parametrize(("claim", "applied"), [(UNUSED, True), (EXPECTED, True), (OPEN, False)])
def test_a_claim_that_does_not_hold_leaves_it_in(tmp_path: Path, claim: Claim, applied: bool) -> None:
    forge = Offering(more=lambda p: Reduction(ReductionKind.DEV_DEPENDENCIES, p, (claim,), prune=PRUNE))
    (builder, _), found, _ = tried(tmp_path, forge)
    assert (builder[-1] == "RUN forge prune") is applied
    assert (why_not(found, ReductionKind.DEV_DEPENDENCIES) is None) is applied


def test_nothing_is_dropped_where_a_start_may_call_anything(tmp_path: Path) -> None:
    (builder, _), found, _ = tried(
        tmp_path,
        Offering(),
        BUILD.replace("golang:1.23-bookworm", "node:18")
        + 'RUN forge --cache /c\nCMD ["sh", "-c", "case x in"]\n',
    )
    assert "forge prune" not in builder[-1]
    assert why_not(found, ReductionKind.DEV_DEPENDENCIES)


def sources(product: Product) -> Reduction:
    return Reduction(
        ReductionKind.COMPILE_ONLY, product, (proven(ClaimKind.SOURCES_UNREAD),), goes=(Region("/app/src"),)
    )


def test_sources_leave_the_builder_last(tmp_path: Path) -> None:
    (builder, runtime), _, rung = tried(tmp_path, Offering(more=sources))
    assert builder[-1] == "RUN rm -rf /app/src"
    assert "COPY --from=builder /app /app" in runtime
    assert rung == "pruned"


def brought(product: Product) -> Reduction:
    kind, place = ReductionKind.BROUGHT_BY_BASE, Region("/opt/lib/forge")
    return Reduction(kind, product, (proven(ClaimKind.PYTHON_LOCKED_ROWS),), goes=(place,))


@pytest.mark.parametrize(("more", "taken"), [(brought, True), (sources, False)])
def test_what_the_base_brings_is_not_copied_again_unless_a_product_may_have_changed_it(
    tmp_path: Path, more: Callable[[Product], Reduction], taken: bool
) -> None:
    forge = Offering(more=lambda p: brought(p) if p.region.path == "/opt/lib" else more(p))
    text = f"{BUILD}RUN forge --writes /opt/lib\nRUN forge --reads out --writes /opt/lib/forge\n{START}"
    (builder, runtime), found, rung = tried(tmp_path, forge, text)
    assert (builder[-1] == "RUN rm -rf /opt/lib/forge") is taken
    assert (why_not(found, ReductionKind.BROUGHT_BY_BASE) is None) is taken
    assert "COPY --from=builder /opt/lib /opt/lib" in runtime
    assert rung == ("sibling" if taken else "pruned")


def artifact(product: Product) -> Reduction:
    return Reduction(
        ReductionKind.ARTIFACT_ONLY,
        product,
        (proven(ClaimKind.APPLICATION_FILES),),
        keeps=(Region("/app/out"),),
    )


def test_of_an_artifact_alone_nothing_else_is_copied(tmp_path: Path) -> None:
    (_, runtime), _, rung = tried(tmp_path, Offering(more=artifact))
    assert [line for line in runtime if line.startswith("COPY")] == ["COPY --from=builder /app/out /app/out"]
    assert rung == "artifact"


def test_a_second_product_of_the_directory_keeps_it_whole(tmp_path: Path) -> None:
    forge = Offering(more=lambda p: artifact(p) if p.region.path.endswith("out") else sources(p))
    text = BUILD.replace("--writes out", "--writes out --writes made") + START
    (_, runtime), found, _ = tried(tmp_path, forge, text)
    assert "COPY --from=builder /app /app" in runtime
    assert why_not(found, ReductionKind.ARTIFACT_ONLY) == "/app holds more than the artifact"


def test_what_only_the_build_reads_does_not_go_along_with_the_artifact(tmp_path: Path) -> None:
    def more(product: Product) -> Reduction:
        if product.region.path.endswith("made"):
            return replace(sources(product), goes=(product.region,))
        return replace(artifact(product), keeps=(Region("/app/out"), Region("/app/made")))

    text = BUILD.replace("--writes out", "--writes out --writes made") + START
    (_, runtime), _, _ = tried(tmp_path, Offering(more=more), text)
    assert [line for line in runtime if line.startswith("COPY")] == ["COPY --from=builder /app/out /app/out"]


def minimal(product: Product) -> Reduction:
    return Reduction(ReductionKind.MINIMAL_BASE, product, (proven(ClaimKind.MINIMAL_CONTENTS),))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('CMD ["serve"]\n', None),
        ('USER nobody\nCMD ["serve"]\n', None),
        ("CMD serve\n", "has no sh"),
        ('HEALTHCHECK CMD serve\nCMD ["serve"]\n', "has no sh"),
        ('RUN mkdir /data\nCMD ["serve"]\n', "needs a shell"),
        ('USER www-data\nCMD ["serve"]\n', "no user www-data"),
        ('CMD ["serve", "--needs", "git"]\n', "git"),
    ],
)
def test_the_minimal_base_is_taken_where_nothing_needs_more(
    tmp_path: Path, lines: str, why: str | None
) -> None:
    (_, runtime), found, rung = tried(tmp_path, Offering(more=minimal), BUILD + lines)
    told = why_not(found, ReductionKind.MINIMAL_BASE)
    assert (runtime[0] == "FROM gcr.io/distroless/static-debian12") is (why is None)
    assert (rung == "minimal") is (why is None)
    assert told == why if why is None else why in (told or "")


OBSERVED = (
    MissingFile("/app/data/words"),
    Withdrawn(ReductionKind.DEV_DEPENDENCIES.value, "it did not start"),
)


def test_what_running_showed_is_planned_with(tmp_path: Path) -> None:
    path = written_project(tmp_path, BUILD + START, {**FILES, "data/words": "a\n"})
    for forge, line in (
        (Offering(more=artifact), "COPY --from=builder /app/data/words /app/data/words"),
        (Offering(), ""),
    ):
        request = Request(path, path.read_bytes(), tmp_path, Courage.TRYING, OBSERVED)
        found = refactor(request, (forge,)).result
        assert isinstance(found, Rewritten)
        assert line in found.data.decode() and "forge prune" not in found.data.decode()


@pytest.mark.parametrize(
    ("missed", "copied"),
    [
        ("/opt/forge/share/words", True),
        ("/app/words", False),
        ("/usr/share", False),
    ],
)
def test_a_file_that_was_missed_is_copied_by_itself_where_nothing_around_it_is(
    tmp_path: Path, missed: str, copied: bool
) -> None:
    path = written_project(tmp_path, BUILD + START, FILES)
    request = Request(path, path.read_bytes(), tmp_path, observations=(MissingFile(missed),))
    found = refactor(request, (Forge(),)).result
    assert isinstance(found, Rewritten), found
    assert (f"COPY --from=builder {missed} {missed}" in found.data.decode()) is copied


def test_a_variable_of_the_base_that_was_missed_is_set_again(tmp_path: Path) -> None:
    path = written_project(tmp_path, BUILD + START, FILES)
    seen = (MissingVariable("MIRROR_CA", "/etc/ssl/ca.pem"),)
    request = Request(path, path.read_bytes(), tmp_path, observations=seen)
    found = refactor(request, (Forge(),)).result
    assert isinstance(found, Rewritten), found
    (_, runtime) = found.data.decode().split("\n\n")
    assert runtime.splitlines()[:2] == ["FROM debian:bookworm-slim", "ENV MIRROR_CA=/etc/ssl/ca.pem"]


def test_what_is_open_is_only_tried_where_running_decides(tmp_path: Path) -> None:
    forge = Offering(more=lambda p: Reduction(ReductionKind.DEV_DEPENDENCIES, p, (OPEN,), prune=PRUNE))
    path = written_project(tmp_path, BUILD + START, FILES)
    for courage, applied in ((Courage.PLAIN, False), (Courage.UNSAFE, False), (Courage.TRYING, True)):
        found = refactor(Request(path, path.read_bytes(), tmp_path, courage), (forge,)).result
        assert isinstance(found, Rewritten)
        assert ("forge prune" in found.data.decode()) is applied


@pytest.mark.parametrize(
    ("value", "alone"), [("docs", False), ("/app/docs/x", False), ("nothing", True), ("8080", True)]
)
def test_a_file_that_compose_names_in_a_variable_goes_along(tmp_path: Path, value: str, alone: bool) -> None:
    compose = f"services:\n  web:\n    build: .\n    environment:\n      CONTENT: {value}\n"
    files = {**FILES, "docs/x": "1\n", "compose.yaml": compose}
    found = outcome(tmp_path, BUILD + START, files, Offering(more=artifact)).result
    assert isinstance(found, Rewritten)
    assert (found.rung == "artifact") is alone
