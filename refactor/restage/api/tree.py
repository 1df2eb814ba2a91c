"""Of each path of the image: where it comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, assert_never

from restage.api.region import Region, join, region
from restage.project.context import Context, Kind
from restage.record import Record


class FromContext(Record):
    """A file or directory of the build context, by its path there."""

    path: str


class Made(Record):
    """Made or changed by a command."""

    by: str
    text: str | None = None
    """Its content, where the Dockerfile itself holds it."""


class Unknown(Record):
    """The base's own, or nobody's."""


Origin = FromContext | Made | Unknown

_UNKNOWN = Unknown()
P = ParamSpec("P")
Answer = TypeVar("Answer")


class Placed(Record):
    """A COPY put `source` of the context (a file or a directory's contents) at `target`."""

    target: Region
    source: str
    text: str | None = None
    """The content of a file that the Dockerfile itself holds."""


class Changed(Record):
    """A command may have changed everything in the region; exactly this file if there is one."""

    target: Region
    by: str
    text: str | None = None
    """What the file says now, where the Dockerfile itself holds it."""


class Gone(Record):
    """A command deleted the region."""

    target: Region


class Tree(Record):
    """The image's files as far as the Dockerfile tells, oldest event first."""

    context: Context
    events: tuple[Placed | Changed | Gone, ...] = ()
    _before: Tree | None = field(default=None, compare=False, repr=False)
    """The tree that this one was, before the last of its events."""
    _origins: dict[str, Origin] = field(default_factory=dict, compare=False, repr=False)
    _entries: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _answers: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def then(self, *events: Placed | Changed | Gone) -> Tree:
        """The tree after further events."""
        return Tree(self.context, self.events + events, self) if events else self

    def first(self, number: int) -> Tree:
        """The tree after so many of its events."""
        tree = self
        while len(tree.events) > number and tree._before is not None:
            tree = tree._before
        return tree if len(tree.events) == number else Tree(self.context, self.events[:number])

    def without_deletions(self) -> Tree:
        """The tree as if no command had deleted anything: sources that are gone still say what was built of them."""
        kept = tuple(event for event in self.events if not isinstance(event, Gone))
        return Tree(self.context, kept) if len(kept) < len(self.events) else self

    def origin(self, path: str) -> Origin:
        """Where the path comes from, as of now."""
        known = self._origins.get(path)
        if known is None:
            known = self._origins[path] = self._find(region("/", path))
        return known

    def _find(self, wanted: Region) -> Origin:
        may_be_made: Origin = _UNKNOWN
        inside = wanted.inside
        for event in reversed(self.events):
            if not inside.startswith(event.target.inside):
                continue
            match event:
                case Placed(target, source, _):
                    path = _source_of(wanted, target, source)
                    if self.context.kind(path) is not None:
                        return FromContext(path)
                case Changed(target, by, text) if target == wanted:
                    return Made(by, text)
                case Changed(_, by, _) if may_be_made is _UNKNOWN:
                    may_be_made = Made(by)
                case Gone():
                    return may_be_made
                case _:
                    pass
        return may_be_made

    def read(self, path: str) -> bytes | None:
        """The content of a file, if it is one of the context that no command made or changed itself."""
        origin = self.origin(path)
        return self.context.read(origin.path) if isinstance(origin, FromContext) else None

    def text(self, path: str) -> str | None:
        """The content of a file as text: as `read` has it, or as the Dockerfile itself holds it."""
        origin = self._origins.get(path) or self.origin(path)
        match origin:
            case FromContext(inside):
                return self.context.text(inside)
            case Made(text=text):
                return text
            case Unknown():
                return None
            case _ as never:
                assert_never(never)

    def is_file(self, path: str) -> bool:
        """Whether the path is a file of the context."""
        return self._kind(path) is Kind.FILE

    def is_directory(self, path: str) -> bool:
        """Whether the path is a directory of the context, or one that holds files of it."""
        kind = self._kind(path)
        return kind is Kind.DIRECTORY or (kind is None and self._is_above(region("/", path)))

    def _kind(self, path: str) -> Kind | None:
        origin = self._origins.get(path) or self.origin(path)
        return self.context.kind(origin.path) if isinstance(origin, FromContext) else None

    def entries(self, path: str) -> tuple[str, ...]:
        """Names directly below a directory that come from the context, sorted."""
        known = self._entries.get(path)
        if known is None:
            known = self._entries[path] = self._listed(region("/", path))
        return known

    def _listed(self, wanted: Region) -> tuple[str, ...]:
        found: set[str] = set()
        for event in self.events:
            if not isinstance(event, Placed):
                continue
            if event.target.covers(wanted):
                found.update(self.context.entries(_source_of(wanted, event.target, event.source)))
            elif wanted.covers(event.target):
                found.add(event.target.path[len(wanted.inside) :].split("/")[0])
        return tuple(sorted(name for name in found if self._is_there(join(wanted.path, name))))

    def walk(self, path: str) -> Iterator[str]:
        """Paths in the image of all files below a directory that come from the context, sorted; dependency folders too."""
        for name in self.entries(path):
            inner = join(path, name)
            if self.is_directory(inner):
                yield from self.walk(inner)
            else:
                yield inner

    def _is_there(self, path: str) -> bool:
        return isinstance(self.origin(path), FromContext | Made) or self._is_above(region("/", path))

    def _is_above(self, place: Region) -> bool:
        """Whether files of the context were put somewhere below a path, and are there still."""
        below = False
        for event in self.events:
            match event:
                case Placed(target) if place.covers(target) and place != target:
                    below = True
                case Gone(target) if target.covers(place):
                    below = False
                case _:
                    pass
        return below


def of_tree(ask: Callable[Concatenate[Tree, P], Answer]) -> Callable[Concatenate[Tree, P], Answer]:
    """Asks a function of a tree once for the same: a tree never changes, and many sides want to know.

    Its other arguments are hashable, and nobody changes what it gives.
    """

    @wraps(ask)
    def asked(tree: Tree, /, *about: P.args, **named: P.kwargs) -> Answer:
        question = (ask, about, *named.items())
        if question not in tree._answers:
            tree._answers[question] = ask(tree, *about, **named)
        answer: Answer = tree._answers[question]
        return answer

    return asked


def _source_of(wanted: Region, target: Region, source: str) -> str:
    """The path in the context of something that was placed with all of `source`."""
    return _below(source, wanted.path[len(target.path) :].lstrip("/"))


@lru_cache(maxsize=4096)
def _below(source: str, inside: str) -> str:
    path = posixpath.normpath(posixpath.join(source, inside))
    return "" if path == "." else path
