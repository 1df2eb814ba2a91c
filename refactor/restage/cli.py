"""The command: reads its options, runs the engine over the files, prints and exits. Nothing else prints or exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restage import __version__
from restage.exit_codes import Exit
from restage.verbs.options import building, building_options

if TYPE_CHECKING:
    from restage.api.option import Chosen

_OBJECTS_BEFORE_COLLECTION = 100_000
"""What is made while modules load lives to the end: looking through it for garbage takes a twentieth of a cold run."""


_VERBS = ("verify",)
"""Longer jobs, each a module of `verbs`; a path of such a name is written `./verify`."""


class _WithVerbs(click.Command):
    """The plain command, or the verb that the first argument names."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if not args or args[0] not in _VERBS:
            return super().make_context(info_name, args, parent, **extra)
        verb: click.Command = getattr(import_module(f"restage.verbs.{args[0]}"), args[0])
        return verb.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and below them what strategies let users choose; they are looked at only for that."""
        super().format_options(ctx, formatter)
        from restage.catalog import offered, strategies

        rows = [
            (f"{option.name}={'|'.join(option.values)}", option.what)
            for option in offered(strategies()).values()
        ]
        with formatter.section("Choices for --option (the first value holds without it)"):
            formatter.write_dl(rows)


def _chosen(ctx: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> Chosen:
    """The choices of `--option`."""
    if not texts:
        return ()
    from restage.catalog import BadOption, chosen, strategies

    try:
        return chosen(texts, strategies())
    except BadOption as error:
        raise click.UsageError(str(error), ctx) from None


@click.command(
    cls=_WithVerbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Verbs: restage verify BEFORE AFTER (see restage verify --help).",
)
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
@click.option(
    "--option",
    "options",
    multiple=True,
    callback=_chosen,
    metavar="NAME=VALUE",
    help="Ask a strategy for something that it does not do by itself (see below).",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Print the report to a file.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether the diff has colours.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes handle many files (default: as many as there are processors).",
)
@click.option(
    "--verify", "verifying", is_flag=True, help="Build and run both before anything is written (exit code 5)."
)
@click.option(
    "--probe",
    "probing",
    is_flag=True,
    help="Build and try the original first, and plan with what it opens, starts and links to.",
)
@building_options
@click.option("-q", "--quiet", is_flag=True, help="Only errors on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Also what was considered and left alone.")
@click.version_option(__version__, prog_name="restage")
def main(
    paths: tuple[str, ...],
    mode: str | None,
    unsafe: bool,
    context: Path | None,
    style: str,
    options: Chosen,
    output: Path | None,
    color: str,
    jobs: int | None,
    quiet: bool,
    verbose: bool,
    verifying: bool,
    probing: bool,
    **given: Any,
) -> None:
    """Split single-stage Dockerfiles into builder and runtime stages, and say why.

    PATHS are Dockerfiles, or directories in which Dockerfiles are found; `-` reads standard input. Without
    --write the diff is printed on stdout, everything else on stderr.
    """
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    from restage.handling import Manner
    from restage.session import Options, Session

    how = building(given)

    shows = how if verifying else None, how if probing else None
    manner = Manner(mode or "preview", unsafe, context, style, quiet, verbose, *shows, options)
    try:
        sys.exit(Session(Options(manner, output, color, jobs)).run(_named(paths)))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)


def _named(paths: tuple[str, ...]) -> Iterator[str]:
    yield from paths or (".",)


if __name__ == "__main__":
    main()
