"""Which Dockerfiles there are, which repository they belong to, and which build context is theirs."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from itertools import chain
from pathlib import Path

from restage.project.consumers import Consumers
from restage.project.context import Context
from restage.project.folder import Folder, Kind, joined
from restage.project.gitignore import Gitignores
from restage.project.survey import is_passed_over
from restage.project.wildcard import has_wildcard
from restage.record import Record, replace

_NAMES = re.compile(r"(?:docker|container)file(?:\.[^.].*)?|.+\.dockerfile", re.IGNORECASE)
_NOT_THEM = re.compile(
    r".*(?:\.(?:dockerignore|containerignore|md|rst|adoc|html?|ya?ml|json|j2|jinja2?|erb|e[jr]s|tmpl|template|tpl"
    r"|mustache|hbs|in|m4|jsx?|tsx?|mjs|css|java|vim|xml|svg|png|orig|rej|bak|old|sw[op]|lock|log|sum|sha256|sig)|~)",
    re.IGNORECASE,
)


class FoundContext(Record):
    """The build context of a Dockerfile; `how` is the sentence that says why it is this one."""

    path: Path
    how: str
    searched: Context | None = field(default=None, compare=False, repr=False)
    """The context as it was looked through, where that had to be done to find it."""

    def context(self, dockerfile: Path) -> Context:
        """The context, before any question."""
        return self.searched.anew() if self.searched else Context(self.path, dockerfile)


class NoContext(Record):
    """No build context fits; `help` says what the user can do."""

    message: str
    help: str


def find_dockerfiles(directory: Path) -> Iterator[Path]:
    """The Dockerfiles below a directory, sorted within each directory.

    Passes over what git ignores, hidden folders, `node_modules`, `vendor` and the like; follows no link.
    """
    folder = Folder(directory)
    hides = _git_hides(directory)
    waiting = [""]
    while waiting:
        here = waiting.pop()
        below: list[str] = []
        for name, kind in folder.passing(here).items():
            path = joined(here, name)
            if kind is Kind.FILE and is_dockerfile_name(name) and not hides(path):
                yield directory / path
            elif kind is Kind.DIRECTORY and not is_passed_over(name) and not hides(f"{path}/"):
                below.append(path)
        waiting.extend(reversed(below))


def _git_hides(directory: Path) -> Callable[[str], bool]:
    root = repository_root(directory)
    if not _is_there(f"{root}/.git"):
        return lambda path: False
    ignored = Gitignores(root)
    base = directory.absolute().relative_to(root).as_posix()
    return lambda path: ignored.hides(path if base == "." else f"{base}/{path}")


_TOPMOST = (".git", ".hg", ".svn", ".github", ".gitlab-ci.yml", ".circleci", ".gitmodules", ".gitattributes")
"""What stands at the top of a repository alone."""


def is_dockerfile_name(name: str) -> bool:
    """Whether a file of this name is a Dockerfile by convention: not a template of one, a note or an ignore
    file."""
    return _NAMES.fullmatch(name) is not None and _NOT_THEM.fullmatch(name) is None


def repository_root(path: Path, known: dict[str, frozenset[str]] | None = None) -> Path:
    """The nearest folder upwards with a `.git`, from a file or a folder. Absolute.

    A repository that was unpacked without it is known by what stands at the top of repositories alone; without
    that too, the folder itself. `known` keeps what stands in which folder, for the next file.
    """
    start = path.absolute()
    if not _is_directory(start):
        start = start.parent
    marks = {} if known is None else known
    upwards = (start, *start.parents)
    for folder in map(str, upwards):
        if folder not in marks:
            marks[folder] = frozenset(mark for mark in _TOPMOST if _is_there(f"{folder}/{mark}"))
    if not any(marks[str(one)] for one in upwards):
        return start
    return next(one for mark in _TOPMOST for one in upwards if mark in marks[str(one)])


def _is_there(path: str) -> bool:
    try:
        return os.access(path, os.F_OK)
    except ValueError:  # a name with a zero byte
        return False


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def find_context(
    dockerfile: Path,
    sources: Sequence[str],
    explicit: Path | None = None,
    consumers: Consumers | None = None,
) -> FoundContext | NoContext:
    """The build context of a Dockerfile: given, else named by the repository, else the nearest that fits.

    `sources` are the sources of COPY and ADD from the context, variables expanded; no URLs, nothing from
    other stages. `consumers` are those of the repository, if they have been read already.
    """
    if explicit is not None:
        return _given(explicit)
    uses = consumers or Consumers(repository_root(dockerfile))
    root = uses.repository
    named = _named(dockerfile, root, uses)
    looked = ((one, uses.context(one.path, dockerfile)) for one in named)
    found = next((replace(one, searched=context) for one, context in looked if _fits(context, sources)), None)
    return found or _nearest(dockerfile, root, sources, uses) or _nothing_fits(dockerfile, sources, named)


def _given(folder: Path) -> FoundContext | NoContext:
    if _is_directory(folder):
        return FoundContext(folder, "it was given with --context")
    return NoContext(
        f"the build context {folder} is not a directory", "give --context a directory that exists"
    )


def _named(dockerfile: Path, root: Path, consumers: Consumers) -> list[FoundContext]:
    return [
        FoundContext(root / consumer.context, f"{consumer.place} names it as the build context")
        for consumer in consumers.of(dockerfile)
        if consumer.context is not None
    ]


def _nearest(dockerfile: Path, root: Path, sources: Sequence[str], uses: Consumers) -> FoundContext | None:
    folder = dockerfile.absolute().parent
    if not sources:
        return FoundContext(folder, "it is the folder of the Dockerfile, which copies nothing from it")
    above = (one for one in (folder, *folder.parents) if one.is_relative_to(root))
    upwards = (uses.context(one, dockerfile) for one in above)
    fitting = (one for one in upwards if _fits(one, sources))
    first = next(fitting, None)
    if first is None:
        return None
    best = next((one for one in chain([first], fitting) if _serves(one, sources)), first)
    is_beside = best.root == folder
    nearest = "the folder of the Dockerfile" if is_beside else "the nearest folder above the Dockerfile"
    return FoundContext(best.root, f"it is {nearest}, in which the source of every COPY exists", best)


def _fits(context: Context, sources: Sequence[str]) -> bool:
    there = _is_directory(context.root)
    return there and all(has_wildcard(source) or context.files(source) for source in sources)


def _serves(context: Context, sources: Sequence[str]) -> bool:
    """Whether a source names something: `COPY . .` beside nothing but a Dockerfile means another folder."""
    named = {path for source in sources for path in context.files(source)}
    beside = [
        name for name in context.entries() if not is_dockerfile_name(name) and "dockerignore" not in name
    ]
    return bool(named - {""}) or ("" in named and bool(beside))


def _nothing_fits(dockerfile: Path, sources: Sequence[str], named: Sequence[FoundContext]) -> NoContext:
    context = Context(named[0].path if named else dockerfile.absolute().parent, dockerfile)
    missing = next(source for source in sources if not has_wildcard(source) and not context.files(source))
    why = "is hidden by .dockerignore" if context.ignored(missing) else "does not exist"
    where = "there" if named else "in the folder of the Dockerfile, nor do all sources in one above it"
    place = f"{named[0].how}, but " if named else ""
    return NoContext(
        f"no build context fits: {place}{missing} {why} {where}",
        "name the build context with --context, or first run what makes the missing file",
    )
