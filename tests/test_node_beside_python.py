"""Tools of the build, and caches that they clear away themselves: no reason for Node.js to be in a Python image."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import write_files
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor

PACKAGE = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.0.0"}}'


@pytest.mark.parametrize(
    ("build", "runs_node"),
    [
        ("npm install && npm run build", False),
        ("npm install && npm run build && npm cache clean --force", False),
        ("npm install && npm run build\nRUN npm cache clean --force", False),
        ("npm install && npm run build\nRUN npm config set fund false", True),
        ("npm install -g gulp-cli && npm install && gulp build", False),
        ("npm install -g gulp-cli && npm install && npm run build", True),
    ],
)
def test_what_only_the_build_calls_stays_in_the_builder(tmp_path: Path, build: str, runs_node: bool) -> None:
    lines = ["FROM python:3.11", "RUN apt-get update && apt-get install -y nodejs npm", "WORKDIR /app"]
    lines += [
        "COPY . .",
        "RUN pip install -r requirements.txt",
        f"RUN {build}",
        'CMD ["python", "app.py"]',
        "",
    ]
    files = {"app.py": "import flask\n", "requirements.txt": "flask==3.0.0\n", "package.json": PACKAGE}
    write_files(tmp_path, {**files, "index.html": ""})
    result = refactor(Request(tmp_path / "Dockerfile", "\n".join(lines).encode()), strategies()).result
    assert isinstance(result, Rewritten)
    runtime = result.data.decode().rpartition("FROM ")[2]
    assert ("npm" in runtime) is runs_node
