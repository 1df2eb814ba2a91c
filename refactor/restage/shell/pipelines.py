"""And-or lists of pipelines from the flat row of items (POSIX, 2.9.2 and 2.9.3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from restage.shell.grammar import Item

_ASKING = frozenset(
    {"!", "[", "[[", "test", "command", "which", "type", "hash", "grep", "getent", "id", "pgrep"}
)


@dataclass
class Pipeline:
    """Commands joined by ``|``, each as its items; ``joiner`` stands before it."""

    joiner: str
    elements: list[list[Item]] = field(default_factory=lambda: [[]])

    @property
    def start(self) -> int:
        """Where its first item starts."""
        return self.elements[0][0].start

    @property
    def end(self) -> int:
        """Behind its last item, here-documents included."""
        return max(item.end for element in self.elements for item in element)

    def asks(self, text: str) -> bool:
        """Whether it is there to say yes or no, so that a no is nothing unusual."""
        first = self.elements[0][0]
        end = first.end if first.kind != "compound" else first.start + 1
        return text[first.start : end] in _ASKING


def and_or_lists(items: Iterable[Item]) -> Iterator[tuple[list[Pipeline], bool]]:
    """The and-or lists, and whether each runs in the background."""
    members: list[Pipeline] = []
    joiner = ""
    redirected: dict[int, list[Item]] = {}
    for item in items:
        if item.kind == "comment" or (item.kind == "break" and (joiner or not members)):
            continue
        if item.kind == "body" and item.node.parent:
            redirected[item.node.parent.id].append(item)
        elif item.text in ("|", "|&"):
            members[-1].elements.append([])
        elif item.kind == "break" or item.text in ("&&", "||", ";", "&"):
            joiner = item.text or "\n"
        else:
            if members and joiner in (";", "&", "\n"):
                yield members, joiner == "&"
                members = []
            if joiner or not members:
                members.append(Pipeline(joiner))
                joiner = ""
            members[-1].elements[-1].append(item)
            redirected[item.node.id] = members[-1].elements[-1]
    if members:
        yield members, joiner == "&"


def may_be_skipped(text: str, members: Sequence[Pipeline], last: bool) -> Iterator[bool]:
    """Of each member, whether the list can succeed, or its failure not matter, without it."""
    tolerant = max((index for index, member in enumerate(members) if member.joiner == "||"), default=-1)
    asked = False
    for index, member in enumerate(members):
        yield index > 0 and (index <= tolerant or (asked and not last))
        asked = asked or member.asks(text)
