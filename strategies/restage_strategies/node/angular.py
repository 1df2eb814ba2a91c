"""Where `ng build` writes, as angular.json says.

Source: Angular's workspace configuration (outputPath; the application builder puts what browsers load into browser/).
"""

from __future__ import annotations

from typing import Any

from restage_strategies.node.manifest import json_object
from restage_strategies.node.outputs import option_values
from restage_strategies.node.site import Site


def angular_outputs(arguments: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """The output of the build that a line of `ng` asks for; none where it can't be told."""
    if arguments[:1] not in (("build",), ("b",)):
        return ()
    told = option_values("--output-path", arguments)
    options = _options(arguments, site)
    path = told[-1] if told else options.get("outputPath")
    if isinstance(path, dict):
        base, browser = path.get("base"), path.get("browser", "browser")
        return (
            (f"{base}/{browser}".rstrip("/"),) if isinstance(base, str) and isinstance(browser, str) else ()
        )
    if not isinstance(path, str):
        return ()
    return (f"{path}/browser", path) if options.get("_application") else (path,)


def _options(arguments: tuple[str, ...], site: Site) -> dict[str, Any]:
    fields = json_object(site.state.tree.text(site.state.path("angular.json").path) or "") or {}
    projects = fields.get("projects")
    if not isinstance(projects, dict) or not projects:
        return {}
    operands = [word for word in arguments[1:] if not word.startswith("-")]
    name = next(
        (word for word in operands if word in projects), fields.get("defaultProject") or next(iter(projects))
    )
    project = projects.get(name)
    target = _at(_at(project, "architect") or _at(project, "targets"), "build")
    options = _at(target, "options")
    builder = target.get("builder") if target else ""
    return {**options, "_application": str(builder).endswith(":application")}


def _at(table: object, key: str) -> dict[str, Any]:
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, dict) else {}
