"""Packages that a file installs and removes again: what the runtime stage repeats of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import write_files
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor

UPDATE = "apt-get update && apt-get install -y"


@pytest.mark.parametrize(
    ("base", "run", "repeated"),
    [
        (
            "golang:1.22-alpine",
            ["apk add --no-cache tzdata && cp /usr/share/zoneinfo/UTC /etc/localtime && apk del tzdata"],
            ["apk add --no-cache tzdata && cp /usr/share/zoneinfo/UTC /etc/localtime && apk del tzdata"],
        ),
        (
            "golang:1.22-alpine",
            ["apk add --no-cache --virtual .x su-exec && cp /sbin/su-exec /usr/local/bin/ && apk del .x"],
            ["apk add --no-cache --virtual .x su-exec && cp /sbin/su-exec /usr/local/bin/ && apk del .x"],
        ),
        (
            "golang:1.22",
            [f"{UPDATE} ffmpeg sox && apt-get purge -y ffmpeg sox", f"{UPDATE} sox"],
            [
                f"{UPDATE} sox && apt-get purge -y sox && rm -rf /var/lib/apt/lists/*",
                f"{UPDATE} sox && rm -rf /var/lib/apt/lists/*",
            ],
        ),
        (
            "golang:1.22",
            [f'{UPDATE} sox && if [ -n "$SLIM" ]; then apt-get purge -y sox; fi'],
            [
                f'{UPDATE} sox && if [ -n "$SLIM" ]; then apt-get purge -y sox; fi'
                " && rm -rf /var/lib/apt/lists/*"
            ],
        ),
    ],
)
def test_what_stays_of_a_package_that_goes_again(
    tmp_path: Path, base: str, run: list[str], repeated: list[str]
) -> None:
    lines = [f"FROM {base}", "ARG SLIM", *(f"RUN {text}" for text in run), "WORKDIR /app", "COPY . ."]
    lines += ["RUN go build -o /app/server .", 'CMD ["/app/server"]', ""]
    write_files(tmp_path, {"go.mod": "module x\n\ngo 1.22\n", "main.go": "package main\n\nfunc main() {}\n"})
    result = refactor(Request(tmp_path / "Dockerfile", "\n".join(lines).encode()), strategies()).result
    assert isinstance(result, Rewritten)
    runtime = result.data.decode().rpartition("FROM ")[2].splitlines()
    assert [line.removeprefix("RUN ") for line in runtime if line.startswith("RUN ")] == repeated
