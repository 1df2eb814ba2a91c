"""What a container's processes have open at the moments one looks: all that can be seen where nothing follows them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from restage.verify.seen_files import Trace

_PAUSE = 0.02
"""Seconds between two looks."""


class Glimpses:
    """Looks again and again, in a thread of its own, from the moment on that it is entered."""

    def __init__(self, container: str) -> None:
        self._container = container
        self._over = threading.Event()
        self._opened: set[str] = set()
        self._started: set[str] = set()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Glimpses:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def trace(self) -> Trace | None:
        """What was seen; None: the container's processes can't be seen from here, or were too short."""
        if not self._started:
            return None
        return Trace(frozenset(self._opened), frozenset(self._started))

    def _look(self) -> None:
        others: set[str] = set()
        while not self._over.wait(_PAUSE):
            for process in Path("/proc").glob("[0-9]*"):
                if process.name in others:
                    continue
                if not self._is_inside(process):
                    others.add(process.name)
                    continue
                with contextlib.suppress(OSError):
                    program = str((process / "exe").readlink())
                    if program == "/" or program.startswith("/memfd:"):
                        continue  # the engine's own program, on its way into the container
                    self._started.add(program)
                    self._opened.update(_mapped(process), _held(process))

    def _is_inside(self, process: Path) -> bool:
        """Whether its control group is the container's, and not that of the engine's process beside it."""
        try:
            group = (process / "cgroup").read_text("utf-8", "replace")
        except OSError:
            return False
        return self._container in group and f"conmon-{self._container}" not in group


def _mapped(process: Path) -> Iterator[str]:
    for line in (process / "maps").read_text("utf-8", "surrogateescape").splitlines():
        words = line.split(None, 5)
        if len(words) == 6 and words[5].startswith("/"):
            yield words[5]


def _held(process: Path) -> Iterator[str]:
    for handle in (process / "fd").iterdir():
        with contextlib.suppress(OSError):
            path = str(handle.readlink())
            if path.startswith("/"):
                yield path
