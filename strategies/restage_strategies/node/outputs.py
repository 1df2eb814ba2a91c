"""Where a build tool writes, when its command line or its configuration says so and nothing else is written."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.site import Site

_OPTIONS = {
    "esbuild": ("--outdir",),
    "babel": ("-d", "--out-dir"),
    "ncc": ("-o", "--out"),
    "tsc": ("--outDir",),
}
"""Options that name a directory; beside a single file others may be written."""
_OUT_DIR = re.compile(r'"outDir"\s{0,8}:\s{0,8}"([^"\n]{1,200})"')
_WRITES_MORE = re.compile(r'"(?:declarationDir|tsBuildInfoFile|references|composite)"')


def told_outputs(call: ProgramCall, site: Site) -> tuple[str, ...]:
    """Outputs relative to the working directory; none where it can't be told that these are all."""
    options = _OPTIONS.get(call.name, ())
    told = [value for option in options for value in option_values(option, call.arguments)]
    if not told and call.name == "tsc":
        told = _by_configuration(call, site)
    return tuple(posixpath.normpath(path) for path in told if not path.startswith(("/", "..")))


def option_values(option: str, arguments: tuple[str, ...]) -> list[str]:
    """Every value that an option is given, after `=` or as the next word."""
    joined = [word.partition("=")[2] for word in arguments if word.startswith(f"{option}=")]
    return joined or [value for word, value in pairwise(arguments) if word == option]


def _by_configuration(call: ProgramCall, site: Site) -> list[str]:
    """`outDir` of the tsconfig.json in use, if that names no further output."""
    projects = [value for option in ("-p", "--project") for value in option_values(option, call.arguments)]
    file = projects[0] if projects else "tsconfig.json"
    text = site.state.tree.text(site.state.path(file).path)
    found = _OUT_DIR.search(text) if text and not _WRITES_MORE.search(text) else None
    return [posixpath.join(posixpath.dirname(file), found[1])] if found else []
