"""Processes that do one kind of work, each given items by number and giving back results."""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.connection
import os
import selectors
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Connection = multiprocessing.connection.Connection

_PATIENCE = 10.0
"""Seconds that a process may take to finish its file after the end, before it is killed."""


class Ended(Exception):
    """A process is gone that had something to do, and why."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker(Generic[Item, Result]):
    """One process and the items that it has been given and hasn't answered yet, oldest first."""

    def __init__(self, work: Callable[[Item], Result], others: Sequence[Connection]) -> None:
        # A fork begins with all modules and tables loaded. Elsewhere forks are unsafe or unknown.
        on_linux = sys.platform == "linux"
        context = multiprocessing.get_context("fork") if on_linux else multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        forked = [*others, self.connection] if on_linux else []
        self.process = context.Process(target=_serve, args=(work, theirs, forked), daemon=True)
        self.process.start()
        theirs.close()
        self.given: deque[tuple[int, Item]] = deque()

    def give(self, batch: Sequence[tuple[int, Item]]) -> None:
        """Hands over more items; if the process is gone, `take` says so."""
        self.given.extend(batch)
        try:
            self.connection.send(batch)
        except OSError:
            return

    def take(self) -> tuple[int, Result]:
        """The next result.

        Raises:
            Ended: there will be none.
        """
        try:
            number, result = self.connection.recv()
        except (EOFError, OSError):
            raise Ended(self._why()) from None
        self.given.popleft()
        return number, result

    def _why(self) -> str:
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"signal {-code} ended the process that handled it"
        return f"the process that handled it ended with code {code}"


class Crew(Generic[Item, Result]):
    """Some workers that do the same. The caller ends it, whatever happens."""

    def __init__(self, work: Callable[[Item], Result], size: int) -> None:
        self._work = work
        self.workers: list[Worker[Item, Result]] = []
        self._selector = selectors.DefaultSelector()
        gc.freeze()  # what is there now is shared by all processes as long as nobody touches it
        for _ in range(size):
            self._add()

    def ready(self) -> list[Worker[Item, Result]]:
        """Waits for workers that have something to say."""
        return [key.data for key, _ in self._selector.select()]

    def replace(self, worker: Worker[Item, Result]) -> None:
        """Puts a new worker in the place of one that has ended, with the items that the old one had left."""
        self._remove(worker)
        if worker.given or not self.workers:
            self._add().give(list(worker.given))

    def end(self) -> None:
        """Lets every worker finish the file that it is at, and no other."""
        for worker in self.workers:
            worker.connection.close()
        for worker in self.workers:
            worker.process.join(_PATIENCE)
            worker.process.kill()
        self._selector.close()

    def _add(self) -> Worker[Item, Result]:
        worker = Worker(self._work, [other.connection for other in self.workers])
        self.workers.append(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)
        return worker

    def _remove(self, worker: Worker[Item, Result]) -> None:
        self.workers.remove(worker)
        self._selector.unregister(worker.connection)
        worker.connection.close()


def _serve(work: Callable[[Item], Result], connection: Connection, others: Sequence[Connection]) -> None:
    """The life of a worker: batch after batch, until nobody gives or takes any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends all others
    for other in others:
        other.close()  # or the end of the parent would not be seen
    while True:
        try:
            batch = connection.recv()
        except (EOFError, OSError):
            return
        for number, item in batch:
            result = work(item)
            try:
                connection.send((number, result))
            except OSError:
                return
