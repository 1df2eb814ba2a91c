"""Writes down the first lines of the manual that a tool prints."""

import subprocess
from pathlib import Path

Path("/tmp/tick").write_text(subprocess.check_output(["file", "--brief", "/app/tick.py"], text=True))
