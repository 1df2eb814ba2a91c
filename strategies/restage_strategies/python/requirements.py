"""What an install asks for: requirement files followed through their includes, and words of the command."""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from restage.api import Made, State
from restage_strategies.python.names import Requirement, is_link, read_requirement

_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_COMMENT = re.compile(r"(?:^|[ \t])#.*$")
_OPTION = re.compile(r"(-r|-c|-e|-f|-i|--[a-z-]+)(?:[ \t]*=[ \t]*|[ \t]*)(.*)")
_TRAILING = re.compile(r"[ \t]--(?:hash|global-option|config-settings?|install-option)\b.*", re.DOTALL)
_MOST_FILES = 50
_EXPORT = re.compile(r"(?:\S*/)?(poetry|uv|pdm|pipenv)[ \t]+(?:export|requirements|lock)\b")


@dataclass
class Wanted:
    """What one install asks for, gathered file by file. Paths are absolute paths of the image."""

    named: list[Requirement] = field(default_factory=list)
    projects: list[Requirement] = field(default_factory=list)
    """Local directories and archives, `link` their path."""
    editable: list[str] = field(default_factory=list)
    """Directories and addresses that are installed in place."""
    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    """Directories in which distributions are looked for (`--find-links`)."""
    unread: list[str] = field(default_factory=list)
    """Why the list may lack something."""
    exported: list[str] = field(default_factory=list)
    """Managers whose export a file is: what it holds, their lock tells."""
    unlocked: bool = False
    """Something has no hash."""

    @property
    def locked(self) -> bool:
        """Whether every distribution, dependencies included, is named with its hash."""
        return bool(self.named) and not (self.unlocked or self.unread or self.projects or self.editable)


def add_file(wanted: Wanted, path: str, state: State, constraint: bool = False) -> None:
    """Read a requirement file and what it includes; an unreadable one is noted."""
    if path in wanted.files or len(wanted.files) >= _MOST_FILES:
        return
    wanted.files.append(path)
    content = state.tree.read(path)
    if content is None and (manager := _exporter(path, state)):
        wanted.exported.append(manager)
        wanted.unlocked = True
        return
    if content is None:
        wanted.unread.append(f"{posixpath.basename(path)} is not a file of the build context as it stands")
        return
    for number, line in _lines(_decoded(content)):
        _add_line(wanted, line, f"{posixpath.basename(path)}:{number}", path, state, constraint)


def _exporter(path: str, state: State) -> str | None:
    """The manager that made a requirement file: `poetry export -o requirements.txt`."""
    match state.tree.origin(path):
        case Made(by) if found := _EXPORT.match(by):
            return found.group(1)
        case _:
            return None


def add_word(wanted: Wanted, word: str, where: str, directory: str, state: State) -> None:
    """Add a requirement as it stands on a command line or in a file of `directory`."""
    found = read_requirement(word, where)
    if found is None:
        return
    local = local_path(found.link or (word if is_link(word) else ""), directory)
    if local is not None:
        wanted.projects.append(Requirement(found.name, found.extras, "", local, where))
    else:
        wanted.named.append(found)
    wanted.unlocked = wanted.unlocked or "--hash" not in word


def local_path(link: str, directory: str) -> str | None:
    """The path in the image that a requirement's link names; None for an address."""
    if link.startswith("file:"):
        link = re.sub(r"^file:(//)?(localhost)?", "", link)
    if not link or "://" in link or link.startswith(("git+", "hg+")):
        return None
    return posixpath.normpath(posixpath.join(directory, link.split("#")[0]))


def _decoded(content: bytes) -> str:
    """Byte order marks decide, as in pip's auto_decode: PowerShell writes `pip freeze` as UTF-16."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace")
    return content.decode("utf-8", "replace")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    number = 1
    for line in _CONTINUED.sub(lambda found: "\0", text.removeprefix("\ufeff")).split("\n"):
        content = _COMMENT.sub("", line.replace("\0", " ").rstrip("\r")).strip()
        if content:
            yield number, content
        number += 1 + line.count("\0")


def _add_line(wanted: Wanted, line: str, where: str, path: str, state: State, constraint: bool) -> None:
    option = _OPTION.fullmatch(line) if line.startswith("-") else None
    directory = posixpath.dirname(path)
    if option is None:
        if not constraint:
            hashed = " --hash" in line
            _add_hashed(wanted, _expanded(_TRAILING.sub("", line), state), where, directory, state, hashed)
        return
    name, value = option.groups()
    value = _expanded(value.strip().strip("'\""), state)
    match name:
        case "-r" | "--requirement":
            _include(wanted, directory, value, state, constraint)
        case "-c" | "--constraint":
            _include(wanted, directory, value, state, True)
        case "-e" | "--editable" if not constraint:
            add_editable(wanted, value, where, state.directory, state)
        case "-f" | "--find-links" if (folder := local_path(value, directory)) is not None:
            wanted.folders.append(folder)
        case _:
            pass


def _add_hashed(wanted: Wanted, line: str, where: str, directory: str, state: State, hashed: bool) -> None:
    before = wanted.unlocked
    # Paths in a requirement file are relative to the working directory, only includes are to the file.
    add_word(wanted, line, where, state.directory, state)
    wanted.unlocked = before or not hashed


def add_editable(wanted: Wanted, value: str, where: str, directory: str, state: State) -> None:
    """Add a project that is installed in place."""
    found = read_requirement(value, where)
    local = local_path(value.partition("[")[0], directory)
    wanted.unlocked = True
    if local is None:
        wanted.editable.append(value)
        wanted.named.append(found or Requirement("", link=value, where=where))
    else:
        wanted.editable.append(local)
        wanted.projects.append(Requirement("", found.extras if found else (), "", local, where))


def _include(wanted: Wanted, directory: str, value: str, state: State, constraint: bool) -> None:
    if "://" in value:
        if not constraint:
            wanted.unread.append(f"{value} is fetched from a network")
        return
    add_file(wanted, posixpath.normpath(posixpath.join(directory, value)), state, constraint)


def _expanded(text: str, state: State) -> str:
    """pip replaces `${NAME}`, upper case only, and leaves what is not set."""
    if "${" not in text:
        return text
    return re.sub(
        r"\$\{([A-Z0-9_]+)\}", lambda found: state.environment.get(found.group(1)) or found.group(0), text
    )
