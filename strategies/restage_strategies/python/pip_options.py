"""The options of pip, read as pip's own parser (optparse) reads them."""

from __future__ import annotations

from restage.api import Command, Record, State

_SHORT = {
    "r": "requirement",
    "c": "constraint",
    "e": "editable",
    "t": "target",
    "i": "index-url",
    "f": "find-links",
    "b": "build",
    "d": "dest",
    "w": "wheel-dir",
    "C": "config-settings",
}
_VALUED = frozenset(_SHORT.values()) | frozenset(
    "extra-index-url prefix root src cache-dir log log-file proxy retries timeout exists-action trusted-host "
    "cert client-cert platform python-version implementation abi upgrade-strategy no-binary only-binary "
    "progress-bar root-user-action report global-option install-option build-option python group use-feature "
    "use-deprecated resume-retries keyring-provider default-timeout config-setting format path extra "
    "only-group torch-backend index-strategy link-mode".split()
)
_FLAGS = frozenset(
    "no-cache-dir no-deps user upgrade pre ignore-installed force-reinstall no-index no-compile compile "
    "no-build-isolation use-pep517 no-use-pep517 quiet verbose disable-pip-version-check isolated "
    "no-warn-script-location no-warn-conflicts break-system-packages require-hashes prefer-binary no-input "
    "no-clean ignore-requires-python require-virtualenv no-color no-python-version-warning debug dry-run "
    "check-build-dependencies yes global site no-user default-pip system no-cache all-extras no-build no-python-downloads".split()
)


class PipOptions(Record):
    """What a pip command was given: options by their long name, and the words that are none."""

    values: tuple[tuple[str, str], ...]
    words: tuple[str, ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of an option, in order."""
        return tuple(value for option, value in self.values if option == name)

    def last(self, name: str) -> str | None:
        """The value that holds, if the option is given."""
        return self.all(name)[-1] if self.has(name) else None

    def has(self, name: str) -> bool:
        """Whether the option is given."""
        return any(option == name for option, _ in self.values)


def read_options(arguments: tuple[str, ...], command: Command, state: State) -> PipOptions:
    """Options of the command line after those that PIP_* variables give."""
    values = list(_from_environment(command, state))
    words: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            words += waiting
            break
        if word.startswith("--"):
            values.append(_long(word[2:], waiting))
        elif word.startswith("-") and word != "-":
            values += _cluster(word[1:], waiting)
        else:
            words.append(word)
    return PipOptions(tuple(values), tuple(words))


def _long(text: str, waiting: list[str]) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    name = _completed(name)
    if equals or name not in _VALUED:
        return name, value
    return name, waiting.pop(0) if waiting else ""


def _completed(name: str) -> str:
    if name in _VALUED or name in _FLAGS:
        return "no-cache-dir" if name == "no-cache" else name
    candidates = [known for known in sorted(_VALUED | _FLAGS) if known.startswith(name)]
    return candidates[0] if len(candidates) == 1 else name


def _cluster(letters: str, waiting: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for position, letter in enumerate(letters):
        if letter in _SHORT:
            rest = letters[position + 1 :].removeprefix("=")
            return [*found, (_SHORT[letter], rest or (waiting.pop(0) if waiting else ""))]
        found.append(
            ({"U": "upgrade", "q": "quiet", "y": "yes", "I": "ignore-installed"}.get(letter, letter), "")
        )
    return found


def _from_environment(command: Command, state: State) -> tuple[tuple[str, str], ...]:
    """PIP_* variables; pip leaves empty ones aside, and lists are split at blanks."""
    given = {**state.environment, **dict(command.environment)}
    found: list[tuple[str, str]] = []
    for variable, value in sorted(given.items()):
        if not variable.startswith("PIP_") or not value:
            continue
        name = variable.removeprefix("PIP_").lower().replace("_", "-")
        if name in ("requirement", "constraint", "find-links", "editable"):
            found += [(name, part) for part in value.split()]
        elif (
            name in _VALUED or value.lower() in ("1", "true", "yes", "on", "y", "t") or name == "no-cache-dir"
        ):
            # pip takes `PIP_NO_CACHE_DIR=off` for «no cache» as well (its _handle_no_cache_dir says why).
            found.append((name, value))
    return tuple(found)
