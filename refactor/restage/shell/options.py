"""The options and operands of an argument list."""

from collections.abc import Callable, Sequence

from restage.record import Record

_Flag = tuple[str, str | None]
_Split = Callable[[str, frozenset[str]], list[_Flag]]


class Parsed(Record):
    """Options and operands in the order given; a flag has its dashes, and its value where it takes one."""

    flags: tuple[tuple[str, str | None], ...]
    operands: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.flags)

    def values(self, *names: str) -> tuple[str, ...]:
        """The values given to these options."""
        return tuple(value for name, value in self.flags if name in names and value is not None)

    def value(self, *names: str) -> str | None:
        """The last value given to these options."""
        return next(reversed(self.values(*names)), None)


def options(args: Sequence[str], with_value: frozenset[str]) -> Parsed:
    """Options anywhere between the operands, as GNU programs read them.

    ``with_value``: the options, with their dashes, that take the next argument. Short ones cluster
    (``-xzf a``), a long one may carry its value (``--file=a``), and after ``--`` all are operands. A value
    that is due and missing is None.
    """
    return _anywhere(args, with_value, _gnu)


def word_options(args: Sequence[str], with_value: frozenset[str]) -> Parsed:
    """The same for programs whose long options have one dash (``go build -trimpath``): nothing clusters."""
    return _anywhere(args, with_value, _one_word)


def leading_options(args: Sequence[str], with_value: frozenset[str]) -> Parsed:
    """The same as ``options``, but the first operand ends them, as POSIX has it and wrappers need it."""
    flags: list[_Flag] = []
    at = 0
    while at < len(args) and _is_option(args[at]):
        found, at = _taken(args, at, with_value, _gnu)
        flags += found
    if at < len(args) and args[at] == "--":
        at += 1
    return Parsed(tuple(flags), tuple(args[at:]))


def _anywhere(args: Sequence[str], with_value: frozenset[str], split: _Split) -> Parsed:
    flags: list[_Flag] = []
    operands: list[str] = []
    at = 0
    while at < len(args):
        if args[at] == "--":
            operands += args[at + 1 :]
            break
        if _is_option(args[at]):
            found, at = _taken(args, at, with_value, split)
            flags += found
        else:
            operands.append(args[at])
            at += 1
    return Parsed(tuple(flags), tuple(operands))


def _is_option(argument: str) -> bool:
    return argument.startswith("-") and argument not in ("-", "--")


def _taken(
    args: Sequence[str], at: int, with_value: frozenset[str], split: _Split
) -> tuple[list[_Flag], int]:
    """The flags of one argument, the last one with the next argument where it takes one."""
    flags = split(args[at], with_value)
    name, value = flags[-1]
    if value is None and name in with_value and at + 1 < len(args):
        return [*flags[:-1], (name, args[at + 1])], at + 2
    return flags, at + 1


def _one_word(argument: str, with_value: frozenset[str]) -> list[_Flag]:
    name, equals, value = argument.partition("=")
    return [(name, value if equals else None)]


def _gnu(argument: str, with_value: frozenset[str]) -> list[_Flag]:
    if argument.startswith("--"):
        return _one_word(argument, with_value)
    flags: list[_Flag] = []
    for index, letter in enumerate(argument[1:], start=2):
        takes, rest = f"-{letter}" in with_value, argument[index:]
        flags.append((f"-{letter}", rest if takes and rest else None))
        if takes:
            break
    return flags
