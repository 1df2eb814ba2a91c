"""Where a container listens, read from the kernel: nothing has to be in the image for it."""

from __future__ import annotations

from pathlib import Path

EPHEMERAL = 32768
"""From here on the kernel chooses ports by itself, other ones each time."""

_LISTENING = "0A"
_NAME_SERVER = "0B00007F"
"""127.0.0.11, the engine's own in each container."""


def listening(container: str, process: int) -> frozenset[int] | None:
    """TCP ports on which the container's processes listen; None where they run on a machine other than this."""
    if not process or not _is_here(container, process):
        return None
    try:
        tables = [Path(f"/proc/{process}/net/{name}").read_text("ascii") for name in ("tcp", "tcp6")]
    except (OSError, UnicodeDecodeError):
        return None
    return frozenset(port for table in tables for port in listed(table))


def listed(table: str) -> frozenset[int]:
    """Ports of a table as /proc/net/tcp has it (proc(5)), but for those that the kernel chose."""
    ports: set[int] = set()
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) > 3 and words[3] == _LISTENING:
            address, _, port = words[1].rpartition(":")
            if address != _NAME_SERVER and int(port, 16) < EPHEMERAL:
                ports.add(int(port, 16))
    return frozenset(ports)


def _is_here(container: str, process: int) -> bool:
    """Whether the process of that number on this machine is the container's: its control group names it."""
    try:
        return container in Path(f"/proc/{process}/cgroup").read_text("utf-8", "replace")
    except OSError:
        return False
