"""What a verification makes and takes away again, however it ends: containers, networks, image names, files."""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from restage.verify.abandoned import clear_abandoned
from restage.verify.engines import LABEL, Engine, EngineTrouble, fresh_name, remove, tell
from restage.verify.images import forget


class Interrupted(KeyboardInterrupt):
    """The process was asked to end."""


class Workspace:
    """Names for images, and a directory for files."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self._name = fresh_name()
        self.names: list[str] = []

    def name(self, tag: str) -> str:
        """A name for an image, which is taken from it at the end."""
        name = f"{self._name}:{tag}"
        if name not in self.names:
            self.names.append(name)
        return name


@contextmanager
def workspace(engine: Engine) -> Iterator[Workspace]:
    """A workspace, for as long as it is needed; SIGINT, SIGTERM and SIGHUP end it in an orderly way.

    Raises:
        Interrupted: one of them came; everything that is ours is gone by then.
        EngineTrouble: the engine is gone, and what is ours may still be in it.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{fresh_name()}."))
    work = Workspace(engine, folder)
    with _signals():
        try:
            clear_abandoned(engine)
            yield work
        finally:
            with _undisturbed():
                shutil.rmtree(folder, ignore_errors=True)
                _swept(work)


def _swept(work: Workspace) -> None:
    engine, mine = work.engine, ("--filter", f"label={LABEL}")
    containers = tell(engine, "ps", "--all", "--quiet", *mine)
    if containers.output.strip():
        remove(engine, *containers.output.split())
    networks = tell(engine, "network", "ls", "--quiet", *mine)
    if networks.output.strip():
        tell(engine, "network", "rm", *networks.output.split())
    forget(engine, work.names)
    if containers.code:
        raise EngineTrouble(
            f"the engine does not answer any more; containers with the label {LABEL} may be left in it"
        )


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _signals() -> Iterator[None]:
    """Lets signals that end a process raise instead, so that what is ours is removed first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ended(number: int, frame: FrameType | None) -> None:
        raise Interrupted(signal.Signals(number).name)

    before = {number: signal.signal(number, ended) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not stop the removal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
