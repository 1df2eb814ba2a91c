"""What `python …` does when a RUN calls it."""

from __future__ import annotations

import posixpath

from restage.api import NOTHING, Command, Effect, State, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.django import is_manage, manage_effect
from restage_strategies.python.inputs import build_reads
from restage_strategies.python.interpreter import data_folders_of, find_interpreter
from restage_strategies.python.invocation import Invocation, Mode, read_invocation
from restage_strategies.python.own_code import run_code, run_module, run_script
from restage_strategies.python.pip import pip_effect
from restage_strategies.python.tools import tool_effect

_INSTALLERS = ("get-pip.py", "get_pip.py", "ez_setup.py")


def python_effect(command: Command, state: State) -> Effect:
    """The effect of an interpreter started in a RUN."""
    invocation = read_invocation(command)
    if not invocation.known:
        return unknown(f"what {invocation.program} runs is known only when it runs")
    match invocation.mode:
        case Mode.VERSION | Mode.NOTHING if not command.inputs:
            return NOTHING
        case Mode.MODULE:
            return _module(invocation, command, state)
        case Mode.SCRIPT:
            return _script(invocation, command, state)
        case Mode.CODE:
            return run_code(invocation.target, state)
        case _:
            return unknown(f"{invocation.program} runs a program from its standard input")


def _script(invocation: Invocation, command: Command, state: State) -> Effect:
    path, arguments = invocation.target, invocation.arguments
    name = posixpath.basename(path)
    if name in _INSTALLERS:
        return pip_effect(invocation.program, ("install", "pip"), command, state)
    if name == "setup.py":
        return setup_effect(invocation, state)
    if is_manage(path):
        return manage_effect(path, arguments, state)
    if state.path(path).path.endswith("/bin/" + name) and not name.endswith(".py"):
        return tool_effect(Command((path, *arguments), environment=command.environment), state) or unknown(
            path
        )
    return run_script(path, arguments, state)


def _module(invocation: Invocation, command: Command, state: State) -> Effect:
    module, arguments = invocation.target, invocation.arguments
    match module:
        case "pip":
            return pip_effect(invocation.program, arguments, command, state)
        case "ensurepip":
            return pip_effect(invocation.program, ("install", "pip"), command, state)
        case "venv" | "virtualenv":
            return environment_effect(arguments, state)
        case "compileall" | "py_compile":
            places = tuple(state.path(word) for word in arguments if not word.startswith("-"))
            return Effect(reads=places or (state.path(),), writes=places or (state.path(),))
        case "site" | "sysconfig" | "platform" | "json.tool" | "this" | "timeit" | "this_python":
            return NOTHING
        case _:
            pass
    renamed = module.partition(".")[0] if module.endswith(".__main__") else module
    tool = tool_effect(Command((renamed, *arguments), environment=command.environment), state)
    return tool or run_module(module, state, arguments=arguments)


def environment_effect(arguments: tuple[str, ...], state: State) -> Effect:
    """`venv DIR` and `virtualenv DIR`: the directory is made; it links to the interpreter it is made with."""
    valued = (
        "--prompt",
        "-p",
        "--python",
        "--creator",
        "--seeder",
        "--app-data",
        "--pip",
        "--setuptools",
        "--wheel",
    )
    places: list[str] = []
    previous = ""
    for word in arguments:
        if not word.startswith("-") and previous not in valued:
            places.append(word)
        previous = word
    if not places:
        return NOTHING
    return Effect(writes=tuple(state.path(place) for place in places))


def setup_effect(invocation: Invocation, state: State) -> Effect:
    """`python setup.py COMMAND`: the project's directory, and the interpreter's folders for an install."""
    folder = state.path(posixpath.dirname(invocation.target))
    installs = {"install", "develop", "easy_install"} & set(invocation.arguments)
    interpreter = find_interpreter(invocation.program, state)
    if installs and interpreter is None:
        return unknown("where setup.py installs to is not known for this base image")
    virtual = interpreter is not None and interpreter.virtual
    further = interpreter.installs if interpreter and installs else ()
    if interpreter and installs and not virtual:
        further += tuple(interpreter.prefix.below(name) for name in data_folders_of(state))
    return Effect(
        reads=build_reads(folder.path, state),
        writes=(folder, *further),
        claims=(bounded_writes("setup.py", "setup.py's commands"),),
    )
