"""What a command of a RUN made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import Command, Effect, Product, ProductKind, Region, State, replace
from restage_strategies.python.dev_installs import dev_groups
from restage_strategies.python.distributions import Installed
from restage_strategies.python.installers import INSTALLERS
from restage_strategies.python.interpreter import Interpreter, find_interpreter
from restage_strategies.python.invocation import Mode, is_pip, is_python, read_invocation
from restage_strategies.python.locks import managed
from restage_strategies.python.managers import MANAGERS
from restage_strategies.python.names import Requirement
from restage_strategies.python.pip import pip_install
from restage_strategies.python.pip_options import read_options
from restage_strategies.python.project import read_project
from restage_strategies.python.rows import has_heavy
from restage_strategies.python.uv import as_pip

NAME = "python"
_COMPILERS = frozenset(
    "cython cythonize f2py numpy.f2py maturin scons meson cmake ninja nuitka pyinstaller".split()
)
_EXTENSIONS = re.compile(r"\bset_source\(|\bext_modules\b|\bcythonize\(|\bbuild_ext\b|\bExtension\(")


def products_of(command: Command, effect: Effect, state: State) -> Iterator[Product]:
    """The caches of the command, and what it wrote: distributions, or data."""
    if effect.opaque or effect.repeatable:
        return
    install = (
        _install(command, state)
        or _managed(command, state)
        or _by_setup(command, state)
        or _settings(command, state)
    )
    if not _is_small(command, state) and not _doubles(effect, install, state):
        for cache in effect.caches:
            yield Product(cache, ProductKind.CACHE, f"the download cache {cache}", NAME)
    environment = effect.writes[0] if effect.writes else None
    groups = dev_groups(command, environment, state) if environment else None
    for place in effect.writes:
        dev = groups if place == environment else None
        yield replace(install, region=place, dev=dev) if install else _other(place, command, effect)


def _is_small(command: Command, state: State) -> bool:
    """Caches that are no win: of an installer alone, and of uv, which links files instead of copying them."""
    if command.name == "uv":
        return state.variable("UV_LINK_MODE") != "copy"
    install = _install(command, state)
    return install is not None and not install.unread and {w.name for w in install.wanted} <= INSTALLERS


def _doubles(effect: Effect, install: Installed | None, state: State) -> bool:
    """Whether a copy of what was installed costs what its cache takes.

    The folders of the base's own Python hold pip and its like too: copied over a base that has them, they are
    there twice, some 15 MB. Seen: 14 MB more for an install of one small wheel.
    """
    interpreter = find_interpreter("python", state)
    if interpreter is None or interpreter.virtual or interpreter.libraries not in effect.writes:
        return False
    return install is None or not has_heavy(install.wanted)


def _install(command: Command, state: State) -> Installed | None:
    """What a `pip install` asked for."""
    program, arguments = command.words[0], command.arguments
    if is_python(command):
        invocation = read_invocation(command)
        if invocation.mode is not Mode.MODULE or invocation.target != "pip":
            return None
        arguments = invocation.arguments
    elif command.name == "uv" and command.arguments[:1] == ("pip",):
        program, arguments = as_pip(command, state)
    elif not is_pip(command):
        return None
    options = read_options(arguments, command, state)
    if options.words[:1] != ("install",):
        return None
    install = pip_install(program, replace(options, words=options.words[1:]), state)
    wanted, interpreter = install.wanted, install.interpreter
    asked_in = (
        ", ".join(options.all("requirement")) or "the project"
        if wanted.projects or wanted.files
        else "pip install"
    )
    return _installed(
        f"distributions of {asked_in}",
        state,
        interpreter,
        wanted=tuple(wanted.named),
        unread=tuple(wanted.unread),
        locked=wanted.locked,
        asked_in=asked_in,
    )


def _managed(command: Command, state: State) -> Installed | None:
    """What a project manager installed, by its lock."""
    words = [word for word in command.arguments if not word.startswith("-")]
    actions = ["install", "sync", "add", "update", *(["run"] if command.name == "uv" else [])]
    if command.name not in MANAGERS or not set(words[:1]) & set(actions):
        return None
    found = managed(command.name, state)
    return _installed(
        f"distributions of {found.asked_in}",
        state,
        find_interpreter("python", state),
        wanted=found.wanted,
        unread=found.unread,
        locked=found.locked and not found.unread,
        asked_in=found.asked_in,
    )


def _settings(command: Command, state: State) -> Installed | None:
    """Settings of a manager, which stay where it stays."""
    if command.name not in MANAGERS or command.arguments[:1] != ("config",):
        return None
    return _installed(
        f"settings of {command.name}",
        state,
        find_interpreter("python", state),
        wanted=(Requirement(command.name),),
        asked_in=f"the install of {command.name}",
    )


def _compiles(script: str, state: State) -> bool:
    """Whether a script of the project builds extension modules, as cffi's and Poetry's build scripts do."""
    return _EXTENSIONS.search(state.tree.text(state.path(script).path) or "") is not None


def _by_setup(command: Command, state: State) -> Installed | None:
    """`setup.py install`, compilers, and installs of which the list is not read."""
    words = set(command.arguments)
    target = read_invocation(command).target if is_python(command) else command.name
    builds = is_python(command) and ("setup.py" in words or _compiles(target, state))
    if not builds and target not in _COMPILERS and command.name not in ("easy_install", "pipx", "spacy"):
        return None
    project = read_project(state.directory, state)
    return _installed(
        f"what `{command}` made",
        state,
        find_interpreter("python", state),
        wanted=tuple(project.named),
        unread=tuple(project.unread) if "setup.py" in words else (str(command),),
        asked_in="setup.py",
    )


def _installed(
    what: str,
    state: State,
    interpreter: Interpreter | None,
    *,
    wanted: tuple[Requirement, ...],
    asked_in: str,
    unread: tuple[str, ...] = (),
    locked: bool = False,
) -> Installed:
    """What was installed for an interpreter; its place is known where the effect is."""
    return Installed(
        state.path(),
        ProductKind.DEPENDENCIES,
        what,
        NAME,
        wanted=wanted,
        unread=unread,
        locked=locked,
        python=interpreter.version if interpreter else None,
        own=bool(interpreter and interpreter.own),
        asked_in=asked_in,
    )


def _other(place: Region, command: Command, effect: Effect) -> Product:
    kind = ProductKind.APPLICATION if effect.claims else ProductKind.DATA
    return Product(place, kind, f"what `{command}` wrote", NAME)
