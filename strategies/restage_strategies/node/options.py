"""Options and operands on the command lines of package managers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restage.api import Record

_NPM = """prefix C registry cache workspace w omit only include also loglevel location userconfig globalconfig
fetch-timeout fetch-retries fetch-retry-mintimeout fetch-retry-maxtimeout maxsockets tag network-timeout script-shell
node-options target arch platform libc os cpu python jobs c call p package depth before save-prefix access otp
https-proxy proxy noproxy cafile ca cert key tmp install-strategy lockfile-version scope user-agent runtime disturl
python_mirror sharp_binary_host sass-binary-site auth-type pack-destination"""
_YARN = """cwd network-timeout modules-folder cache-folder registry mutex prefix global-folder network-concurrency
child-concurrency preferred-cache-folder link-folder otp proxy https-proxy use-yarnrc pattern scope emoji tag
mode inline-builds from j jobs"""
_PNPM = """C dir filter F filter-prod store-dir reporter loglevel registry virtual-store-dir modules-dir
package-import-method network-concurrency child-concurrency workspace-concurrency global-dir global-bin-dir
lockfile-dir fetch-timeout fetch-retries cache-dir state-dir resume-from test-pattern changed-files-ignore-pattern
package allow-build hoist-pattern public-hoist-pattern node-linker os cpu libc network-timeout"""
_BUN = (
    "cwd config c registry cache-dir backend filter F omit target outfile outdir p package concurrent-scripts"
)

VALUED: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in (("npm", _NPM), ("yarn", _YARN), ("pnpm", _PNPM), ("bun", _BUN))
}
"""Options that take the next word as their value, by package manager."""


class Line(Record):
    """A command line taken apart."""

    options: tuple[tuple[str, str], ...]
    """Name without dashes, and value; `true` where only the option stands."""
    operands: tuple[str, ...]
    rest: tuple[str, ...]
    """What stands after `--`."""

    def last(self, *names: str) -> str:
        """The value that counts of an option with several names; empty if it isn't given."""
        return next((value for name, value in reversed(self.options) if name in names), "")

    def all(self, *names: str) -> tuple[str, ...]:
        """Every value of an option that may be repeated."""
        return tuple(value for name, value in self.options if name in names)

    def on(self, *names: str) -> bool:
        """Whether a flag is given and not switched off."""
        return self.last(*names) not in ("", "false")


def take_apart(words: tuple[str, ...], valued: frozenset[str]) -> Line:
    """Options anywhere, as npm and yarn read them."""
    head, rest = words, tuple[str, ...]()
    if "--" in words:
        cut = words.index("--")
        head, rest = words[:cut], words[cut + 1 :]
    options: list[tuple[str, str]] = []
    operands: list[str] = []
    waiting = iter(head)
    for word in waiting:
        if word.startswith("-") and len(word) > 1:
            options.extend(_option(word, waiting, valued))
        elif options and options[-1][1] == "true" and word in ("true", "false"):
            options[-1] = (options[-1][0], word)
        else:
            operands.append(word)
    return Line(tuple(options), tuple(operands), rest)


def leading(words: tuple[str, ...], valued: frozenset[str]) -> tuple[Line, tuple[str, ...]]:
    """Options up to the first operand, and all words from there: what it is given belongs to it."""
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] not in ("-", "--"):
        name = words[position].lstrip("-")
        position += 2 if name in valued else 1
    cut = min(position, len(words))
    following = words[cut + 1 :] if words[cut : cut + 1] == ("--",) else words[cut:]
    return take_apart(words[:cut], valued), following


def _option(word: str, waiting: Iterator[str], valued: frozenset[str]) -> Iterator[tuple[str, str]]:
    name, sign, value = word.lstrip("-").partition("=")
    if sign:
        yield name, value
    elif name in valued:
        yield name, next(waiting, "")
    elif name.startswith("no-"):
        yield name, "true"
        yield name[3:], "false"
    elif not word.startswith("--") and len(name) > 1 and name.isalpha() and name not in ("ws", "iwr", "rf"):
        yield from ((letter, "true") for letter in name)
    else:
        yield name, "true"
