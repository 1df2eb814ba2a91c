"""The command line of `cargo`: subcommand, options and operands (cargo help)."""

from __future__ import annotations

from restage.api import Command, Plain, Record, replace, unwrap

_VALUED = frozenset(
    """
    --bin --example --test --bench --package -p --exclude --features -F --target --target-dir --profile
    --manifest-path --jobs -j --message-format --color --config -Z -C --root --path --git --branch --tag --rev
    --version --vers --index --registry --out-dir --artifact-dir --lockfile-path --recipe-path --edition
    --name --vcs --crate --bin-name --output-format --sync --versioned-dirs --ignore-rust-version-of
    """.split()
)
_SWITCHES = {
    "new": frozenset({"--bin"}),
    "init": frozenset({"--bin"}),
    "vendor": frozenset({"--versioned-dirs"}),
    "chef": frozenset({"--version"}),
}
ALIASES = {"b": "build", "c": "check", "d": "doc", "r": "run", "t": "test", "rm": "remove"}


class Invocation(Record):
    """One run of cargo: `cargo +nightly build --release -p api` is the verb `build` with two options."""

    verb: str
    options: tuple[tuple[str, str | None], ...] = ()
    operands: tuple[str, ...] = ()
    known: bool = True
    """Whether every word is known to its last character."""

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.options)

    def values(self, *names: str) -> tuple[str, ...]:
        """The values that are given to these options, in order."""
        return tuple(value for name, value in self.options if name in names and value)

    def value(self, *names: str) -> str | None:
        """The last value given to these options."""
        return next(reversed(self.values(*names)), None)

    @property
    def features(self) -> tuple[str, ...]:
        """The features that are asked for, however they are separated."""
        told = self.values("--features", "-F")
        return tuple(word for text in told for word in text.replace(",", " ").split())


def as_cargo(command: Command) -> Command | None:
    """The `cargo` command that this one comes to, or None."""
    match unwrap(list(command.words)):
        case Plain(words=words, assignments=assignments) if words and words != command.words:
            known = command.known[len(command.words) - len(words) :]
            environment = (*command.environment, *assignments)
            command = replace(command, words=tuple(words), known=known, environment=environment)
        case _:
            pass
    if command.name == "cargo":
        return command
    if command.name in ("cargo-chef", "cargo-sqlx", "cargo-binstall", "cargo-leptos"):
        words = ("cargo", command.name.removeprefix("cargo-"))
        rest = command.words[1:]
        rest = rest[1:] if rest[:1] == words[1:] else rest
        return replace(command, words=(*words, *rest), known=())
    return None


def read_invocation(command: Command) -> Invocation:
    """The parts of a `cargo` command."""
    words = list(command.arguments)
    if words and words[0].startswith("+"):
        words = words[1:]
    early, words = _options(words, _VALUED, True)
    verb = ALIASES.get(words[0], words[0]) if words else ""
    valued = _VALUED - _SWITCHES.get(verb, frozenset())
    if verb in ("chef", "sqlx", "leptos", "nextest", "auditable", "zigbuild", "xwin") and len(words) > 1:
        verb, words = f"{verb} {words[1]}", words[1:]
    options, operands = _options(words[1:], valued, False)
    return Invocation(verb, (*early, *options), tuple(operands), command.all_known)


def _options(
    words: list[str], valued: frozenset[str], leading: bool
) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Options and the other words; what stands behind `--` is for another program."""
    found: list[tuple[str, str | None]] = []
    operands: list[str] = []
    at = 0
    while at < len(words) and words[at] != "--":
        word = words[at]
        at += 1
        if not word.startswith("-"):
            if leading:
                return found, words[at - 1 :]
            operands.append(word)
            continue
        name, sign, value = word.partition("=")
        if not sign and name[:2] not in ("--", "-") and len(name) > 2 and name[:2] in valued:
            name, sign, value = name[:2], "=", name[2:]
        if not sign and name in valued and at < len(words):
            sign, value = "=", words[at]
            at += 1
        found.append((name, value if sign else None))
    return found, operands
