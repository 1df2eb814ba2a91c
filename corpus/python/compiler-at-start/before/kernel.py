"""Compiles a kernel when it starts."""

import ctypes
import subprocess

from markupsafe import escape

with open("/tmp/kernel.c", "w") as source:
    source.write("int twice(int x) { return 2 * x; }")
subprocess.run(["gcc", "-shared", "-o", "/tmp/kernel.so", "/tmp/kernel.c"], check=True)
print(escape(f"<{ctypes.CDLL('/tmp/kernel.so').twice(21)}>"))
