"""What a condition decides is copied where one of its branches makes it in any case, and kept with the base otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import SOURCES, stages_after

HALF = "if [ $A ]; then forge --writes /opt/m; {} fi"


@pytest.mark.parametrize(
    ("script", "is_sure"),
    [
        ("forge --writes /opt/m", True),
        (HALF.format("else forge --writes /opt/m/b;"), True),
        (HALF.format("elif [ $B ]; then forge --writes /opt/m; else forge --writes /opt/m;"), True),
        (HALF.format("else if [ $B ]; then forge --writes /opt/m; else forge --writes /opt/m; fi;"), True),
        ("case $A in 1) forge --writes /opt/m;; *) forge --writes /opt/m/a;; esac", True),
        (HALF.format("else echo no && exit 1;"), True),
        (HALF.format("else exit 0;"), False),
        ("for m in $ALL; do forge --writes /opt/m; done", True),
        (HALF.format(""), False),
        (HALF.format("forge --writes /opt/m;"), False),
        (HALF.format("echo for a while;"), False),
        (HALF.format("fi; if [ $B ]; then forge --writes /opt/m;"), False),
        (HALF.format("elif [ $B ]; then forge --writes /opt/m;"), False),
        (HALF.format("else if [ $B ]; then forge --writes /opt/m; fi;"), False),
        (HALF.format("fi; if [ -f /opt/m ]; then ls /opt/m;"), False),
        ("case $A in 1) forge --writes /opt/m;; 2) forge --writes /opt/m;; esac", False),
        ("forge --reads a || forge --writes /opt/m", False),
    ],
)
def test_what_may_not_be_made_is_not_copied(tmp_path: Path, script: str, is_sure: bool) -> None:
    text = f"FROM node:18\nWORKDIR /app\nRUN {script}\nCOPY . .\nRUN forge --writes out --cache /root/.forge\nCMD serve\n"
    stages = stages_after(tmp_path, text, SOURCES)
    assert any(line.startswith("COPY --from=builder /opt/m") for line in stages[-1]) == is_sure
