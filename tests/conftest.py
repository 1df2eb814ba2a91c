"""Options and markers of the whole suite."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import settings

from machine import MARKERS, engine_or_why, is_promised, lacking
from restage.verify.engines import Engine, NoEngine

settings.register_profile("restage", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("restage")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless", action="store_true", help="write after/Dockerfile and report.txt of the corpus anew"
    )
    parser.addoption(
        "--whole", action="store_true", help="take each case of the corpus through all that --verify does"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name, what in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {what}")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")  # pytest-xdist: tests are collected and run in its workers


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where an engine is promised, its absence is an error that is said once, before anything runs."""
    is_asked_for = session.config.getoption("markexpr") != "not engine"
    if _is_worker(session.config) or not is_asked_for or not is_promised((pytest.mark.engine.mark,)):
        return
    found = engine_or_why()
    if isinstance(found, NoEngine):
        raise pytest.UsageError(f"the tests that build images need a container engine: {found.why}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What can't run on this machine is left out, and the summary says so; what is promised stays, and fails."""
    why = {
        item: reason
        for item in items
        if not is_promised(item.iter_markers()) and (reason := lacking(item.iter_markers()))
    }
    if not why:
        return
    items[:] = [item for item in items if item not in why]
    config.hook.pytest_deselected(items=[*why])
    told = [f"{number} tests were left out: {reason}" for reason, number in Counter(why.values()).items()]
    if _is_worker(config):
        config.workeroutput["left_out"] = told  # type: ignore[attr-defined]
    config.stash[_LEFT_OUT] = told


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker has left out, all have."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", [])


_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(_LEFT_OUT, []):
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this machine. A test that asks for it carries the marker `engine`."""
    found = engine_or_why()
    assert not isinstance(found, NoEngine), found.why
    return found


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether each case of the corpus goes through all of verify."""
    return bool(request.config.getoption("--whole"))
