"""The repositories of one run: which folder is the top of one, and what was read of each."""

from pathlib import Path

from restage.project.consumers import Consumers
from restage.project.discovery import repository_root

_MOST = 16
"""Of how many is kept what was read: files of one repository come together."""


class Repositories:
    """What need not be looked at again for the next file of the same repository."""

    def __init__(self) -> None:
        self._consumers: dict[Path, Consumers] = {}
        self._marks: dict[str, frozenset[str]] = {}

    def of(self, path: Path) -> Consumers:
        """Who uses images in the repository that a file belongs to."""
        if len(self._consumers) > _MOST:
            self.clear()
        root = repository_root(path, self._marks)
        return self._consumers.setdefault(root, Consumers(root))

    def clear(self) -> None:
        """Forgets everything."""
        self._consumers.clear()
        self._marks.clear()
