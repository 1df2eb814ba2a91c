"""A stage with a Go project in it, and Go sources, for the tests of the Go strategy."""

from __future__ import annotations

from projects import Stage as AnyStage
from restage.api import ClaimKind, Evidence, Reduction
from restage_strategies.go import STRATEGY

MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'
MODULE = "module example.org/shop\n\ngo 1.22\n"
LAYOUT = {
    "go.mod": MODULE + "tool golang.org/x/tools/cmd/stringer\n",
    "go.sum": "",
    "main.go": MAIN,
    "cmd/server/main.go": MAIN,
    "cmd/tool/main.go": MAIN,
    "internal/x/x.go": "package x\n",
    "bin/.keep": "",
}


class Stage(AnyStage):
    strategy = STRATEGY
    usual_base = "golang:1.22"


def program(body: str, *imports: str) -> str:
    lines = "".join(f'\t"{path}"\n' for path in imports)
    return f"package main\n\nimport (\n{lines})\n\nfunc main() {{\n{body}\n}}\n"


def evidence(found: Reduction, kind: ClaimKind) -> Evidence:
    return next(claim.evidence for claim in found.claims if claim.kind is kind)
