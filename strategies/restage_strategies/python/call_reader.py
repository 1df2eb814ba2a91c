"""One Python source as a syntax tree: its calls that start programs or load libraries, and what they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from restage_strategies.python.handing import handed_to, is_type_test
from restage_strategies.python.literals import SHELLS, after_options, dotted, literal, program_of, programs_of
from restage_strategies.python.processes import (
    PROCESS_MODULES,
    is_pip,
    loads_library,
    starts_program,
    starts_server,
)

if TYPE_CHECKING:
    import libcst

_PYTHON = "python"


class CallReader:
    """One module: its calls, what was imported under which name, and what its names are bound to."""

    def __init__(self, module: libcst.Module) -> None:
        import libcst

        self._calls: list[libcst.Call] = []
        self._around: dict[libcst.Call, libcst.FunctionDef | None] = {}
        self._imported: dict[str, str] = {}
        self._modules: dict[str, str] = {}
        self._bound: dict[str, list[libcst.BaseExpression]] = {}
        for node, function in _nodes(module):
            match node:
                case libcst.Call():
                    self._calls.append(node)
                    self._around[node] = function
                case libcst.ImportFrom(module=libcst.Attribute() | libcst.Name(), names=tuple() | list()):
                    self._note_import(node)
                case libcst.ImportAlias(asname=libcst.AsName(name=libcst.Name(value=name))):
                    self._modules[name] = dotted(node.name)
                case libcst.Assign(
                    targets=[libcst.AssignTarget(target=libcst.Name(value=name))], value=value
                ):
                    self._bound.setdefault(name, []).append(value)
                case libcst.AnnAssign(target=libcst.Name(value=name), value=libcst.BaseExpression() as value):
                    self._bound.setdefault(name, []).append(value)
                case _:
                    pass

    def _note_import(self, node: libcst.ImportFrom) -> None:
        import libcst

        source = dotted(node.module).split(".")[0] if node.module else ""
        for alias in node.names if not isinstance(node.names, libcst.ImportStar) else ():
            name = (
                alias.asname.name.value
                if alias.asname and isinstance(alias.asname.name, libcst.Name)
                else None
            )
            self._imported[name or dotted(alias.name)] = f"{source}.{dotted(alias.name)}"

    def findings(self) -> Iterator[tuple[libcst.Call, str, bool]]:
        """Calls, the program or library that each names, and whether it is a library; an empty name is not told."""
        for call in self._calls:
            library = loads_library(self._full(call.func))
            if library or self._starts(call.func):
                yield from ((call, name, library) for name in self._names(call, library))
            for argument in () if is_type_test(call) else call.args:
                if self._starts(argument.value):
                    yield from ((call, name, False) for name in self._handed(call, argument))
        for name, values in self._bound.items():
            # A name for the function itself: `run = subprocess.run`; who calls it by that name is not followed.
            yield from (
                (call, "", False)
                for value in values
                if self._starts(value)
                for call in self._calls
                if dotted(call.func).rpartition(".")[2] == name
            )

    def _full(self, node: libcst.BaseExpression) -> str:
        """The dotted name with what it was imported as resolved; empty for anything but a name."""
        name = dotted(node)
        first, dot, rest = name.partition(".")
        return self._imported.get(name) or (self._modules.get(first, first) + dot + rest)

    def _starts(self, node: libcst.BaseExpression) -> bool:
        """Whether a name is that of a function which starts a program."""
        name, full = dotted(node), self._full(node)
        return starts_program(full, name in self._imported) or (
            full.startswith(("sh.", "local.")) and self._imported.get(name, "sh").startswith("sh")
        )

    def _handed(self, call: libcst.Call, argument: libcst.Arg) -> tuple[str, ...]:
        """What a function that starts programs is told to start, where it is handed on (`to_thread(run, ["git"])`)."""
        if self._full(argument.value).endswith("which"):
            return ()
        given = handed_to(call, argument)
        words = self._first_words(given, 6) if given is not None else None
        return ("",) if words is None else tuple(dict.fromkeys(words))

    def _names(self, call: libcst.Call, library: bool) -> tuple[str, ...]:
        """The programs or libraries that a call names; one empty name where that can't be told."""
        full = self._full(call.func)
        if full.startswith("sh.") and full != "sh.Command":
            return (full[3:],)
        if is_pip(full):
            return ("pip",)
        server = starts_server(full)
        position = 1 if full.endswith(("subprocess_exec", "subprocess_shell")) else 0
        argument = _argument(call, position, ("command",) if server else ("args", "cmd", "name", "command"))
        only_asks = library or full.endswith("which")
        if argument is None:
            return () if only_asks else ("",)
        words = self._first_words(argument, 6)
        if words is None:
            words = self._of_callers(argument, self._around[call])
        return ("",) if words is None and not only_asks else tuple(dict.fromkeys(words or ()))

    def _of_callers(
        self, argument: libcst.BaseExpression, function: libcst.FunctionDef | None
    ) -> list[str] | None:
        """What the callers of a helper (`def run(cmd): subprocess.run(cmd)`) hand to it."""
        import libcst

        if function is None or not isinstance(argument, libcst.Name):
            return None
        names = [param.name.value for param in function.params.params if param.name.value != "self"]
        if argument.value not in names:
            return None
        position, keywords = names.index(argument.value), (argument.value,)
        callers = [call for call in self._calls if self._calls_helper(call, function.name.value)]
        given = [found for call in callers if (found := _argument(call, position, keywords)) is not None]
        return self._all([self._first_words(found, 5) for found in given]) if given else None

    def _calls_helper(self, call: libcst.Call, name: str) -> bool:
        owner, _, last = dotted(call.func).rpartition(".")
        return last == name and owner not in PROCESS_MODULES

    def _first_words(self, node: libcst.BaseExpression, depth: int) -> list[str] | None:
        """The first word of each command that an expression can be; None where it can't be told."""
        import libcst

        if not depth:
            return None
        match node:
            case libcst.SimpleString() | libcst.ConcatenatedString() | libcst.FormattedString():
                return programs_of(literal(node))
            case libcst.List(elements=[first, *others]) | libcst.Tuple(elements=[first, *others]):
                words = self._element(first.value, depth - 1)
                if words == [_PYTHON]:
                    return [program_of([_PYTHON, *(literal(other.value)[0] for other in others[:3])])]
                if words is None or SHELLS.isdisjoint(words):
                    return words
                return [*words, *self._given_to_shell([other.value for other in others], depth - 1)]
            case libcst.Name(value=name) if name in self._bound:
                return self._all([self._first_words(value, depth - 1) for value in self._bound[name]])
            case libcst.BinaryOperation(left=left):
                return self._first_words(left, depth - 1)
            case libcst.IfExp(body=body, orelse=other):
                return self._all([self._first_words(body, depth - 1), self._first_words(other, depth - 1)])
            case libcst.Call(
                func=libcst.Attribute(value=value, attr=libcst.Name(value="split" | "format" | "strip"))
            ) if dotted(value) != "shlex":
                return self._first_words(value, depth - 1)
            case libcst.Call(args=[first, *_]) if dotted(node.func) in (
                "shlex.split",
                "str",
                "list",
                "shutil.which",
                "which",
            ):
                return self._first_words(first.value, depth - 1)
            case libcst.Attribute() if dotted(node) == "sys.executable":
                return [_PYTHON]
            case _:
                return None

    def _given_to_shell(self, arguments: list[libcst.BaseExpression], depth: int) -> list[str]:
        """What a shell runs further: the text after `-c`, or a script; an empty name where that isn't told."""
        import libcst

        texts = [text if whole else "" for text, whole in map(literal, arguments)]
        position, is_text = after_options(texts)
        if position >= len(arguments):
            return [""]
        node = arguments[position]
        if is_text:
            return self._first_words(node, depth) or [""]
        if texts[position]:
            return [texts[position]]
        parts = [literal(part)[0] for part, _ in _nodes(node) if isinstance(part, libcst.SimpleString)]
        return [parts[-1] if parts and parts[-1].endswith(".sh") else ""]

    def _element(self, node: libcst.BaseExpression, depth: int) -> list[str] | None:
        import libcst

        if isinstance(node, libcst.SimpleString):
            return [literal(node)[0]]
        if isinstance(node, libcst.FormattedString):
            text, whole = literal(node)
            return [text] if whole else None
        return self._first_words(node, depth)

    def _all(self, parts: list[list[str] | None]) -> list[str] | None:
        known = [part for part in parts if part is not None]
        return [word for part in known for word in part] if len(known) == len(parts) else None


def _argument(call: libcst.Call, position: int, keywords: tuple[str, ...]) -> libcst.BaseExpression | None:
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value in keywords:
            return arg.value
    plain = [arg for arg in call.args if arg.keyword is None]
    return plain[position].value if position < len(plain) and not plain[position].star else None


def _nodes(node: libcst.CSTNode) -> Iterator[tuple[libcst.CSTNode, libcst.FunctionDef | None]]:
    """Every node with the function around it, in the order of the text."""
    import libcst

    waiting: list[tuple[libcst.CSTNode, libcst.FunctionDef | None]] = [(node, None)]
    while waiting:
        current, function = waiting.pop()
        yield current, function
        inner = current if isinstance(current, libcst.FunctionDef) else function
        waiting.extend((child, inner) for child in reversed(current.children))
