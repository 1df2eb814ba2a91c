"""Where cargo keeps things and how it builds, as environment, configuration and command say (the Cargo book)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from restage.api import (
    BaseImage,
    Case,
    Command,
    Libc,
    Record,
    Region,
    State,
    installed_anywhere,
    read_toml,
    region,
)

_TOOLS = frozenset({"cargo", "rustup", "rustc", "cross", "trunk", "wasm-pack", "rustup-init"})


class Settings(Record):
    """How cargo behaves for one command in one state."""

    command: Command
    state: State
    case: Case

    def get(self, name: str) -> str:
        """A variable: in front of the command, then of the environment."""
        told = self.command.variable(name)
        return told if told is not None else self.state.variable(name)

    @property
    def home(self) -> Region:
        """The user's home directory."""
        return Region(posixpath.normpath(self.command.variable("HOME") or self.state.home))

    @property
    def cargo_home(self) -> Region:
        """Where cargo keeps downloads, settings and installed programs."""
        told = self.get("CARGO_HOME")
        return region(self.state.directory, told) if told else self.home.below(".cargo")

    @property
    def rustup_home(self) -> Region:
        """Where rustup keeps toolchains."""
        told = self.get("RUSTUP_HOME")
        return region(self.state.directory, told) if told else self.home.below(".rustup")

    @property
    def downloads(self) -> tuple[Region, ...]:
        """The registry's and the repositories' caches."""
        return (self.cargo_home.below("registry"), self.cargo_home.below("git"))

    @cached_property
    def configs(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """The configuration files that count, nearest first, each with the directory that its paths start from."""
        return tuple(self._configs())

    def _configs(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        places = [(here, posixpath.join(here, ".cargo")) for here in upwards(self.state.directory)]
        places.append((posixpath.dirname(self.cargo_home.path), self.cargo_home.path))
        for here, folder in places:
            for name in ("config", "config.toml"):
                text = self.state.tree.text(posixpath.join(folder, name))
                table = read_toml(text) if text else None
                if table is not None:
                    yield here, table
                    break

    def configured(self, section: str, key: str) -> tuple[str, object] | None:
        """A value of the configuration, with the directory that a path in it starts from."""
        for here, table in self.configs:
            found = table.get(section)
            if isinstance(found, dict) and key in found:
                return here, found[key]
        return None

    @cached_property
    def unread_config(self) -> str | None:
        """A command that writes settings which move the output; None: there is none."""
        for command in self.case.commands:
            written = (*command.outputs, *command.arguments) if command.name == "tee" else command.outputs
            text = " ".join(command.words)
            if any(".cargo/config" in path or path.endswith("cargo/config.toml") for path in written) and (
                "target-dir" in text or "[build]" in text
            ):
                return str(command)
        return None

    @cached_property
    def rust_flags(self) -> str:
        """The flags for rustc of the environment and the configuration; those of all targets together."""
        told = [self.get("RUSTFLAGS"), self.get("CARGO_ENCODED_RUSTFLAGS")]
        for _, table in self.configs:
            told += _flags(table.get("build"))
            rows = table.get("target")
            for row in rows.values() if isinstance(rows, dict) else ():
                told += _flags(row)
        told += [v for name, v in self.state.environment.items() if v and name.endswith("_RUSTFLAGS")]
        return " ".join(told)

    @cached_property
    def installed(self) -> frozenset[str]:
        """OS packages that the file installs anywhere: a later clean-up may take them away again."""
        return installed_anywhere(self.state, self.case)

    @property
    def on_musl(self) -> bool:
        """Whether the image's own C library is musl."""
        return self.state.base.libc is Libc.MUSL


def _flags(table: object) -> list[str]:
    found = table.get("rustflags") if isinstance(table, dict) else None
    if isinstance(found, str):
        return [found]
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def upwards(directory: str) -> Iterator[str]:
    """A directory and those around it, innermost first."""
    here = directory
    while True:
        yield here
        if here in ("/", ""):
            return
        here = posixpath.dirname(here)


def is_rust_stage(case: Case) -> bool:
    """Whether Rust is at work in the stage: its base image, or a command that is Rust's alone."""
    family = case.base.family if isinstance(case.base, BaseImage) else (case.base.family or "")
    return family == "rust" or any(command.name in _TOOLS for command in case.commands)
