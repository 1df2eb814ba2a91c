"""The command: reads its options, runs the engine over the files, prints and exits. Nothing else prints or exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from restage import __version__

_OBJECTS_BEFORE_COLLECTION = 100_000
"""What is made while modules load lives to the end: looking through it for garbage takes a twentieth of a cold run."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--write", "mode", flag_value="write", help="Write the files back.")
@click.option("--check", "mode", flag_value="check", help="Exit 1 if a file would change; write nothing.")
@click.option(
    "--unsafe", is_flag=True, help="Apply all that is expected, not only what is proven or has held so far."
)
@click.option(
    "--context",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The build context of the Dockerfiles given.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "diff", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Print the report to a file.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether the diff has colours.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only errors on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Also what was considered and left alone.")
@click.version_option(__version__, prog_name="restage")
def main(
    paths: tuple[str, ...],
    mode: str | None,
    unsafe: bool,
    context: Path | None,
    style: str,
    output: Path | None,
    color: str,
    quiet: bool,
    verbose: bool,
) -> None:
    """Split single-stage Dockerfiles into builder and runtime stages, and say why.

    PATHS are Dockerfiles, or directories in which Dockerfiles are found; `-` reads standard input. Without
    --write the diff is printed on stdout, everything else on stderr.
    """
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    from restage.session import Options, Session

    session = Session(Options(mode or "preview", unsafe, context, style, output, color, quiet, verbose))
    sys.exit(session.run(_named(paths)))


def _named(paths: tuple[str, ...]) -> Iterator[str]:
    yield from paths or (".",)


if __name__ == "__main__":
    main()
