"""Mirrors a repository; here a fresh one."""

import subprocess
import tempfile

from markupsafe import escape


def run(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


with tempfile.TemporaryDirectory() as folder:
    run("init", "--quiet", "--bare", f"{folder}/one.git")
    run("clone", "--quiet", "--mirror", f"{folder}/one.git", f"{folder}/two.git")
    print(escape("<mirrored>"), run("-C", f"{folder}/two.git", "rev-parse", "--is-bare-repository").strip())
