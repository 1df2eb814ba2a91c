"""meson.build files as evidence: whether configuring and building write the project alone (the Meson reference)."""

from __future__ import annotations

import posixpath
import re

_COMMENT = re.compile(r"#[^\n]*")
_RUNS = re.compile(
    r"\b(run_command|custom_target|generator|run_target|vcs_tag|add_postconf_script|fs\.copyfile|external_project)\s*\("
)


def beyond_meson(files: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Why the Meson files of a project may write beyond it, or bring what nobody has read."""
    if not any(path.endswith("meson.build") for path, _ in files):
        return ("no meson.build is seen",)
    found: list[str] = []
    for path, text in files:
        name = posixpath.basename(path)
        if name.endswith(".wrap"):
            found.append(f"{name} brings sources that are not seen")
            continue
        runs = _RUNS.search(_COMMENT.sub("", text))
        if runs:
            found.append(f"{name}: {runs[1]} runs a program")
    return tuple(found)
