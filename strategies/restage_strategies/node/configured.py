"""Outputs that the configuration of a build tool names by absolute paths: `outDir: '/var/www/html'`.

Sources: the documentation of each tool (vite, vue-cli, webpack, rollup, gulp, eleventy, astro, angular, typescript …).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import Record, Region, join, outermost, region
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.site import Site
from restage_strategies.node.vite import CONFIGURATION as VITE


def _config(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}.{ending}" for stem in stems for ending in ("js", "ts", "mjs", "cjs"))


_OWN = {
    "vite": (*VITE, "svelte.config.js"),
    "vue-cli-service": _config("vue.config"),
    "ng": ("angular.json", "project.json"),
    "nx": ("project.json",),
    "webpack": _config("webpack.config"),
    "webpack-cli": _config("webpack.config"),
    "rollup": _config("rollup.config"),
    "rspack": _config("rspack.config"),
    "rsbuild": _config("rsbuild.config"),
    "mix": _config("webpack.mix"),
    "gulp": _config("gulpfile", "gulpfile.babel"),
    "grunt": _config("Gruntfile", "gruntfile"),
    "brunch": _config("brunch-config"),
    "eleventy": (".eleventy.js", *_config("eleventy.config")),
    "astro": _config("astro.config"),
    "nuxt": _config("nuxt.config"),
    "nuxi": _config("nuxt.config"),
    "next": _config("next.config"),
    "vitepress": _config(".vitepress/config", "docs/.vitepress/config"),
    "vuepress": _config(".vuepress/config", "docs/.vuepress/config"),
    "tsup": _config("tsup.config"),
    "tsc": ("tsconfig.json",),
    "nest": ("tsconfig.json", "tsconfig.build.json", "nest-cli.json"),
}
_FILE = re.compile(r".*\.(?:[cm]?[jt]s|json)$")
_COMMENT = re.compile(r"^\s{0,40}(?://|/?\*)[^\n]*$", re.MULTILINE)
_RESOLVED = r"(?:(?:path\s{0,2}\.\s{0,2})?(?:resolve|join)\(\s{0,8})?"
_TOLD = re.compile(
    r"\b(?:(?:out_?[dD]ir|outputDir|distDir)\b[\"']?\s{0,4}[:=]|dest\()\s{0,8}"
    + _RESOLVED
    + r"[\"'`](/[\w./@+-]{2,200})[\"'`]"
)
# A loader of webpack has `outputPath: '/img'` below the output: only below a directory of the system it is a place.
_PLACED = re.compile(
    r"\b(?:output|outputPath|dest|setPublicPath|path|dir|file|pages|assets|public)\b[\"']?\s{0,4}[:=(]\s{0,8}"
    + _RESOLVED
    + r"[\"'`](/(?:srv|var|opt|usr|mnt|root|www)/[\w./@+-]{1,200})[\"'`]"
)
_NAMED = re.compile(r"[\"'`](/(?:srv|var|opt|usr/share|mnt|root)/[\w./@+-]{1,200})[\"'`]")
_READING = re.compile(r"read|\bkey\b|\bcert\b|\bca\b|require|import|exclude|ignored|watch", re.IGNORECASE)
_LARGEST = 100_000


class Elsewhere(Record):
    """What the configuration of a tool says of places outside of the working directory."""

    outputs: tuple[Region, ...]
    """Directories that are told to be outputs."""
    unclear: str = ""
    """A file and another place that it names for nobody knows what."""


def configured_elsewhere(call: ProgramCall, site: Site) -> Elsewhere:
    """The absolute paths in the configuration that a build tool reads."""
    here = region(site.directory)
    outputs: list[Region] = []
    others: list[tuple[str, Region]] = []
    for name, text in _texts(call, site):
        told = (region(path) for pattern in (_TOLD, _PLACED) for path in pattern.findall(text))
        outputs.extend(place for place in told if not here.covers(place) and not place.covers(here))
        lines = (line for line in text.splitlines() if len(line) < 2000 and not _READING.search(line))
        others.extend((name, region(path)) for line in lines for path in _NAMED.findall(line))
    outputs.extend(_told_by_variable(call, site))
    known = (here, *outputs)
    unclear = (f"{name} names {place}" for name, place in others if not any(k.covers(place) for k in known))
    return Elsewhere(outermost(tuple(outputs)), next(unclear, ""))


_VARIABLES = dict.fromkeys(("react-scripts", "react-app-rewired", "craco"), "BUILD_PATH")
"""Variables of the environment, or of the files that tools take for it, that name the output."""
_ENVIRONMENTS = (".env.production.local", ".env.local", ".env.production", ".env")


def _told_by_variable(call: ProgramCall, site: Site) -> Iterator[Region]:
    name = _VARIABLES.get(call.name, "")
    if not name:
        return
    texts = (site.state.tree.text(join(site.directory, file)) or "" for file in _ENVIRONMENTS)
    pattern = re.compile(rf"^\s{{0,8}}{name}\s{{0,8}}=\s{{0,8}}[\"']?([^\"'\s#]{{1,200}})", re.MULTILINE)
    told = (found[1] for text in texts if (found := pattern.search(text)))
    value = site.variable(name) or next(told, "")
    place = site.state.path(value) if value and "$" not in value else region(site.directory)
    if not region(site.directory).covers(place) and not place.covers(region(site.directory)):
        yield place


def _texts(call: ProgramCall, site: Site) -> Iterator[tuple[str, str]]:
    """The configuration of the tool, its usual file or one that the line names, without comments."""
    named = tuple(
        value for word in call.arguments for value in (word.rpartition("=")[2],) if _FILE.match(value)
    )
    own = _OWN.get(call.name, ())
    for name in dict.fromkeys((*own, *(named if own else ()))):
        text = site.state.tree.text(join(site.directory, name))
        if text is not None and len(text) < _LARGEST:
            yield name, _COMMENT.sub("", text)
