"""Functions that are handed on to be called: `asyncio.to_thread(subprocess.run, ["git"])`, `Thread(target=…, args=…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restage_strategies.python.literals import dotted

if TYPE_CHECKING:
    import libcst

_FOR_EACH = frozenset("map imap imap_unordered starmap map_async starmap_async".split())
_TYPES = frozenset("isinstance issubclass cast Union Optional register_type".split())


def is_type_test(call: libcst.Call) -> bool:
    """Whether the call is given types, which are called by nobody: `isinstance(p, subprocess.Popen)`."""
    return dotted(call.func).rpartition(".")[2] in _TYPES


def handed_to(call: libcst.Call, function: libcst.Arg) -> libcst.BaseExpression | None:
    """The first argument that a function will be given which a call is handed; None where that is not told here."""
    import libcst

    name = dotted(call.func).rpartition(".")[2]
    if name in _FOR_EACH:
        return None
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == "args":
            return _first(argument.value)
    plain = [argument for argument in call.args if argument.keyword is None]
    if function not in plain:
        return None
    after = plain[plain.index(function) + 1 :]
    if not after or after[0].star:
        return None
    if name in ("apply", "apply_async") and isinstance(after[0].value, libcst.Tuple | libcst.List):
        return _first(after[0].value)
    return after[0].value


def _first(node: libcst.BaseExpression) -> libcst.BaseExpression | None:
    import libcst

    match node:
        case libcst.Tuple(elements=[first, *_]) | libcst.List(elements=[first, *_]):
            return first.value
        case _:
            return None
