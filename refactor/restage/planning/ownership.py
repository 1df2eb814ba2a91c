"""Owner and mode of a copied directory itself, which COPY --from does not carry over (moby/buildkit#1941)."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.command import Command
from restage.api.product import ProductKind
from restage.api.region import Region
from restage.api.tree import Placed
from restage.dockerfile.instructions import Add, Copy, Workdir
from restage.meaning.actions import Action
from restage.meaning.walk import Step, Walk
from restage.planning.sorted import Sorted
from restage.shell.commands import options

_CHANGERS = ("chown", "chgrp", "chmod")
_VALUED = frozenset({"--reference", "--from"})


def directory_commands(walk: Walk, sorted_: Sorted) -> Iterator[tuple[int, str]]:
    """Position and text of the commands that give a copied directory its owner and mode in the runtime stage."""
    for copied in (*sorted_.regions, *sorted_.narrowed):
        if not _is_directory(copied, walk):
            continue
        for step in walk.steps[sorted_.first : sorted_.cut + 1]:
            if isinstance(step.instruction, Copy | Add) and _creates(step, copied, walk):
                yield (
                    _as_root(step, walk),
                    f"mkdir -p {copied.path} && chown {step.instruction.chown} {copied.path}",
                )
            texts = [_on_itself(action, copied, sorted_) for action in step.actions]
            told = list(dict.fromkeys(filter(None, texts)))
            if told and not _is_made(copied, step, walk):
                told.insert(0, f"mkdir -p {copied.path}")
            if told:
                yield step.position, " && ".join(told)


def _is_made(copied: Region, step: Step, walk: Walk) -> bool:
    """Whether a WORKDIR before the step makes the directory."""
    return any(
        isinstance(earlier.instruction, Workdir)
        and walk.scopes[earlier.position + 1].directory == copied.path
        for earlier in walk.steps[: step.position]
    )


def _is_directory(copied: Region, walk: Walk) -> bool:
    """Whether something shows that the place is a directory; COPY keeps owner and mode of a file."""
    named = [walk.scopes[s.position + 1].directory for s in walk.steps if isinstance(s.instruction, Workdir)]
    placed = [place.target for step in walk.steps for place in step.placed]
    written = [place for _, action in walk.actions for place in action.effect.changes]
    return (
        copied.path in named
        or any(copied != place and copied.covers(place) for place in (*placed, *written))
        or walk.final.tree.is_directory(copied.path)
        or any(
            copied in action.effect.writes and makes_directories(action.command) for _, action in walk.actions
        )
        or any(
            product.region == copied and product.kind is ProductKind.DEPENDENCIES
            for _, action in walk.actions
            for product in action.known.products
        )
    )


def makes_directories(command: Command) -> bool:
    """Whether what the command writes is a directory."""
    flags = {flag for flag, _ in options(list(command.arguments), frozenset()).flags}
    return (
        command.name in ("mkdir", "git", "useradd", "adduser")
        or (command.name == "install" and bool({"-d", "--directory"} & flags))
        or (command.name in ("cp", "rsync") and bool({"-r", "-R", "-a", "--recursive", "--archive"} & flags))
    )


def _as_root(step: Step, walk: Walk) -> int:
    """Position of the last step up to this one before which the user is root: that of the USER that switches."""
    return next(
        (s.position for s in reversed(walk.steps[: step.position + 1]) if s.state.user in ("root", "0")),
        step.position,
    )


def _creates(step: Step, copied: Region, walk: Walk) -> bool:
    """Whether a COPY with an owner is what makes the directory."""
    instruction = step.instruction
    if (
        not isinstance(instruction, Copy | Add)
        or not instruction.chown
        or not any(place.target == copied for place in step.placed)
    ):
        return False
    earlier = walk.steps[: step.position]
    return not any(
        walk.scopes[s.position + 1].directory == copied.path or _is_below(s.placed, copied) for s in earlier
    )


def _is_below(placed: tuple[Placed, ...], copied: Region) -> bool:
    return any(copied.covers(place.target) for place in placed)


def _on_itself(action: Action, copied: Region, sorted_: Sorted) -> str | None:
    """The command without its recursion, if it changes the directory itself."""
    command = action.command
    if command.name not in _CHANGERS or not command.all_known:
        return None
    parsed = options(list(command.arguments), _VALUED)
    if len(parsed.operands) < 2:
        return None
    spec, *targets = parsed.operands
    recursive = any(flag in ("-R", "--recursive") for flag, _ in parsed.flags)
    places = [action.state.path(target) for target in targets]
    if not any(place == copied or (recursive and place.covers(copied)) for place in places):
        return None
    return f"{command.name} {spec} {copied.path}" if sorted_.is_settled(copied) else None
