"""A verdict goes out: as a table, as JSON, or as a page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from restage.output.summary import print_coloured_summary, print_summary, shows_tables
from restage.output.terminal import on_stdout
from restage.verify.asking import Asked
from restage.verify.engines import Engine, engine_name
from restage.verify.report import as_json, summarised
from restage.verify.verification import Verdict
from restage.writing import appender


def show(verdict: Verdict, engine: Engine, asked: Asked, style: str, output: Path | None) -> None:
    """Prints a verdict, to stdout or to a file.

    Raises:
        OSError: the file can't be written.
    """
    write: Callable[[str], None] = appender(output) if output else on_stdout
    before, after = str(asked.before), str(asked.after)
    title = f"{before} → {after} ({engine_name(engine)})"
    match style:
        case "json":
            write(as_json(verdict, before, after, engine_name(engine)) + "\n")
        case "html":
            from restage.verify.page import page

            write(page(verdict, title))
        case _ if output is None and shows_tables(sys.stdout):
            print_coloured_summary(summarised(verdict, title))
        case _:
            print_summary(summarised(verdict, title), write)
