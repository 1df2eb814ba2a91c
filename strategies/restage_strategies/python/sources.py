"""The project's own Python sources: what they call, load and read at run time."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from restage.api import Command, Need, State, Tree, called_in, join
from restage.api.search import Search
from restage_strategies.python.calls import calls
from restage_strategies.python.shipped import named_sources, python_sources

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
    re.compile(r"^[ \t]*(?:import|from)\s+(?:tkinter|Tkinter|turtle)\b", re.MULTILINE), ("kinter", "turtle")
)
_GEODJANGO = Search(
    re.compile(r"django\.contrib\.gis|\bgdal\b.*import|from osgeo"), ("contrib.gis", "gdal", "osgeo")
)
_COMPILES = Search(
    re.compile(
        r"torch\.compile\b|torch_compile\s{0,4}=\s{0,4}True|^[ \t]*import triton\b|\bpyximport\b"
        r"|ffi\.verify\(|load_inline\(|cpp_extension"
        r"|cython\.inline\(|\b(?:autowrap|ufuncify)\(|f2py\.compile\(|\bSourceModule\(",
        re.MULTILINE,
    ),
    (
        *(
            "torch.compile",
            "torch_compile",
            "triton",
            "pyximport",
            "ffi.verify",
            "load_inline",
            "cpp_extension",
        ),
        *("cython.inline", "autowrap", "ufuncify", "f2py", "SourceModule"),
    ),
)
_GITPYTHON = Search(re.compile(r"^[ \t]*(?:import|from)\s+git\b", re.MULTILINE), ("import git", "from git"))
_FLASK = Search(re.compile(r"\bFlask\("), ("Flask(",))


@dataclass
class Sources:
    """What a search of the shipped sources found. Places are written `file:line`."""

    paths: set[str] = field(default_factory=set)
    programs: dict[str, str] = field(default_factory=dict)
    """Program to the first place that names it."""
    called: list[tuple[str, Need]] = field(default_factory=list)
    """What it takes to call these programs, each with the name that is called."""
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


def read_sources(state: State, starts: Iterable[Command] = ()) -> Sources:
    """Search every shipped Python source that the container may run, and those that the starts name."""
    files = _Files(state.tree)
    found = _searched(files)
    named = tuple(path for path in named_sources(starts, state) if path not in found.paths)
    return _searched(files, named) if named else found


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
def _searched(files: _Files, named: tuple[str, ...] = ()) -> Sources:
    found = Sources()
    for path, text in python_sources(files.tree, named):
        if len(found.paths) == _MOST_FILES:
            found.complete = False
            break
        found.paths.add(path)
        _read(found, path, text)
        # Flask serves the folder of that name beside the module without being told.
        if (
            not found.serves_files
            and (flask := _FLASK.search(text))
            and files.tree.entries(join(path, "../static"))
        ):
            found.serves_files = _place(path, text, flask)
    return found


def _read(found: Sources, path: str, text: str) -> None:
    for finding in calls(text):
        place = f"{posixpath.basename(path)}:{finding.line}"
        if finding.library:
            found.libraries.setdefault(finding.name, place)
        elif finding.name:
            found.programs.setdefault(finding.name, place)
            needs = called_in(text, finding.name, f"{place} calls it")
            found.called += [(finding.name, need) for need in needs]
        else:
            found.unnamed.append(place)
    if hit := _GITPYTHON.search(text):
        needs = called_in(text, "git", f"{_place(path, text, hit)} calls it")
        found.called += [("git", need) for need in needs]
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
            setattr(found, name, _place(path, text, hit))


def _place(path: str, text: str, hit: re.Match[str]) -> str:
    return f"{posixpath.basename(path)}:{text.count(chr(10), 0, hit.start()) + 1}"
