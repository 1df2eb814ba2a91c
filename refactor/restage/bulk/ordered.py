"""Work on many items by several processes, with the results in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic

from restage.bulk.crew import Crew, Ended, Item, Result, Worker

_BATCH = 8
"""Items that are handed over together."""

_AHEAD = 64
"""How many items a worker may be ahead of the one whose result is awaited: more would fill the memory."""


def in_order(
    items: Iterable[Item], work: Callable[[Item], Result], lost: Callable[[Item, str], Result], jobs: int
) -> Iterator[Result]:
    """The result of every item, in their order, each as soon as it and all before it are there.

    `work` is done in `jobs` other processes and raises nothing. Where its process dies, `lost` gives the result in
    its place, from the item and what happened; the other items are done by a new process.
    """
    try:
        crew: Crew[Item, Result] = Crew(work, jobs)
    except OSError:  # the machine gives no more processes
        yield from map(work, items)
        return
    try:
        yield from _Flow(crew, iter(enumerate(items)), lost, _AHEAD * jobs).results()
    finally:
        crew.end()


class _Flow(Generic[Item, Result]):
    """Items on their way out, and results on their way back."""

    def __init__(
        self,
        crew: Crew[Item, Result],
        items: Iterator[tuple[int, Item]],
        lost: Callable[[Item, str], Result],
        window: int,
    ) -> None:
        self._crew, self._items, self._lost, self._window = crew, items, lost, window
        self._given = 0
        self._done: dict[int, Result] = {}

    def results(self) -> Iterator[Result]:
        awaited = 0
        while True:
            self._hand_out(awaited + self._window)
            if awaited == self._given:
                return
            while awaited not in self._done:
                for worker in self._crew.ready():
                    self._take(worker)
            while awaited in self._done:
                yield self._done.pop(awaited)
                awaited += 1

    def _hand_out(self, end: int) -> None:
        for worker in self._crew.workers:
            if len(worker.given) < _BATCH and self._given < end:
                batch = list(islice(self._items, _BATCH))
                self._given += len(batch)
                if batch:
                    worker.give(batch)

    def _take(self, worker: Worker[Item, Result]) -> None:
        try:
            number, result = worker.take()
        except Ended as ended:
            if worker.given:
                number, item = worker.given.popleft()
                self._done[number] = self._lost(item, str(ended))
            self._crew.replace(worker)
            return
        self._done[number] = result
