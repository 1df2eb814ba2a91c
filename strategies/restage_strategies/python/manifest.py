"""pyproject.toml as the managers read it: groups, path dependencies, and whether the project itself is installed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from restage.api import State, read_toml
from restage_strategies.python.names import read_requirement
from restage_strategies.python.requirements import local_path

_ROOT = re.compile(r"\$\{PROJECT_ROOT\}|\{root:uri\}|%7Broot:uri%7D")


def read_pyproject(directory: str, state: State) -> dict[str, Any]:
    """The content of a directory's pyproject.toml; empty where there is none that can be read."""
    return read_toml(state.tree.text(posixpath.join(directory, "pyproject.toml"))) or {}


def table(content: object, *names: str) -> dict[str, Any]:
    """A table below another; empty where there is none."""
    for name in names:
        content = content.get(name) if isinstance(content, Mapping) else None
    return dict(content) if isinstance(content, Mapping) else {}


def texts(value: object) -> list[str]:
    """The strings of a list; empty for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def packages_of(lock: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The packages of a lock of uv, poetry or pdm: tables in a list, and nothing else that stands there."""
    packages = lock.get("package")
    return [found for found in packages if isinstance(found, dict)] if isinstance(packages, list) else []


def groups_of(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Requirement lines of each dependency group (PEP 735) and of its forerunners in pdm and uv."""
    found = {name: texts(lines) for name, lines in table(content, "dependency-groups").items()}
    for name, lines in table(content, "tool", "pdm", "dev-dependencies").items():
        found.setdefault(name, []).extend(texts(lines))
    if "dev-dependencies" in table(content, "tool", "uv"):
        found.setdefault("dev", []).extend(texts(table(content, "tool", "uv")["dev-dependencies"]))
    return found


def poetry_groups(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The dependency tables of Poetry's groups, `main` and `dev` of before 1.2 among them."""
    poetry = table(content, "tool", "poetry")
    found = {"main": table(poetry, "dependencies")}
    if "dev-dependencies" in poetry:
        found["dev"] = table(poetry, "dev-dependencies")
    for name in table(poetry, "group"):
        found[name] = table(poetry, "group", name, "dependencies")
    return found


def paths_of(content: Mapping[str, Any], directory: str) -> list[str]:
    """Paths in the image that dependencies name, in every group and extra."""
    found = [*_of_tables(content), *(link for line in _lines(content) if (link := _link(line)))]
    paths = (local_path(link, directory) for link in found)
    return list(dict.fromkeys(path for path in paths if path))


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    project = table(content, "project")
    yield from texts(project.get("dependencies"))
    for lines in table(project, "optional-dependencies").values():
        yield from texts(lines)
    for lines in groups_of(content).values():
        yield from lines


def _link(line: str) -> str:
    """The local link of a requirement line, relative to the project; empty where it has none."""
    body = line.removeprefix("-e ").strip()
    if "file:" not in body:
        return ""
    found = read_requirement(body)
    link = found.link if found else ""
    return re.sub(r"^(?:file:)?/*(?=\./)", "", _ROOT.sub("./", link))


def _of_tables(content: Mapping[str, Any]) -> Iterator[str]:
    tables = [*poetry_groups(content).values(), table(content, "tool", "uv", "sources")]
    for values in (value for names in tables for value in names.values()):
        for value in values if isinstance(values, list) else [values]:
            path = value.get("path") if isinstance(value, Mapping) else None
            if isinstance(path, str):
                yield path


def is_package(content: Mapping[str, Any], manager: str) -> bool:
    """Whether an install of the project installs the project itself, by the manager's own rule."""
    match manager:
        case "poetry":
            return table(content, "tool", "poetry").get("package-mode") is not False
        case "uv":
            told = table(content, "tool", "uv").get("package")
            return "build-system" in content if told is None else bool(told)
        case "pdm":
            settings = table(content, "tool", "pdm")
            named = "name" in table(content, "project")
            if "package-type" in settings:
                return named and settings["package-type"] == "library"
            return named and settings.get("distribution") is not False
        case _:
            return False
