"""Modules that are part of Node.js itself.

Source: `require('node:module').builtinModules` of Node.js 10 to 24.
"""

from __future__ import annotations

_NAMES = frozenset(
    """assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events
    fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream
    string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib""".split()
)


def is_builtin(name: str) -> bool:
    """Whether `require(name)` loads a module of Node.js (`fs`, `fs/promises`, `node:test`)."""
    return name.startswith("node:") or name.partition("/")[0] in _NAMES
