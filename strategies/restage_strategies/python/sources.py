"""The project's own Python sources: what they call, load and read at run time."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from restage.api import FromContext, State, Tree
from restage.api.search import Search
from restage.api.tree import Placed
from restage_strategies.python.calls import calls

# Never part of what a container starts, whatever the image carries.
_ASIDE = frozenset(
    "tests test testing docs doc examples example benchmarks benchmark node_modules .git .github site-packages "
    "venv .venv env .tox .nox __pycache__ build dist notebooks .ci ci".split()
)
_ASIDE_FILES = frozenset(
    "setup.py conftest.py noxfile.py versioneer.py _version.py tasks.py fabfile.py dodo.py".split()
)
_MOST_FILES = 4_000
_SERVES = Search(
    re.compile(
        r"\b(?:mimetypes|send_file|send_from_directory|FileResponse|StaticFiles|add_static|static_file"
        r"|StaticFileHandler|staticfiles|static_folder|static_url_path)\b"
    ),
    ("mimetypes", "send_f", "FileResponse", "tatic"),
)
_FONTS = Search(
    re.compile(r"/usr/share/fonts|\bDejaVu|findSystemFonts|SysFont\(|get_fonts\("),
    ("share/fonts", "DejaVu", "Fonts", "SysFont", "get_fonts"),
)
_LETTERS = Search(re.compile(r"\bImageFont\b"), ("ImageFont",))
_TITLES = Search(re.compile(r"\bTextClip\("), ("TextClip",))
_TKINTER = Search(
    re.compile(r"^\s*(?:import|from)\s+(?:tkinter|Tkinter|turtle)\b", re.MULTILINE), ("kinter", "turtle")
)
_GEODJANGO = Search(
    re.compile(r"django\.contrib\.gis|\bgdal\b.*import|from osgeo"), ("contrib.gis", "gdal", "osgeo")
)
_COMPILES = Search(
    re.compile(r"torch\.compile\(|\bpyximport\b|ffi\.verify\(|load_inline\(|cpp_extension"),
    ("torch.compile", "pyximport", "ffi.verify", "load_inline", "cpp_extension"),
)


@dataclass
class Sources:
    """What a search of the shipped sources found. Places are written `file:line`."""

    files: int = 0
    programs: dict[str, str] = field(default_factory=dict)
    """Program to the first place that names it."""
    libraries: dict[str, str] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)
    """Places that start a program whose name is told only at run time."""
    serves_files: str | None = None
    fonts: str | None = None
    letters: str | None = None
    """Where Pillow sets words: it loads FriBidi for that, where there is one, and sets them in another way without."""
    titles: str | None = None
    """Where MoviePy sets a text, for which it calls ImageMagick."""
    windows: str | None = None
    geography: str | None = None
    compiles: str | None = None
    complete: bool = True


def read_sources(state: State) -> Sources:
    """Search every shipped Python source that isn't a test, example or build script."""
    return _searched(_Files(state.tree))


class _Files:
    """The files of an image as a key: the same context, and the same events."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def __hash__(self) -> int:
        return hash((id(self.tree.context), self.tree.events))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Files):
            return NotImplemented
        return self.tree.context is other.tree.context and self.tree.events == other.tree.events


@lru_cache(maxsize=8)
def _searched(files: _Files) -> Sources:
    found = Sources()
    for path, text in _texts(files.tree.without_deletions()):
        if found.files == _MOST_FILES:
            found.complete = False
            break
        found.files += 1
        _read(found, path, text)
    return found


def shipped_sources(state: State) -> Iterator[tuple[str, str]]:
    """Path and text of each Python source in the image that isn't a test, example or build script."""
    return _texts(state.tree.without_deletions())


def shipped_files(state: State) -> Iterator[str]:
    """Every file in the image that is not a test's, an example's or the documentation's."""
    tree = state.tree.without_deletions()
    return (path for path in dict.fromkeys(_files(tree)) if not _ASIDE.intersection(_folders(path, tree)))


def shipped_script(name: str, state: State) -> str | None:
    """The shell script of the project that a source runs by a name (`./scripts/backup.sh`), from whatever directory."""
    if not name.endswith((".sh", ".bash")):
        return None
    path = state.path(name).path
    if state.tree.is_file(path):
        return path
    ending = "/" + name.removeprefix("./").lstrip("/")
    return next((found for found in shipped_files(state) if found.endswith(ending)), None)


def _texts(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in _shipped(tree):
        text = tree.text(path)
        if text is not None:
            yield path, text


def _shipped(tree: Tree) -> Iterator[str]:
    seen: set[str] = set()
    for path in _files(tree):
        folders = _folders(path, tree)
        name = posixpath.basename(path)
        aside = name in _ASIDE_FILES or name.startswith("test_") or name.endswith("_test.py")
        if name.endswith(".py") and not aside and not _ASIDE.intersection(folders) and path not in seen:
            seen.add(path)
            yield path


def _folders(path: str, tree: Tree) -> frozenset[str]:
    """The folders around a file that are called so in the context and in the image: WORKDIR /build is no build folder."""
    origin = tree.origin(path)
    folders = frozenset(posixpath.dirname(path).split("/"))
    if not isinstance(origin, FromContext):
        return folders
    return folders.intersection(posixpath.dirname(origin.path).split("/"))


def _files(tree: Tree) -> Iterator[str]:
    """Every file that a COPY brought, place by place."""
    places = dict.fromkeys(event.target.path for event in tree.events if isinstance(event, Placed))
    for place in places:
        if tree.is_file(place):
            yield place
        else:
            yield from tree.walk(place)


def _read(found: Sources, path: str, text: str) -> None:
    for finding in calls(text):
        place = f"{posixpath.basename(path)}:{finding.line}"
        if finding.library:
            found.libraries.setdefault(finding.name, place)
        elif finding.name:
            found.programs.setdefault(finding.name, place)
        else:
            found.unnamed.append(place)
    for name, pattern in (
        ("serves_files", _SERVES),
        ("fonts", _FONTS),
        ("letters", _LETTERS),
        ("titles", _TITLES),
        ("windows", _TKINTER),
        ("geography", _GEODJANGO),
        ("compiles", _COMPILES),
    ):
        if getattr(found, name) is None and (hit := pattern.search(text)):
            setattr(found, name, f"{posixpath.basename(path)}:{text.count(chr(10), 0, hit.start()) + 1}")
