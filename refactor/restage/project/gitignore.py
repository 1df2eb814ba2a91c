"""What git ignores, as far as the `.gitignore` files of a repository say it."""

from pathlib import Path
from typing import TYPE_CHECKING

from restage.project.folder import Folder, joined

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_MOST_STARS = 10
_LONGEST_LINE = 1_000


class Gitignores:
    """The `.gitignore` files below the root of a repository, read when a path below them is asked for."""

    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)
        self._specs: dict[str, GitIgnoreSpec | None] = {}

    def hides(self, path: str) -> bool:
        """Whether a path, relative to the root and with a slash at its end for a directory, is ignored.

        Its parents are taken not to be: who walks down asks for them first. The innermost file that knows the
        path decides.
        """
        end = path.rstrip("/").rfind("/")
        while True:
            spec = self._spec(path[: max(end, 0)])
            verdict = None if spec is None else spec.check_file(path[end + 1 :]).include
            if verdict is not None or end == -1:
                return bool(verdict)
            end = path.rfind("/", 0, end)

    def _spec(self, directory: str) -> "GitIgnoreSpec | None":
        if directory not in self._specs:
            content = self._folder.read(joined(directory, ".gitignore"))
            self._specs[directory] = None if content is None else _parsed(content.decode("utf-8", "replace"))
        return self._specs[directory]


def _parsed(text: str) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec([pattern for line in text.splitlines() for pattern in _pattern(line)])


def _pattern(line: str) -> "list[GitIgnoreSpecPattern]":
    from pathspec import GitIgnoreSpec

    # pathspec makes a backtracking expression of each line; one with this many stars is no honest one.
    if len(line) > _LONGEST_LINE or line.count("*") > _MOST_STARS:
        return []
    try:
        return list(GitIgnoreSpec.from_lines([line]).patterns)
    except ValueError:
        return []
