"""Where those who use an image run its commands, and what they mount in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import write_files
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor

NODE = 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.js"]\n'


@pytest.mark.parametrize(
    ("service", "starts"),
    [
        ("command: node api.js", [["node", "main.js"], ["node", "api.js"]]),
        ("working_dir: /app/api\n    command: npm start", [["node", "main.js"], ["npm", "start"], ["node", "api.js"]]),
        ("working_dir: /app/${PART}\n    command: npm start", [["node", "main.js"], ["npm", "start"], ["node", "root.js"]]),
    ],
)  # fmt: skip
def test_a_consumer_s_command_runs_in_its_own_directory(
    tmp_path: Path, service: str, starts: list[list[str]]
) -> None:
    write_files(
        tmp_path,
        {
            "package.json": {"scripts": {"start": "node root.js"}},
            "api/package.json": {"scripts": {"start": "node api.js"}},
            "compose.yaml": f"services:\n  web:\n    build: .\n    {service}\n",
        },
    )
    outcome = refactor(Request(tmp_path / "Dockerfile", NODE.encode()), strategies())
    assert [list(one.words) for start in outcome.starts for one in start.reached] == starts


def test_the_image_s_own_command_runs_there_too(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    working_dir: /app/api\n"
    write_files(tmp_path, {"api/main.sh": "exec python3 worker.py\n", "compose.yaml": compose})
    dockerfile = NODE.replace('["node", "main.js"]', '["sh", "main.sh"]')
    outcome = refactor(Request(tmp_path / "Dockerfile", dockerfile.encode()), strategies())
    assert [start.reached[-1].words[0] for start in outcome.starts] == ["sh", "python3"]


@pytest.mark.parametrize(
    ("volumes", "base"),
    [("[]", "python:3.12-slim"), ("['data:/var/lib/redis']", "python:3.12")],
)
def test_the_number_of_a_package_s_user_stays_where_something_outlives_the_container(
    tmp_path: Path, volumes: str, base: str
) -> None:
    compose = f"services:\n  web:\n    build: .\n    volumes: {volumes}\n"
    write_files(
        tmp_path, {"requirements.txt": "flask==3.0.3\n", "app.py": "import flask\n", "compose.yaml": compose}
    )
    dockerfile = (
        "FROM python:3.12\nRUN apt-get update && apt-get install -y redis-server gcc\nWORKDIR /app\n"
        'COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app.py .\nCMD ["python", "app.py"]\n'
    )
    result = refactor(Request(tmp_path / "Dockerfile", dockerfile.encode()), strategies()).result
    text = result.data.decode() if isinstance(result, Rewritten) else dockerfile
    assert f"FROM {base}\n" in text
