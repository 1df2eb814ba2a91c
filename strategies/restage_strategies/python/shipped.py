"""The files of the project in the image, and which of its Python sources the container may run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import Command, FromContext, State, Tree
from restage.api.tree import Placed

# Never part of what a container starts, whatever the image carries.
_FOREIGN = frozenset("node_modules .git .github site-packages .venv venv .tox .nox __pycache__".split())
# Not part of it either, unless the start or another source names what lies there.
_ASIDE = frozenset(
    "tests test testing docs doc examples example benchmarks benchmark env build dist notebooks .ci ci".split()
)
_TOOLS = frozenset("setup.py conftest.py noxfile.py versioneer.py _version.py fabfile.py dodo.py".split())
_INVOKE = re.compile(r"^[ \t]*(?:from|import)\s+invoke\b", re.MULTILINE)
_PYTHON = re.compile(r"^(?:from\s+[\w.]+\s+)?import\s+\w", re.MULTILINE)
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]{0,4000})\)|([\w,* \t]+))|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_DATA = (".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".txt", ".md", ".html", ".sh", ".bash", ".env")
_SCRIPTS = (".sh", ".bash", ".py", ".pl", ".rb")
_MOST_WORDS = 200


def python_sources(tree: Tree, named: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Path and text of each source that the container may run.

    Tests, examples and build scripts are left aside, but for those that are `named`, and what these and all
    others import.
    """
    tree = tree.without_deletions()
    reached, aside = list[str](), set[str]()
    for path in dict.fromkeys(_files(tree)):
        text = _source(path, tree)
        if path in named:
            reached.append(path)
        elif text is not None and not _is_never_run(path, text, tree):
            (aside.add if _is_aside(path, tree) else reached.append)(path)
    names = {_module_name(path) for path in aside}
    while reached:
        path = reached.pop(0)
        text = tree.text(path)
        if text is None:
            continue
        yield path, text
        modules = [name for name in _modules(text) if name.rpartition(".")[2] in names] if aside else []
        found = [place for place in _import_places(path, modules) if place in aside]
        aside.difference_update(found)
        reached += dict.fromkeys(found)


def _module_name(path: str) -> str:
    folder, _, name = path.removesuffix(".py").rpartition("/")
    return posixpath.basename(folder) if name == "__init__" else name


def imported_files(path: str, text: str, tree: Tree) -> Iterator[str]:
    """Files of the project that a source imports: beside it, or below a folder around it, as `sys.path` has them."""
    return (found for found in _import_places(path, _modules(text)) if tree.is_file(found))


def _import_places(path: str, modules: Iterable[str]) -> Iterator[str]:
    """Where modules that a source imports would lie in the project."""
    folder = posixpath.dirname(path)
    around = [folder, *_above(folder)]
    for module in modules:
        dots = len(module) - len(module.lstrip("."))
        inside = module.lstrip(".").replace(".", "/")
        for root in (around[dots - 1 : dots] if dots else around) if inside else ():
            yield from (f"{root.rstrip('/')}/{inside}{ending}" for ending in (".py", "/__init__.py"))


def _modules(text: str) -> Iterator[str]:
    """Names of imported modules, with the dots of a relative import; what stands after `import` may be a module too."""
    for source, listed, named, plain in _IMPORT.findall(text):
        names = [part.split()[0] for part in (listed or named or plain).split(",") if part.strip()]
        if plain:
            yield from names
            continue
        yield source
        dot = "" if source.endswith(".") else "."
        yield from (f"{source}{dot}{name}" for name in names if name.isidentifier())


def _above(folder: str) -> list[str]:
    parts = folder.strip("/").split("/")
    return ["/" + "/".join(parts[:number]) for number in range(len(parts) - 1, -1, -1)]


def named_sources(commands: Iterable[Command], state: State) -> tuple[str, ...]:
    """Sources that commands name: by path, as a module (`-m examples.server`, `app:create`), or as settings (`-c FILE`)."""
    words = dict.fromkeys(word for command in commands for word in command.words[:_MOST_WORDS])
    parts = [part for word in words for part in (word, word.partition("=")[2]) if part and "\n" not in part]
    roots = [state.directory, *filter(None, state.variable("PYTHONPATH").split(":"))]
    roots += [part for part in parts if state.tree.is_directory(state.path(part).path)]
    found = dict[str, None]()
    for part in parts:
        inside = part.partition(":")[0].replace(".", "/")
        places = [state.path(part).path]
        places += [
            state.path(root, name).path
            for root in roots
            if re.fullmatch(r"[\w/]+", inside)
            for name in (
                f"{inside}.py",
                f"{inside}/__init__.py",
                f"{inside}/__main__.py",
                f"{_upper(inside)}.py",
            )
        ]
        found |= dict.fromkeys(place for place in places if _reads_as_python(place, state.tree))
    return tuple(found)


def _upper(inside: str) -> str:
    """`app.main.application` may be a name in `app.main`."""
    return inside.rpartition("/")[0] or inside


def _reads_as_python(path: str, tree: Tree) -> bool:
    tree = tree.without_deletions()
    if path.endswith(_DATA) or not tree.is_file(path):
        return False
    return path.endswith(".py") or _PYTHON.search(tree.text(path) or "") is not None


def _source(path: str, tree: Tree) -> str | None:
    """The text of a Python source; a script may tell by its first line alone that it is one."""
    name = posixpath.basename(path)
    if name.endswith((".py", ".wsgi")):
        return tree.text(path)
    if "." in name or _FOREIGN.intersection(_folders(path, tree)):
        return None
    text = tree.text(path) or ""
    first = text[:200].partition("\n")[0]
    return text if first.startswith("#!") and "python" in first else None


def _is_aside(path: str, tree: Tree) -> bool:
    name = posixpath.basename(path)
    tests = name.startswith("test_") or name.endswith("_test.py")
    return tests or bool(_ASIDE.intersection(_folders(path, tree)))


def _is_never_run(path: str, text: str, tree: Tree) -> bool:
    name = posixpath.basename(path)
    # Celery's tasks are in files of that name too.
    tool = name in _TOOLS or (name == "tasks.py" and _INVOKE.search(text) is not None)
    return tool or bool(_FOREIGN.intersection(_folders(path, tree)))


def shipped_files(state: State) -> Iterator[str]:
    """Every file in the image that is not a test's, an example's or the documentation's."""
    tree = state.tree.without_deletions()
    aside = _ASIDE | _FOREIGN
    return (path for path in dict.fromkeys(_files(tree)) if not aside.intersection(_folders(path, tree)))


def shipped_script(name: str, state: State) -> str | None:
    """The script of the project that a source runs by a name (`./scripts/backup.sh`), from whatever directory."""
    if not name.endswith(_SCRIPTS):
        return None
    path = state.path(name).path
    if state.tree.is_file(path):
        return path
    ending = "/" + name.removeprefix("./").lstrip("/")
    return next((found for found in shipped_files(state) if found.endswith(ending)), None)


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
