"""What sources name outside their module in `//go:generate` and `#cgo` lines: it has to be there before they are built."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import Region, join, region
from restage_strategies.go.constraint import Tags
from restage_strategies.go.packages import named_packages
from restage_strategies.go.workspace import Workspace

_LINE = re.compile(r"^(?://go:generate|(?://|\*)?[ \t]*#cgo)[ \t][^\n]{1,2000}", re.MULTILINE)
_PLACE = re.compile(r"(?:\$\{SRCDIR\}/|[\s=:,\"']|-[IL])((?:\.\./|/)[\w.@/+-]{1,300})")


def named_outside(space: Workspace) -> Iterator[Region]:
    """`//go:generate protoc -I ../proto …`, `#cgo CFLAGS: -I${SRCDIR}/../clib`, as seen from the package."""
    tree = space.tree
    for package in named_packages(("./...",), space, Tags()):
        folder = package.directory or space.directory
        for name in tree.entries(folder):
            text = tree.text(join(folder, name)) if name.endswith(".go") else None
            for line in _LINE.findall(text) if text and ("go:generate" in text or "#cgo" in text) else ():
                places = (region(folder, path) for path in dict.fromkeys(_PLACE.findall(line)))
                yield from (p for p in places if tree.is_file(p.path) or tree.is_directory(p.path))
