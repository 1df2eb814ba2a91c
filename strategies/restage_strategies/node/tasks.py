"""Runners of a monorepo that run a script in its members and nothing ahead of it: `lerna run start`, `turbo start`.

Sources: lerna's documentation of `run` and of filters; turborepo's of `run` and of `dependsOn`; nx's of target defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from restage.api import Record, join
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.inputs import packages, workspace_root
from restage_strategies.node.manifest import Manifest, json_object, manifest_at
from restage_strategies.node.site import Site


class Task(Record):
    """Scripts that a runner runs in members of a workspace."""

    scripts: tuple[str, ...]
    members: tuple[str, ...]
    """Names or folders of them; `*` for all."""
    manager: str
    """The package manager that it calls for each."""


_FILTERS = frozenset({"--scope", "--filter", "-F"})
_VALUED = _FILTERS | {"--ignore", "--concurrency", "--since", "--cwd", "--log-order", "--env-mode", "--ui"}


def task_of(call: ProgramCall, site: Site) -> Task | None:
    """What `lerna run` and `turbo run` come to; None where that isn't told, or other tasks come first."""
    root = workspace_root(site)
    manifest = manifest_at(root.state.tree, root.directory)
    if call.name not in ("lerna", "turbo") or manifest is None:
        return None
    scripts, filters = _read(call.arguments)
    if call.name == "lerna" and scripts[:1] != ("run",):
        return None
    scripts = scripts[1:] if scripts[:1] == ("run",) else scripts
    ahead = (_of_lerna if call.name == "lerna" else _of_turbo)(scripts, root)
    if not scripts or ahead is None or any(_comes_later(ahead, name) for name in scripts):
        return None
    plain = bool(filters) and all(map(_is_plain, filters))
    return Task(scripts, filters if plain else ("*",), _manager(call, manifest, root))


def _read(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The operands, and what the options say of the members."""
    operands: list[str] = []
    filters: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if word == "--":
            break
        if name in _FILTERS:
            filters.append(value if equals else next(waiting, ""))
        elif name in _VALUED and not equals:
            next(waiting, None)
        elif not word.startswith("-"):
            operands.append(word)
    return tuple(operands), tuple(filters)


def _is_plain(word: str) -> bool:
    return not any(sign in word for sign in "*{}[]!^$") and "..." not in word


def _of_lerna(scripts: Iterable[str], root: Site) -> Mapping[str, Any] | None:
    """The tasks that nx, which runs lerna's scripts since its version 6, puts in an order; None: not to be read."""
    path = join(root.directory, "nx.json")
    if not root.state.tree.is_file(path):
        return {}
    fields = json_object(root.state.tree.text(path) or "")
    found = None if fields is None else fields.get("targetDefaults", fields.get("targetDependencies", {}))
    return found if isinstance(found, dict) else None


def _of_turbo(scripts: Iterable[str], root: Site) -> Mapping[str, Any] | None:
    tree = root.state.tree
    fields = json_object(tree.text(join(root.directory, "turbo.json")) or "")
    found = None if fields is None else fields.get("tasks", fields.get("pipeline"))
    overridden = any(tree.is_file(join(member.directory, "turbo.json")) for member in packages(root)[1:])
    known = isinstance(found, dict) and all(
        any(key.rpartition("#")[2] == name for key in found) for name in scripts
    )
    return found if known and not overridden else None


def _comes_later(tasks: Mapping[str, Any], script: str) -> bool:
    """Whether anything is to run ahead of the script, in whichever member."""
    rows = (row for key, row in tasks.items() if key.rpartition("#")[2] == script)
    return any(not isinstance(row, dict) or bool(row.get("dependsOn")) for row in rows)


def _manager(call: ProgramCall, manifest: Manifest, root: Site) -> str:
    if call.name == "lerna":
        fields = json_object(root.state.tree.text(join(root.directory, "lerna.json")) or "") or {}
        told = fields.get("npmClient")
        return told if isinstance(told, str) else "npm"
    named = manifest.package_manager.partition("@")[0]
    locks = {"yarn.lock": "yarn", "pnpm-lock.yaml": "pnpm", "bun.lock": "bun", "bun.lockb": "bun"}
    there = (name for lock, name in locks.items() if root.state.tree.is_file(join(root.directory, lock)))
    return named or next(there, "npm")
