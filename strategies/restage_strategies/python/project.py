"""A Python project of the build context, read from pyproject.toml, setup.cfg and setup.py without running any."""

from __future__ import annotations

import configparser
import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

from restage.api import State, read_toml
from restage_strategies.python.manifest import paths_of
from restage_strategies.python.names import Requirement, read_requirement
from restage_strategies.python.requirements import Wanted, add_file
from restage_strategies.python.setup_script import read_setup_script

MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")
COMPILES = "compiles extension modules"
_COMPILERS = re.compile(
    r"(?i)(?:maturin|scikit[-_]build|mesonpy|meson-python|cython|pybind11|setuptools[-_]rust|cffi|nanobind|mypyc|cmake"
    r"|hatch-cython|numpy|swig)\b"
)


@dataclass
class Project:
    """What installing a directory asks for. `scripts` are console scripts: name to `module:function`."""

    directory: str
    named: list[Requirement] = field(default_factory=list)
    extras: dict[str, list[Requirement]] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    """Directories and archives of the image that its dependencies name, in groups and extras too."""
    data: list[str] = field(default_factory=list)
    """Directories below the prefix that a wheel of it puts files into; an empty one may be any."""
    runs_code: bool = False
    """A setup.py or a build script of its own runs when it is built."""


def read_project(directory: str, state: State) -> Project:
    """Read the metadata of a directory; what can't be read is noted in `unread`."""
    project = Project(directory)
    texts = {name: state.tree.text(posixpath.join(directory, name)) for name in MANIFESTS}
    if all(text is None for text in texts.values()):
        project.unread.append(f"{directory} has no readable metadata")
    if texts["pyproject.toml"] is not None:
        _read_pyproject(project, texts["pyproject.toml"], state)
    if texts["setup.cfg"] is not None:
        _read_setup_cfg(project, texts["setup.cfg"], state)
    if texts["setup.py"] is not None:
        project.runs_code = True
        _read_setup_py(project, texts["setup.py"])
    return project


def _read_pyproject(project: Project, text: str, state: State) -> None:
    content = read_toml(text)
    if content is None:
        project.unread.append("pyproject.toml can't be read as TOML")
        return
    project.paths += paths_of(content, project.directory)
    build = _table(content, "build-system")
    if any(map(_COMPILERS.match, [*_texts(build.get("requires")), str(build.get("build-backend", ""))])):
        # Extension modules are compiled against whatever the image has.
        project.unread.append(f"pyproject.toml {COMPILES}")
    table = _table(content, "project")
    _add(project.named, _texts(table.get("dependencies")), "pyproject.toml")
    for extra, lines in _table(table, "optional-dependencies").items():
        _add(project.extras.setdefault(extra.lower(), []), _texts(lines), "pyproject.toml")
    project.scripts |= {name: str(target) for name, target in _table(table, "scripts").items()}
    if "dependencies" in _texts(table.get("dynamic")):
        dynamic = _table(content, "tool", "setuptools", "dynamic", "dependencies")
        _read_dynamic(project, dynamic, state)
    _read_poetry(project, _table(content, "tool", "poetry"))
    project.data += _data_folders(_table(content, "tool"), project.directory, state)


def _data_folders(tools: dict[str, Any], directory: str, state: State) -> list[str]:
    """What setuptools, hatchling, flit and pdm-backend call data files, shared data, external data and wheel data."""
    shared = _table(tools, "hatch", "build", "targets", "wheel", "shared-data")
    found = [*_table(tools, "setuptools", "data-files"), *map(str, shared.values())]
    external = _table(tools, "flit", "external-data").get("directory")
    if isinstance(external, str):
        found += state.tree.entries(posixpath.join(directory, external))
    return [*found, *("" for _ in _table(tools, "pdm", "build", "wheel-data"))]


def _read_dynamic(project: Project, dynamic: dict[str, Any], state: State) -> None:
    """`dynamic = ["dependencies"]` with setuptools' `file` directive; otherwise setup.py says."""
    names = dynamic.get("file", [])
    for name in [names] if isinstance(names, str) else _texts(names):
        wanted = Wanted()
        add_file(wanted, posixpath.join(project.directory, name), state)
        project.named += wanted.named
        project.unread += wanted.unread


def _read_poetry(project: Project, table: dict[str, Any]) -> None:
    optional = {name for names in _table(table, "extras").values() for name in _texts(names)}
    for name, value in _table(table, "dependencies").items():
        if name == "python" or name in optional:
            continue
        found = _poetry_requirement(name, value)
        if isinstance(value, dict) and "path" in value:
            project.unread.append(f"{name} is a path dependency")
        project.named += [found] if found else []
    scripts = _table(table, "scripts").items()
    project.scripts |= {name: target for name, target in scripts if isinstance(target, str)}
    if "build" in table:
        project.runs_code = True


def _poetry_requirement(name: str, value: object) -> Requirement | None:
    if isinstance(value, dict):
        link = "git+" + str(value["git"]) if "git" in value else str(value.get("url", ""))
        extras = ",".join(_texts(value.get("extras")))
        text = f"{name}[{extras}]" if extras else name
        return read_requirement(f"{text} @ {link}" if link else text, "pyproject.toml")
    specifier = str(value)
    exact = specifier if specifier.startswith("==") else ""
    return read_requirement(name + exact, "pyproject.toml")


class _Exact(configparser.ConfigParser):
    """Keys as they are written, as setuptools reads them."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def _read_setup_cfg(project: Project, text: str, state: State) -> None:
    parser = _Exact(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        project.unread.append("setup.cfg can't be read")
        return
    install = parser.get("options", "install_requires", fallback="").strip()
    if install.startswith("file:"):
        _read_dynamic(project, {"file": [part.strip() for part in install[5:].split(",")]}, state)
    else:
        _add(project.named, install.splitlines(), "setup.cfg")
    if parser.has_section("options.extras_require"):
        for extra, lines in parser.items("options.extras_require"):
            _add(project.extras.setdefault(extra.lower(), []), lines.splitlines(), "setup.cfg")
    if parser.has_section("options.data_files"):
        project.data += parser.options("options.data_files")
    for line in parser.get("options.entry_points", "console_scripts", fallback="").splitlines():
        _add_script(project, line)


def _read_setup_py(project: Project, text: str) -> None:
    script = read_setup_script(text)
    _add(project.named, script.install_requires, "setup.py")
    for extra, lines in script.extras_require:
        _add(project.extras.setdefault(extra.lower(), []), lines, "setup.py")
    for line in script.console_scripts:
        _add_script(project, line)
    project.data += [folder for folder in script.data_files if not posixpath.isabs(folder)]
    project.unread += script.unread


def _add_script(project: Project, line: str) -> None:
    name, equals, target = line.partition("=")
    if equals:
        project.scripts[name.strip()] = target.split("[")[0].strip()


def _add(found: list[Requirement], lines: list[str] | tuple[str, ...], where: str) -> None:
    for line in lines:
        text = line.split(" #")[0].strip()
        requirement = read_requirement(text, where) if text and not text.startswith("#") else None
        found += [requirement] if requirement else []


def _table(content: object, *names: str) -> dict[str, Any]:
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
