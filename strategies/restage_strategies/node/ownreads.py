"""What packages read of the project when their own install scripts run.

Sources: @prisma/client (postinstall generates from the schema), puppeteer (its configuration), husky and its like
(package.json), msw (workerDirectory), nx (nx.json).
"""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Region, region
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.places import npm_setting
from restage_strategies.node.prisma import reads_of_generate
from restage_strategies.node.requests import Fetch, Manager, Request
from restage_strategies.node.site import Site

_FILES = {
    "puppeteer": (
        *(f".puppeteerrc{ending}" for ending in ("", ".json", ".yaml", ".yml", ".js", ".cjs", ".mjs", ".ts")),
        *(f"puppeteer.config.{ending}" for ending in ("js", "cjs", "mjs", "ts", "json")),
        *(f".config/puppeteerrc{ending}" for ending in ("", ".json", ".yaml", ".yml", ".js", ".cjs")),
    ),
    "simple-git-hooks": (
        *(f".simple-git-hooks.{ending}" for ending in ("js", "cjs", "json")),
        *(f"simple-git-hooks.{ending}" for ending in ("js", "cjs", "json")),
    ),
    "husky": (".huskyrc", ".huskyrc.json", ".huskyrc.js", ".huskyrc.yaml", ".huskyrc.yml", "husky.config.js"),
    "nx": ("nx.json",),
    "@sentry/cli": (".sentryclirc",),
}


def files_of(package: str) -> tuple[str, ...]:
    """The files that a package looks for in the project when it is installed."""
    return _FILES.get(package, ())


def ignores_scripts(request: Request, root: Site) -> bool:
    """Whether install scripts are switched off, by option, environment or setting."""
    if isinstance(request.action, Fetch):
        return True
    if request.manager is Manager.BERRY:
        return request.says("mode") in ("skip-build", "update-lockfile")
    told = request.says("ignore-scripts") or npm_setting("ignore-scripts", root)
    return told not in ("", "false", "0")


def own_install_reads(request: Request, found: tuple[Manifest, ...], root: Site) -> Iterator[Region]:
    """Files of the project that install scripts of its dependencies look at."""
    for manifest in () if ignores_scripts(request, root) else found:
        names = manifest.every_dependency
        for package, files in _FILES.items():
            if package in names:
                yield from (
                    region(directory, name)
                    for directory in {manifest.directory, root.directory}
                    for name in files
                )
        if "@prisma/client" in names:
            yield from reads_of_generate(root.at(manifest.directory), ()) or (region(manifest.directory),)
