"""Whether anything that the container runs names a distribution that only development asks for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Basis, Claim, ClaimKind, Command, Evidence, Product, Start, State, line_of
from restage_strategies.python.dev_groups import DevGroups
from restage_strategies.python.invocation import Mode, is_python, read_invocation
from restage_strategies.python.modules import brings, distribution_of_program, is_standard, modules_of
from restage_strategies.python.shipped import named_sources, python_sources, shipped_files
from restage_strategies.python.uv import is_on, syncs

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import\b|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_STRING = re.compile(r"""['"]([A-Za-z_]\w*)(?:[.:][\w.:]*)?['"]""")
_QUOTED_PATH = re.compile(r"""['"]([A-Za-z_]\w*)[.:][\w.:]+['"]""")
_DOTTED = re.compile(r"(?<![\w.-])([A-Za-z_]\w*)(?=[.:][A-Za-z_])")
_BY_NAME = re.compile(
    r"INSTALLED_APPS|MIDDLEWARE|import_module|find_spec|__import__|importlib|entry_points|load_extension|dictConfig|plugins?\b"
)
_SETTINGS = (".ini", ".cfg", ".conf", ".yaml", ".yml", ".json", ".env", ".sh", ".toml")
# Settings of tools that only development starts, and lists of what is installed.
_TOOLS = re.compile(
    r"(?:pyproject|setup|tox|mypy|pytest|ruff|\.?flake8|\.?coveragerc|codecov|\.pre-commit-config|renovate|package(?:-lock)?|mkdocs"
    r"|uv|poetry|pdm|\.readthedocs|docker-compose.*|compose.*|cloudbuild|\.gitlab-ci|netlify|vercel|tsconfig.*|pyrightconfig)\.\w+"
)
# What loads another distribution where that is installed, and does without it otherwise.
_LOADS_IF_THERE = {
    "uvicorn": "watchfiles uvloop httptools websockets wsproto python-dotenv",
    "flask": "python-dotenv watchdog",
    "werkzeug": "watchdog",
    "streamlit": "watchdog",
    "gunicorn": "gevent eventlet setproctitle tornado",
    "celery": "gevent eventlet",
    "flask-socketio": "gevent eventlet gevent-websocket simple-websocket",
    "python-socketio": "gevent eventlet aiohttp",
    "typer": "rich",
    "requests": "simplejson",
    "beautifulsoup4": "lxml html5lib",
    "pandas": "openpyxl xlrd xlsxwriter pyarrow fastparquet tables lxml html5lib matplotlib jinja2 tabulate sqlalchemy",
    "sqlalchemy": "psycopg psycopg2 psycopg2-binary asyncpg aiosqlite pymysql mysqlclient aiomysql pyodbc",
    "django": "psycopg psycopg2 psycopg2-binary mysqlclient pillow argon2-cffi bcrypt jinja2",
    "tortoise-orm": "asyncpg aiosqlite asyncmy",
    "databases": "asyncpg aiosqlite aiomysql",
}
_MOST_CHARACTERS = 300_000
_MOST_TOLD = 4


def unused_claim(product: Product, dev: DevGroups, starts: tuple[Start, ...], state: State) -> Claim:
    """Nothing that is shipped imports or names what only development groups ask for, and no start runs it."""
    own = _own_modules(state)
    against, missing = list[str](), list[str]()
    sources = 0
    named = named_sources((command for start in starts for command in start.reached), state)
    for path, text in python_sources(state.tree, named):
        sources += 1
        for line, module in _imports(text):
            place = f"{posixpath.basename(path)}:{line}"
            if found := _brought(module, dev.only):
                against.append(f"{place} imports {module} ({found})")
            elif not (is_standard(module) or module in own or _brought(module, dev.kept)):
                missing.append(f"what brings {module}, which {place} imports")
        # A word in quotes is a module where the source imports by name; elsewhere `black` may be a colour.
        pattern = _STRING if _BY_NAME.search(text) else _QUOTED_PATH
        against += [f"{posixpath.basename(path)} names {word}" for word in _named(pattern, text, dev)]
    settings = [(path, text) for path, text in _settings(state)]
    against += [
        f"{posixpath.basename(path)} names {word}"
        for path, text in settings
        for word in _named(_DOTTED, text, dev)
    ]
    against += _loaded_if_there(dev)
    for start in starts:
        against += _of_start(start, dev, state)
        missing += [f"{start.where}: {why}" for why in start.unknown]
    searched = f"{sources} Python sources, {len(settings)} files of settings, {len(starts)} starts"
    return Claim(
        ClaimKind.DEV_UNUSED,
        product.what,
        Evidence(
            Basis.SEARCH,
            searched,
            against=tuple(dict.fromkeys(against))[:_MOST_TOLD],
            missing=tuple(dict.fromkeys(missing))[:_MOST_TOLD],
            found=(f"none names {', '.join(sorted(dev.only)[:3])}{' …' if len(dev.only) > 3 else ''}",),
        ),
    )


def _imports(text: str) -> Iterator[tuple[int, str]]:
    for found in _IMPORT.finditer(text):
        line = line_of(text, found.start())
        for name in [found.group(1)] if found.group(1) else _imported(found.group(2)):
            yield line, name


def _imported(text: str) -> list[str]:
    """Top-level names of `import a.b as c, d`."""
    tops = (part.strip().split(" ")[0].split(".")[0] for part in text.split(","))
    return [top for top in tops if top.isidentifier()]


def _brought(module: str, distributions: frozenset[str]) -> str | None:
    return next((name for name in sorted(distributions) if brings(module, name)), None)


def _own_modules(state: State) -> frozenset[str]:
    """Names of the project's own folders and files."""
    found = set[str]()
    for path in shipped_files(state):
        if path.endswith((".py", ".so", ".pyx", ".pyi")):
            parts = path.strip("/").split("/")
            found |= {*parts[:-1], parts[-1].split(".")[0]}
    return frozenset(found)


def _named(pattern: re.Pattern[str], text: str, dev: DevGroups) -> list[str]:
    modules = frozenset(name for only in dev.only for name in modules_of(only)) - {"", "py"}
    return sorted({word for word in pattern.findall(text) if word in modules})


def _settings(state: State) -> Iterator[tuple[str, str]]:
    for path in shipped_files(state):
        name = posixpath.basename(path)
        if (name.endswith(_SETTINGS) or name in ("Procfile", ".env")) and not _TOOLS.fullmatch(name):
            text = state.tree.text(path)
            if text is not None and len(text) <= _MOST_CHARACTERS:
                yield path, text


def _loaded_if_there(dev: DevGroups) -> list[str]:
    found = ((loader, dev.only.intersection(_LOADS_IF_THERE.get(loader, "").split())) for loader in dev.kept)
    return sorted(f"{loader} loads {min(names)} where it is installed" for loader, names in found if names)


def _of_start(start: Start, dev: DevGroups, state: State) -> Iterator[str]:
    for command in start.reached:
        if _syncs(command, state):
            yield f"{start.where}: `{command}` installs the development group again"
        for word in _words_run(command):
            name = distribution_of_program(posixpath.basename(word))
            if name in dev.only or word.split(".")[0].split(":")[0] in {
                m for d in dev.only for m in modules_of(d)
            }:
                yield f"{start.where}: `{command}` runs {word}"


def _words_run(command: Command) -> Iterator[str]:
    yield command.words[0]
    if is_python(command):
        invocation = read_invocation(command)
        if invocation.mode is Mode.MODULE:
            yield invocation.target
    yield from (word for word in command.arguments if re.fullmatch(r"[A-Za-z_][\w.]*(?::[\w.]+)?", word))


def _syncs(command: Command, state: State) -> bool:
    """`uv run` brings the environment up to date, the development group with it."""
    if command.name != "uv" or "run" not in command.arguments or is_on(state.variable("UV_NO_DEV")):
        return False
    return syncs(command, state) and "--no-dev" not in command.arguments
