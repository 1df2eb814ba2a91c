"""The command line of the `go` program: subcommand, flags and what they are applied to (cmd/go)."""

from __future__ import annotations

from functools import lru_cache

from restage.api import Command, Record, replace

_VALUED = frozenset(
    "C p o asmflags buildmode compiler gccgoflags gcflags installsuffix ldflags mod modfile overlay pgo pkgdir "
    "tags toolexec covermode coverpkg coverprofile exec vettool reuse go compat run bench benchtime blockprofile "
    "blockprofilerate count cpu cpuprofile fuzz fuzztime fuzzcachedir list memprofile memprofilerate mutexprofile "
    "outputdir parallel shuffle skip timeout trace vet require droprequire replace dropreplace module "
    "fuzzminimizetime json use dropuse toolchain".split()
)
_WITH_VERB = frozenset({"mod", "work", "tool"})
_SWITCH = {"list": frozenset({"m", "json"}), "env": frozenset({"u", "json"}), "mod": frozenset({"json"})}
_FLAGS_ANYWHERE = frozenset({"test", "vet", "list"})


class Flag(Record):
    """One flag's value, and whether it is known to its last character."""

    value: str
    known: bool = True


class Invocation(Record):
    """One run of `go`: `go build -o app ./cmd/app` is the verb `build`, one flag and one operand."""

    verb: str
    flags: tuple[tuple[str, Flag], ...] = ()
    operands: tuple[str, ...] = ()
    known: bool = True
    """Whether every operand is known to its last character."""

    def flag(self, name: str) -> str | None:
        """The value of a flag (the last one counts); empty for a flag that is unset or just a switch."""
        found = self.find(name)
        return found.value if found else None

    def find(self, name: str) -> Flag | None:
        """The flag of this name with its value."""
        return next((value for key, value in reversed(self.flags) if key == name), None)

    def on(self, name: str) -> bool:
        """Whether a switch is given and not `=false`."""
        return self.flag(name) not in (None, "false", "0")

    @property
    def tags(self) -> tuple[str, ...]:
        """The build tags, whichever way they are separated."""
        return tuple((self.flag("tags") or "").replace(",", " ").split())


@lru_cache(maxsize=256)
def read_invocation(command: Command, defaults: str = "") -> Invocation:
    """The parts of a `go` command; `defaults` is the value of GOFLAGS."""
    words = [(text, command.is_known(number + 1)) for number, text in enumerate(command.arguments)]
    early = _flags(words, _VALUED)
    words = words[early[1] :]
    verb, known = words[0] if words else ("", True)
    if not known:
        return Invocation("", known=False)
    words = words[1:]
    if verb in _WITH_VERB and words:
        verb, words = f"{verb} {words[0][0]}", words[1:]
    given = tuple(Flag(text) for text in defaults.split())
    standing = _flags([(flag.value, True) for flag in given], _VALUED)[0]
    rest = _read(verb, words)
    return replace(rest, flags=(*standing, *early[0], *rest.flags))


def _read(verb: str, words: list[tuple[str, bool]]) -> Invocation:
    first = verb.partition(" ")[0]
    valued = _VALUED - _SWITCH.get(first, frozenset())
    if first in ("build", "install", "run", "get", "test", "vet"):
        valued -= {"json", "go", "compat"}
    flags, taken = _flags(words, valued)
    rest = words[taken:]
    if first in _FLAGS_ANYWHERE:
        operands = _leading(rest)
        later, _ = _flags(rest[len(operands) :], valued)
        return Invocation(
            verb, (*flags, *later), tuple(text for text, _ in operands), all(k for _, k in operands)
        )
    return Invocation(verb, flags, tuple(text for text, _ in rest), all(known for _, known in rest))


def _leading(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    for number, (text, _) in enumerate(words):
        if text.startswith("-"):
            return words[:number]
    return words


def _flags(words: list[tuple[str, bool]], valued: frozenset[str]) -> tuple[tuple[tuple[str, Flag], ...], int]:
    """The flags at the beginning, and how many words they take; Go knows no difference of `-x` and `--x`."""
    found: list[tuple[str, Flag]] = []
    position = 0
    while position < len(words):
        text, known = words[position]
        if text == "--" or not text.startswith("-") or text == "-":
            break
        name, sign, value = text.lstrip("-").partition("=")
        name = name.removeprefix("test.")
        position += 1
        if not sign and name in valued and position < len(words):
            value, known = words[position]
            position += 1
        found.append((name, Flag(value, known)))
    return tuple(found), position
