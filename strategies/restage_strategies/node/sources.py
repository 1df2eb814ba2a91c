"""Programs and system files that the project's own sources name (UNNAMED_PROGRAM is a claim on these)."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pkgutil import get_data

from restage.api import Facility, FacilityNeed, Need, PackageNeed, Record, Tree, called_in, line_of, of_tree
from restage.api.search import Search
from restage_strategies.node.job_folders import folders_of_jobs
from restage_strategies.node.project_files import project_files
from restage_strategies.node.shell_scripts import calls_in_shell, scripts_named_in

_ENDINGS = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue", ".svelte", ".coffee")
_SKIPPED = frozenset(
    """node_modules bower_components test tests __tests__ __mocks__ spec specs e2e cypress playwright docs doc documentation
    website examples example samples fixtures coverage scripts tools hack ci deploy deployment k8s helm terraform
    benchmark benchmarks storybook stories types typings locales i18n public static assets""".split()
)
_SKIPPED_FILES = re.compile(
    r"(?:\.(?:test|spec|stories|config|conf|d)\.[a-z]+|\.min\.js|-?rc\.[cm]?js)$|^(?:webpack|rollup|vite|gulpfile|Gruntfile|karma|jest|babel)",
    re.I,
)
_LARGEST = 1_000_000

_STARTERS = Search(
    re.compile(
        r"child_process|['\"`](?:execa|shelljs|cross-spawn|zx|node-cmd|shell-exec|exec-sh|await-exec|promisify-child-process|"
        r"child-process-promise|node-pty|@npmcli/promise-spawn|tinyexec|nano-spawn|shelljs/global|@actions/(?:exec|io)|"
        r"spawn-please|spawndamnit|spawn-command|foreground-child)['\"`/]|Bun\.(?:spawn|\$)|Deno\.Command"
    ),
    (
        *("child_process", "child-process", "exec", "shelljs", "cross-spawn", "zx", "node-cmd", "node-pty"),
        *("spawn", "foreground-child", "@actions/io", "Bun.", "Deno."),
    ),
)
_FACILITIES = (
    ("/etc/ssl/certs", Facility.CERTIFICATES),
    ("/etc/ssl/cert.pem", Facility.CERTIFICATES),
    ("/usr/share/fonts", Facility.FONTS),
    ("/usr/share/zoneinfo", Facility.TIME_ZONES),
    ("/etc/mime.types", Facility.MIME_TYPES),
)


_LOADED = Search(
    re.compile(
        r"\b(?:[Ll]ibrary|koffi\.load|dlopen)\(\s{0,4}['\"]((?:lib)?[\w+-]{1,60}(?:\.so[.\d]{0,12})?)['\"]"
    ),
    ("ibrary(", "koffi.load(", "dlopen("),
)
_CHOSEN = re.compile(
    r"(?:\b(?:execSync|execFile|execFileSync|spawn|spawnSync|execa|execaSync|execaCommand)|(?<![.\w])exec|child_process\.exec)"
    r"\(\s{0,8}(?:process\.(?:env|argv)|(?:req|request|ctx|event|message|msg)\.)"
)
_TERMINAL = re.compile(r"['\"`](?:@lydell/|@homebridge/)?node-pty(?:-prebuilt)?(?:-multiarch)?['\"`]")
_DRAWN_TEXT = re.compile(r"<svg|<text")


class _Patterns(Record):
    """How sources name programs."""

    plain: str
    """The names that are no words of everyday speech, as alternatives."""
    named: re.Pattern[str]
    """A text that begins with the program, or has it after a shell operator."""
    called: re.Pattern[str]
    """The same for words of everyday speech: only as what a function that starts programs is given."""
    with_arguments: re.Pattern[str]
    """A text that is a whole command line, or that is given with a list of arguments to a function of the project."""


@cache
def _patterns() -> _Patterns:
    table = json.loads(get_data(__package__, "programs.json") or b"{}")
    plain = _either(" ".join(table["plain"]))
    common, verbs, starters = (_either(table[key]) for key in ("common", "git_verbs", "starters"))
    before = r"['\"`]|&&\s{0,8}|\|\|?\s{0,8}|;\s{0,8}|\$\(\s{0,8}|\bsudo |['\"`]/(?:usr/)?(?:local/)?bin/"
    after = r"(?=['\"`\s])"
    return _Patterns(
        plain,
        re.compile(f"(?:{before})({plain}){after}"),
        re.compile(
            rf"(?:\b(?:{starters})|\$)\s{{0,4}}[(`]\s{{0,8}}['\"`]?(?:/(?:usr/)?bin/)?({common}){after}"
        ),
        re.compile(
            rf"['\"`](?:({plain}) --?[a-zA-Z]|(git) (?:{verbs})\b)|[\w)]\(\s{{0,8}}['\"`]({plain})['\"`],\s{{0,8}}\["
        ),
    )


def _either(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


class Named(Record):
    """What a search of the sources came to."""

    files: int
    """How many source files were searched."""
    needs: tuple[Need, ...]
    complete: bool
    """No source was too large to be searched."""
    libraries: tuple[str, ...] = ()
    """Shared libraries that sources load by name, with where."""
    chosen: tuple[str, ...] = ()
    """Where sources start a program that the environment or a request names."""


@of_tree
def sources(tree: Tree, directory: str, named: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Paths of the project's source files, without dependencies, tests, documentation and build configuration.

    `named` are folders that are not left out this time.
    """
    return tuple(
        path
        for path in project_files(tree, directory, _SKIPPED - named)
        if path.endswith(_ENDINGS) and not _SKIPPED_FILES.search(posixpath.basename(path))
    )


@of_tree
def named_in_sources(tree: Tree, directory: str, besides: tuple[str, ...] = ()) -> Named:
    """Searches every source file below a directory for programs that it starts and system files that it reads.

    `besides` are further files, such as those that a start reaches in a directory that is otherwise left out.
    """
    texts: list[tuple[str, str]] = []
    complete = True
    named = folders_of_jobs(tree, directory, (tree.text(path) or "" for path in sources(tree, directory)))
    for path in dict.fromkeys((*sources(tree, directory, named), *besides)):
        text = tree.text(path)
        if text is not None and len(text) <= _LARGEST:
            texts.append((posixpath.relpath(path, directory), text))
        elif text is not None:
            complete = False
    starts_programs = any(_STARTERS.search(text) for _, text in texts)
    needs = [need for path, text in texts for need in _needs_of(path, text, starts_programs)]
    if starts_programs:
        scripts = scripts_named_in(tree, directory, (text for _, text in texts))
        needs += [
            need for path, text in scripts for need in _shell_needs(posixpath.relpath(path, directory), text)
        ]
    loaded = [f"{match[1]} ({path})" for path, text in texts for match in _LOADED.finditer(text)]
    chosen = [
        f"which program {path}:{line_of(text, match.start())} starts"
        for path, text in texts
        if _STARTERS.search(text)
        for match in _CHOSEN.finditer(text)
    ]
    chosen += [
        f"what people call in the terminal of {path}" for path, text in texts if _TERMINAL.search(text)
    ]
    complete = complete and tree.context.complete
    return Named(
        len(texts), tuple(dict.fromkeys(needs)), complete, tuple(dict.fromkeys(loaded)), tuple(chosen)
    )


_OPENS = re.compile(
    r"\bprocess\.cwd\(|['\"`](?:node:)?fs(?:/promises)?['\"`]|['\"`](?:fs-extra|graceful-fs|jsonfile|glob|fast-glob|globby)['\"`]|"
    r"\bsendFile\(|\b(?:readFile|createReadStream)(?:Sync)?\("
)


def opening(tree: Tree, directory: str) -> tuple[str, ...]:
    """Where sources below a directory open files by name, as `file:line`."""
    found: list[str] = [] if tree.context.complete else ["what lies beyond the first 20 000 files"]
    for path in sources(tree, directory):
        text = tree.text(path) or ""
        match = _OPENS.search(text[:_LARGEST])
        if match is not None:
            found.append(f"{posixpath.relpath(path, directory)}:{line_of(text, match.start())}")
    return tuple(found)


def _needs_of(path: str, text: str, starts_programs: bool) -> Iterator[Need]:
    if _STARTERS.search(text):
        yield from _matches(_patterns().named, path, text)
        yield from _matches(_patterns().called, path, text)
    elif starts_programs:
        yield from _matches(_patterns().with_arguments, path, text)
    if "sharp" in text and _DRAWN_TEXT.search(text):
        yield PackageNeed("fontconfig", "fontconfig", f"{path} draws SVG, which may hold text")
    for place, facility in _FACILITIES:
        if place in text:
            yield FacilityNeed(facility, f"{path}:{line_of(text, text.index(place))} names {place}")


def _shell_needs(path: str, text: str) -> Iterator[Need]:
    for match in calls_in_shell(_patterns().plain, text):
        yield from called_in(text, match[1], f"{path}:{line_of(text, match.start(1))} calls it")


def _matches(pattern: re.Pattern[str], path: str, text: str) -> Iterator[Need]:
    for match in pattern.finditer(text):
        program = next(group for group in match.groups() if group)
        why = f"{path}:{line_of(text, match.start())} calls it"
        yield from called_in(text, program, why)
