"""Programs in front of `go`, and recipes that call it: godep, garble, make and their like."""

from __future__ import annotations

import posixpath
import re

from restage.api import Case, Command, Plain, State, replace, unwrap

VENDORING = frozenset("dep glide godep govendor gvt gpm gopm vndr trash gb johnny-deps".split())
_VERSIONED = re.compile(r"go1(\.\d+)*(rc\d+|beta\d+)?$|gotip$")
_RECIPE_RUNNERS = frozenset({"make", "gmake", "mage", "task", "just"})
_RECIPES = ("Makefile", "makefile", "GNUmakefile", "magefile.go", "Taskfile.yml", "Taskfile.yaml", "justfile")
_CALLS_GO = re.compile(
    r"\bgo (?:build|install|generate|run)\b|\$[({]GO(?:BUILD|CMD|_CMD|BIN|LANG|INSTALL)?[)}]|\bgox\b|sh\.\w+\(\"go\""
)
_INSTALLS = re.compile(
    r"\bgo (?:install|get)\b|\$[({]GO(?:CMD|BIN)?[)}] (?:install|get)\b|\$[({]GOINSTALL[)}]"
)

_PREFIX = re.compile(
    r"/usr/local|prefix|destdir|bindir|\binclude\b|\$[({]make[)}]|\bmake\b|\binstall -|\.sh\b|/bin/",
    re.IGNORECASE,
)
_REMOTE = re.compile(r"\b(?:install|get)\b[^\n]{0,200}[\s\"'][\w-]+(?:\.[\w-]+)+/")


def as_go(command: Command) -> Command | None:
    """The `go` command that this one comes to, or None."""
    command = peeled(command)
    name, arguments = command.name, command.arguments
    match name, arguments:
        case "go" | "xx-go" | "richgo", _:
            return command
        case "godep", ("go", *_):
            return _from(command, 1)
        case "govendor", ("build" | "install" | "test" | "generate" | "fmt" | "vet" | "tool" | "get", *_):
            return command
        case "packr" | "packr2", ("build" | "install", *_):
            return command
        case "go-wrapper", ("install", *_):
            return replace(command, words=("go", "install", "-v"), known=())
        case "go-wrapper", ("download", *_):
            return replace(command, words=("go", "get", "-v", "-d"), known=())
        case "garble", _:
            return _without_own_flags(command)
        case _ if _VERSIONED.match(name) and arguments[:1] != ("download",):
            return command
        case _:
            return None


def peeled(command: Command) -> Command:
    """The command without `env`, `time` and their like, with what they set."""
    match unwrap(list(command.words)):
        case Plain(words=words, assignments=assignments) if words and words != command.words:
            skipped = len(command.words) - len(words)
            environment = (*command.environment, *assignments)
            return replace(command, words=words, known=command.known[skipped:], environment=environment)
        case _:
            return command


def _from(command: Command, position: int) -> Command:
    return replace(command, words=command.words[position:], known=command.known[position:])


def _without_own_flags(command: Command) -> Command | None:
    """`garble -tiny build …` without garble's own flags."""
    at = next((n for n, word in enumerate(command.words) if n and not word.startswith("-")), None)
    if at is None or command.words[at] not in ("build", "install", "test", "run"):
        return None
    return replace(command, words=("go", *command.words[at:]), known=(True, *command.known[at:]))


def runs_recipe(command: Command) -> bool:
    """Whether the command runs a recipe of the project."""
    return command.name in _RECIPE_RUNNERS


def recipe_directory(command: Command, state: State) -> str:
    """Where `make -C DIR` and its like work."""
    words = command.words
    for at, word in enumerate(words[:-1]):
        if word in ("-C", "--directory", "-d", "--dir"):
            return state.path(words[at + 1]).path
    return state.directory


def recipe_of(command: Command, state: State) -> str | None:
    """The text of the recipe that the command runs, if it calls Go; None: it does not, or can't be read."""
    directory = recipe_directory(command, state)
    words = command.words
    told = [words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-f", "--file", "--makefile")]
    for name in told or _RECIPES:
        text = state.tree.text(posixpath.join(directory, name))
        if text is not None and _CALLS_GO.search(text):
            return text
    return None


def installs_programs(recipe: str) -> bool:
    """Whether the recipe puts programs into GOPATH/bin."""
    return _INSTALLS.search(recipe) is not None


_ON_PATH = r"/(?:usr/)?(?:local/)?s?bin/[\w.$-]"
_OUTPUT = re.compile(rf"-o[ =]{{0,4}}{_ON_PATH}")
_GIVEN = re.compile(rf"\w+={_ON_PATH}")


def puts_on_path(command: Command, recipe: str) -> bool:
    """Whether a recipe compiles straight to a directory of programs, or is told one of them: `make OUT=/usr/bin/x`."""
    return _OUTPUT.search(recipe) is not None or any(map(_GIVEN.match, command.arguments))


def names_prefix(recipe: str) -> bool:
    """Whether a recipe may install below /usr/local: it names a prefix, or leaves the work to other files."""
    return _PREFIX.search(recipe) is not None


def fetches_programs(recipe: str) -> bool:
    """Whether a recipe installs programs whose sources are elsewhere."""
    return _REMOTE.search(recipe) is not None


def is_go_stage(case: Case) -> bool:
    """Whether Go is at work in the stage: its base image, or a command that is Go's alone."""
    base = case.base
    family = base.family or ""
    return family == "golang" or any(as_go(c) is not None or c.name in VENDORING for c in case.commands)
