"""Statements and their commands from the flat row of items: compound commands, subshells, substitutions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from restage.record import Record, replace
from restage.shell.branches import SKIPPED, Branch, branch_at
from restage.shell.grammar import CASE_ENDS, MAY_NOT_RUN, SUBSTITUTIONS, Item, outermost, row, spans, tree
from restage.shell.pipelines import Pipeline, and_or_lists, may_be_skipped
from restage.shell.quoting import Spans, Unreadable
from restage.shell.script import SimpleCommand, Statement
from restage.shell.simple import Content, content, test_words
from restage.shell.word import Opaque, ShellWord

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 40
_HEADED = frozenset({"for_statement", "c_style_for_statement", "function_definition"})


class _Place(Record):
    """Where commands stand: what they inherit from what is around them."""

    conditional: bool = False
    forks: tuple["Node | Branch", ...] = ()
    scope: tuple[int, ...] = ()
    background: bool = False
    piped: bool = False
    pipe_to: bool = False
    over: str = ""
    depth: int = 0


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a whole script. Raises Unreadable where grammar or quoting aren't certain."""
    root = tree(text)
    reader = _Reader(text, spans(root))
    found = [
        Statement(
            start=pipeline.start,
            end=pipeline.end,
            commands=tuple(reader.pipeline(pipeline, place)),
            joiner=pipeline.joiner,
            defines=_defined_name(text, pipeline),
        )
        for pipeline, place in reader.sequence(root.children, _Place())
    ]
    return tuple(_with_bodies(found))


def _defined_name(text: str, pipeline: Pipeline) -> str | None:
    node = pipeline.elements[0][0].node
    name = node.child_by_field_name("name") if node.type == "function_definition" else None
    return text[name.start_byte : name.end_byte] if name and len(pipeline.elements) == 1 else None


def _with_bodies(found: Iterable[Statement]) -> Iterator[Statement]:
    """A statement whose here-document stands below the ones after it can only go together with them."""
    whole: Statement | None = None
    for statement in found:
        if whole and statement.start < whole.end:
            end, commands = max(whole.end, statement.end), (*whole.commands, *statement.commands)
            whole = replace(whole, end=end, commands=commands)
            continue
        if whole:
            yield whole
        whole = statement
    if whole:
        yield whole


def _searched(item: Item) -> list["Node"]:
    """Where an item's own substitutions are; the target of a redirect is an item of its own."""
    if item.kind != "redirect":
        return [item.node]
    return [child for child in item.node.children if child.type == "heredoc_body"]


def _branches(forks: Iterable["Node | Branch"], offset: int) -> Iterator[Branch]:
    for fork in forks:
        found = fork if isinstance(fork, Branch) else branch_at(fork, offset)
        if found is not None:
            yield found


class _Reader:
    def __init__(self, text: str, spans: Spans) -> None:
        self.text, self.spans = text, spans

    def sequence(self, nodes: Sequence["Node"], place: _Place) -> Iterator[tuple[Pipeline, _Place]]:
        """The pipelines of a sequence, each with its place."""
        if place.depth > _DEEPEST:
            raise Unreadable("nested too deeply")
        lists = list(and_or_lists(row(self.text, nodes)))
        for members, background in lists:
            inner = place
            if background:
                inner = replace(place, background=True, scope=(*place.scope, members[0].start))
            unsure = replace(inner, conditional=True, forks=(*inner.forks, SKIPPED))
            skipped = may_be_skipped(self.text, members, last=members is lists[-1][0])
            for member, conditional in zip(members, skipped, strict=True):
                yield member, unsure if conditional else inner

    def pipeline(self, pipeline: Pipeline, place: _Place) -> Iterator[SimpleCommand]:
        elements = pipeline.elements
        if not all(elements):
            raise Unreadable("a pipe without a command")
        for index, items in enumerate(elements):
            inner = place
            if len(elements) > 1:
                inner = replace(
                    place,
                    scope=(*place.scope, items[0].start),
                    piped=index > 0 or place.piped,
                    pipe_to=index < len(elements) - 1 or place.pipe_to,
                )
            yield from self.element([item for item in items if item.kind not in ("operator", "body")], inner)

    def element(self, items: Sequence[Item], place: _Place) -> Iterator[SimpleCommand]:
        if not items:
            raise Unreadable("a ! without a command")
        first, rest = items[0], items[1:]
        if first.kind != "compound":
            if any(item.kind == "compound" for item in items):
                raise Unreadable(f"not understood near {self.text[first.start :][:30]!r}")
            yield self.command(items, content(self.text, items, self.spans), place)
            return
        if rest:
            opened = content(self.text, rest, self.spans)
            if opened.words or opened.assignments or rest[0].kind != "redirect":
                raise Unreadable(f"not understood near {self.text[rest[0].start :][:30]!r}")
            yield self.command(rest, opened, place)
            place = replace(place, over=self.text[rest[0].start : rest[-1].end])
        yield from self.compound(first, replace(place, depth=place.depth + 1))

    def command(self, items: Sequence[Item], of: Content, place: _Place) -> SimpleCommand:
        return SimpleCommand(
            start=items[0].start,
            end=items[-1].end,
            words=of.words,
            assignments=of.assignments,
            redirects=of.redirects,
            conditional=place.conditional,
            branches=tuple(_branches(place.forks, items[0].start)),
            scope=place.scope,
            background=place.background,
            piped=place.piped,
            pipe_to=place.pipe_to,
            over=place.over,
            nested=tuple(self.substituted([node for item in items for node in _searched(item)], place)),
        )

    def substituted(self, nodes: Sequence["Node"], place: _Place) -> Iterator[SimpleCommand]:
        for node in outermost(nodes, SUBSTITUTIONS):
            # The shell takes backslashes out of backquotes before it reads the command.
            if "\\" in self.text[node.start_byte : node.end_byte] and self.text[node.start_byte] == "`":
                raise Unreadable("a backslash in backquotes")
            scope = (*place.scope, node.start_byte)
            inner = _Place(place.conditional, place.forks, scope, place.background, depth=place.depth + 1)
            yield from self.inside(node.children, inner)

    def inside(self, nodes: Sequence["Node"], place: _Place) -> Iterator[SimpleCommand]:
        for pipeline, inner in self.sequence(nodes, place):
            yield from self.pipeline(pipeline, inner)

    def compound(self, item: Item, place: _Place) -> Iterator[SimpleCommand]:
        node = item.node
        # A definition at the top level is the business of ``functions``, which knows the calls.
        if node.type in MAY_NOT_RUN and (node.type != "function_definition" or place.depth > 1):
            place = replace(place, conditional=True, forks=(*place.forks, node))
        if node.type == "subshell":
            place = replace(place, scope=(*place.scope, item.start))
        if node.children[0].type == "((":
            yield from self.substituted([node], place)
        elif node.type == "test_command":
            words = test_words(self.text, item.start, item.end, self.spans)
            yield self.command([item], Content(words), place)
        elif node.type == "case_statement":
            yield from self.case(item, place)
        elif node.type in _HEADED:
            yield from self.headed(item, place)
        else:
            yield from self.inside(node.children, place)

    def case(self, item: Item, place: _Place) -> Iterator[SimpleCommand]:
        for child in item.node.children:
            if child.type != "case_item":
                yield from self.substituted([child], place)
                continue
            types = [part.type for part in child.children]
            end = -1 if types[-1] in CASE_ENDS else len(types)
            yield from self.inside(child.children[types.index(")") + 1 : end], place)

    def headed(self, item: Item, place: _Place) -> Iterator[SimpleCommand]:
        """A loop sets its variable to values that aren't followed here; then comes its body."""
        node = item.node
        body = node.child_by_field_name("body")
        if body is None:
            raise Unreadable(f"a {node.type} without a body")
        variable = node.child_by_field_name("variable")
        if variable is not None:
            name = self.text[variable.start_byte : variable.end_byte]
            raw = self.text[variable.end_byte : body.start_byte]
            values = ShellWord(variable.end_byte, body.start_byte, raw, (Opaque(f"${{{name}}}"),))
            header = [replace(item, end=body.start_byte)]
            command = self.command(header, Content(assignments=((name, values),)), place)
            yield replace(command, nested=())
            place = replace(place, over=raw)
        yield from self.substituted([child for child in node.children if child != body], place)
        yield from self.inside([body], place)
