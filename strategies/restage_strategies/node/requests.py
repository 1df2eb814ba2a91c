"""What a package manager is asked to do, whichever it is: npm, yarn, pnpm and bun speak of the same things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from restage.api import Record


class Manager(StrEnum):
    """A package manager; BERRY is yarn from version 2 on."""

    NPM = "npm"
    YARN = "yarn"
    BERRY = "yarn-berry"
    PNPM = "pnpm"
    BUN = "bun"


class Install(Record):
    """Install what the manifest and the lockfile name."""

    frozen: bool = False
    """By a command that rather fails than change the lockfile (`npm ci`)."""


class Fetch(Record):
    """Download what the lockfile names, without looking at manifests (`pnpm fetch`)."""


class Change(Record):
    """Add, remove or update packages by name; the manifest changes with them."""

    names: tuple[str, ...]


class ChangeGlobally(Record):
    """Add, remove or update packages for the whole system or user."""

    names: tuple[str, ...]


class Tidy(Record):
    """Change only what is in node_modules already: prune, rebuild, dedupe."""

    compiles: bool


class RunScript(Record):
    """Run a script of the manifest. `or_program`: a program of the same name will do (`yarn tsc`)."""

    name: str
    arguments: tuple[str, ...] = ()
    or_program: bool = False
    if_present: bool = False


class RunProgram(Record):
    """Run a program of a package, or fetch it first. `package` is named where it isn't the program's name."""

    words: tuple[str, ...]
    package: str = ""


class RunText(Record):
    """Run shell text with the packages' programs at hand (`npx -c`)."""

    text: str


class CleanCache(Record):
    """Empty the download cache."""


class Configure(Record):
    """Write a setting. `place` is user, project or system."""

    place: str


class Inspect(Record):
    """Look at things and change nothing."""


class EditManifest(Record):
    """Change the manifest itself; `keys` are the fields that change."""

    keys: tuple[str, ...]


class WriteProject(Record):
    """Write somewhere into the project (pack, init, import)."""


class Deploy(Record):
    """Put a member of the workspace with its dependencies into a directory of its own."""

    target: str


class Provision(Record):
    """Bring a version of a package manager or of Node.js itself (`corepack prepare`, `pnpm env use`)."""

    system: bool
    """Into the system's directories, not only the user's home."""
    by_manifest: bool = False
    """The manifest names it, not the line."""


class Unclear(Record):
    """A line that can't be read; why."""

    why: str


Action = (
    Install
    | Fetch
    | Change
    | ChangeGlobally
    | Tidy
    | RunScript
    | RunProgram
    | RunText
    | CleanCache
    | Configure
    | Inspect
    | EditManifest
    | WriteProject
    | Deploy
    | Provision
    | Unclear
)


class Request(Record):
    """One call of a package manager, read."""

    manager: Manager
    action: Action
    directory: str = ""
    """Where it works, as written (`--prefix client`); empty for the working directory."""
    members: tuple[str, ...] = ()
    """Members of the workspace that are selected, by name or path; `*` for all."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Options with their values, by long name; `true` where only the option stands."""

    def says(self, *names: str) -> str:
        """The value of the first of these options that is given; empty if none is."""
        return next((self.settings[name] for name in names if name in self.settings), "")
