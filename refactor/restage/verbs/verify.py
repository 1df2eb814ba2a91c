"""`restage verify BEFORE AFTER`: builds and runs two Dockerfiles, and says whether they are the same program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restage.exit_codes import Exit
from restage.verbs.options import building, building_options

if TYPE_CHECKING:
    from restage.verify.asking import Asked


@click.command(name="verify", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--context",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The build context of both.",
)
@building_options
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Print the report to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def verify(
    before: Path,
    after: Path,
    context: Path | None,
    style: str,
    output: Path | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Build BEFORE and AFTER, run both, and say whether they are the same program.

    Both are Dockerfiles, or directories with a Dockerfile in them. Exit code 5: they are not the same.
    """
    from restage.verify.asking import Asked

    one, other = _file(before), _file(after)
    asked = Asked(one, other, context or _context(one), building(given))
    try:
        sys.exit(_answered(asked, style, output, quiet))
    except KeyboardInterrupt:
        click.echo("restage: interrupted; containers, images and files of this run are gone", err=True)
        sys.exit(Exit.INTERRUPTED)


def _answered(asked: Asked, style: str, output: Path | None, quiet: bool) -> Exit:
    from restage.config import BadConfig
    from restage.output.progress import progress
    from restage.verbs.showing import show
    from restage.verify.asking import engine_for, task_for
    from restage.verify.engines import EngineTrouble
    from restage.verify.report import holds
    from restage.verify.verification import verify

    try:
        engine, task = engine_for(asked.building), task_for(asked)
        with progress(quiet) as heard:
            verdict = verify(engine, task, heard)
    except (EngineTrouble, BadConfig, ValueError, OSError) as error:
        click.echo(f"restage: {error}", err=True)
        return Exit.USAGE
    show(verdict, engine, asked, style, output)
    return Exit.DONE if holds(verdict) else Exit.VERIFICATION_FAILED


def _file(path: Path) -> Path:
    return path / "Dockerfile" if path.is_dir() else path


def _context(before: Path) -> Path:
    """The build context that the file has in its repository, else the directory that it lies in."""
    from restage.engine import Request, refactor

    found = refactor(Request(before, before.read_bytes()), ())
    return found.context or before.parent
