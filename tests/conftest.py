"""Options and markers of the whole suite."""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import settings

from restage.verify.engines import Engine, NoEngine
from restage.verify.finding import find_engine

settings.register_profile("restage", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("restage")


@cache
def engine_or_why() -> Engine | NoEngine:
    return find_engine()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless", action="store_true", help="write after/Dockerfile and report.txt of the corpus anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engine: builds and runs with a real engine")


def _engine_is_required() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("RESTAGE_ENGINE") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without an engine its tests are left out and said so; where one is promised that is an error."""
    wanting = [item for item in items if item.get_closest_marker("engine")]
    if not wanting:
        return
    found = engine_or_why()
    if not isinstance(found, NoEngine):
        return
    if _engine_is_required():
        raise pytest.UsageError(f"{len(wanting)} tests need a container engine: {found.why}")
    items[:] = [item for item in items if item not in wanting]
    config.hook.pytest_deselected(items=wanting)
    config.stash[_LEFT_OUT] = f"{len(wanting)} tests that build images were left out: {found.why}"


_LEFT_OUT = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if message := terminalreporter.config.stash.get(_LEFT_OUT, None):
        terminalreporter.write_line(message, yellow=True)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this machine. A test that asks for it carries the marker `engine`."""
    found = engine_or_why()
    assert not isinstance(found, NoEngine), found.why
    return found


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
