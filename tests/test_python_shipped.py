"""Which Python sources of the project are searched for what they call."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_image import Image, words
from restage_strategies.python.sources import read_sources

CALLS = "import os\nos.system('git log')\n"


@pytest.mark.parametrize(
    ("file", "start", "others"),
    [
        ("tasks.py", "celery -A other worker", {}),
        ("shop/tasks.py", "celery -A shop worker", {"shop/__init__.py": ""}),
        ("examples/server.py", "python examples/server.py", {}),
        ("examples/server.py", "uvicorn examples.server:app", {}),
        ("build/server.py", "python -m build.server", {}),
        ("benchmarks/__main__.py", "python -m benchmarks", {}),
        ("examples/app.py", "flask --app=examples.app run", {}),
        ("examples/app.py", "gunicorn --chdir examples app:app", {}),
        ("examples/app.py", "granian examples.app.application", {}),
        ("test_bot.py", "python test_bot.py", {}),
        ("env/world.py", "python main.py", {"main.py": "from env.world import World\n"}),
        ("env/world.py", "python main.py", {"main.py": "from env import (\n    world,\n)\n"}),
        ("env/world.py", "python main.py", {"main.py": "import os, env.world as w\n"}),
        (
            "dist/inner.py",
            "python main.py",
            {"main.py": "import dist\n", "dist/__init__.py": "from .inner import x\n"},
        ),
        ("src/docs/x.py", "quay", {"src/quay/main.py": "from docs.x import y\n"}),
        ("tests/helper.py", "python tests/run.py", {"tests/run.py": "import helper\n"}),
        ("deploy/gunicorn.conf", "gunicorn -c deploy/gunicorn.conf a:b", {}),
        ("bin/backup", "./bin/backup", {}),
        ("site.wsgi", "apachectl -D FOREGROUND", {}),
    ],
)
def test_what_a_start_or_a_source_names_is_searched(
    tmp_path: Path, file: str, start: str, others: dict[str, str]
) -> None:
    first = "#!/usr/bin/env python3\n" if "." not in file else ""
    state = Image(tmp_path, {file: first + CALLS, **others}).state
    assert list(read_sources(state, (words(start),)).programs) == ["git"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("tests/test_app.py", CALLS),
        ("docs/conf.py", CALLS),
        ("tasks.py", "from invoke import task\n" + CALLS),
        ("app/_version.py", CALLS),
        ("env/lib/python3.12/site-packages/x/y.py", CALLS),
        ("bin/backup", "#!/bin/sh\n" + CALLS),
        ("settings.yaml", "import os\n" + CALLS),
    ],
)
def test_what_neither_names_stays_aside(tmp_path: Path, file: str, text: str) -> None:
    others = {"app/__init__.py": "from ._version import version\n", "main.py": "import app\n"}
    state = Image(tmp_path, {**others, file: text}).state
    assert read_sources(state, (words("python main.py --settings settings.yaml"),)).programs == {}


def test_a_notebook_that_is_served_may_call_any_program(tmp_path: Path) -> None:
    found = Image(tmp_path, {"report.ipynb": "{}"}).resolve("voila report.ipynb --no-browser")
    assert found is not None
    assert found.anything


@pytest.mark.parametrize(
    ("text", "compiles"),
    [
        ("@torch.compile\ndef f(x): ...\n", True),
        ("f = torch.compile(f)\n", True),
        ("import triton\n", True),
        ("args = TrainingArguments(torch_compile=True)\n", True),
        ("model.compile(loss='mse')\nre.compile('a')\n", False),
    ],
)
def test_what_compiles_at_run_time_is_seen(tmp_path: Path, text: str, compiles: bool) -> None:
    assert bool(read_sources(Image(tmp_path, {"app.py": text}).state).compiles) is compiles


@pytest.mark.parametrize(
    ("files", "serves"), [({"static/a.woff2": ""}, True), ({"media/a.woff2": ""}, False)]
)
def test_flask_serves_the_folder_beside_it(tmp_path: Path, files: dict[str, str], serves: bool) -> None:
    state = Image(
        tmp_path, {"web/app.py": "app = Flask(__name__)\n", **{f"web/{n}": t for n, t in files.items()}}
    ).state
    assert bool(read_sources(state).serves_files) is serves


@pytest.mark.parametrize("name", ["tasks.py", "app.py"])
def test_a_source_of_blank_lines_is_searched_in_linear_time(tmp_path: Path, name: str) -> None:
    text = "# triton, tkinter, BaseSettings\n" + "\n" * 200_000 + CALLS
    image = Image(tmp_path, {name: text, "main.py": "import app, tasks\n"})
    assert set(read_sources(image.state, (words("python main.py"),)).programs) == {"git"}
