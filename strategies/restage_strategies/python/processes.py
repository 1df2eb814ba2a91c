"""Functions of Python's own modules and of common distributions that start a program or load a library."""

from __future__ import annotations

_PROCESS = frozenset(
    "Popen check_output check_call getoutput getstatusoutput create_subprocess_exec create_subprocess_shell system "
    "popen execv execve execvp execvpe execl execlp spawnl spawnlp spawnv spawnvp posix_spawn posix_spawnp "
    "subprocess_exec subprocess_shell open_process run_process".split()
)
_AMBIGUOUS = frozenset({"run", "call", "spawn", "which"})
_MODULES = {
    "run": {"subprocess", "sp", "pexpect", "anyio", "trio", "invoke"},
    "call": {"subprocess", "sp"},
    "spawn": {"pexpect", "pty"},
    "which": {"shutil", "distutils", "spawn"},
}
PROCESS_MODULES = frozenset().union(*_MODULES.values(), {"os", "asyncio"})
_OWN_METHODS = frozenset({"system", "popen"})
_LIBRARY = frozenset({"find_library", "CDLL", "LoadLibrary", "dlopen", "PyDLL"})
_SERVERS = frozenset(
    "StdioServerParameters StdioServerParams StdioTransport UvStdioTransport UvxStdioTransport NpxStdioTransport "
    "MCPServerStdio MCPServerAdapter MCPToolbox MCPTools MultiMCPTools MCPClient MultiServerMCPClient".split()
)
"""Clients of the Model Context Protocol: each starts the server that it is told of, often by a list in a file."""


def starts_program(full: str, imported: bool) -> bool:
    """Whether a function starts a program; `imported` says that its name came by an import, which its module tells."""
    owner, _, last = full.rpartition(".")
    owner = owner.rpartition(".")[2]
    if starts_server(full) or is_pip(full):
        return True
    if last in _OWN_METHODS:
        return owner in ("os", "posix")
    return (last in _PROCESS and (bool(owner) or imported)) or (
        last in _AMBIGUOUS and owner in _MODULES[last]
    )


def starts_server(full: str) -> bool:
    """Whether it is a client that starts the server it is told of."""
    return not _SERVERS.isdisjoint(full.split("."))


def is_pip(full: str) -> bool:
    """Whether it is pip's own main function (`pip.main`, `pip._internal.main`)."""
    return full.startswith("pip.") and full.endswith(".main")


def loads_library(full: str) -> bool:
    """Whether a function finds or loads a shared library by name."""
    return full.rpartition(".")[2] in _LIBRARY
