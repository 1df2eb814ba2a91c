"""nginx in the place of the server that a file starts for its built site, where the author asked for it.

The project's own configuration decides how nginx serves, and has to be understood to the end: it listens where the
container was asked before, serves the same files, and needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.region import Region
from restage.api.start import Start
from restage.build.contract import RuntimeContract, contract
from restage.build.scope import after, base_scope
from restage.dockerfile.instructions import (
    Arg,
    Cmd,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Stopsignal,
)
from restage.image.web_server import MAIN_CONF, SITE_CONF
from restage.meaning.walk import Step
from restage.planning.announcing import announcements
from restage.planning.arrangement import (
    Applied,
    ArrangedStage,
    Arrangement,
    Drop,
    Keep,
    KeepFrom,
    Line,
    New,
    NewFrom,
    Reason,
    Refusal,
    Repeat,
)
from restage.planning.arranging import free_name, written_name
from restage.planning.beside import reads_variable
from restage.planning.copying import copy_line
from restage.planning.refusing import start_line
from restage.planning.serveable import Obstacle, Taking, taking
from restage.planning.situation import Served, Situation


def plan_served(situation: Situation, start: Start) -> Served | Refusal:
    """Plans the stage of nginx, or says what stands against it."""
    found = taking(situation, start)
    if isinstance(found, Obstacle):
        line = start_line(situation.stage.steps, situation.stage.origin.line)
        return Refusal("site-server", line, f"nginx can't serve the site: {found.why}", found.help)
    return _planned(situation, found)


def _planned(situation: Situation, found: Taking) -> Served:
    own = _own_lines(situation.stage.steps)
    dropped = tuple(_dropped(situation, found))
    old, new = contract(situation.walk.scopes[-1]), _contract(situation, found, own)
    reason = Reason(
        f"as asked for, nginx serves the site in the place of `{found.site.server}`",
        announcements(old, new, found),
    )
    return Served(
        _arrangement(situation, found, own, dropped, reason),
        new,
        tuple(name for name in old.environment if name not in new.environment),
        tuple(entry for entry in _path(old) if entry not in _path(new)),
        Region(found.site.root),
        found.conf.root,
        (Applied("site-server", found.image.reference.text, True),),
        found.image,
    )


def _arrangement(
    situation: Situation,
    found: Taking,
    own: tuple[Keep | Repeat, ...],
    dropped: tuple[Drop, ...],
    why: Reason,
) -> Arrangement:
    """The builder with all that builds the site, and nginx's stage with all that the image tells."""
    origin = situation.stage.origin
    name = free_name(("builder", "build", "build-stage"), situation, origin.name)
    elsewhere = {line.instruction for line in (*own, *dropped) if not isinstance(line, Repeat)}
    builder = ArrangedStage(
        KeepFrom(origin.index, name, None, Reason("what builds the site stays in this stage")),
        tuple(Keep(step.index) for step in situation.stage.steps if step.index not in elsewhere),
    )
    image = NewFrom(found.image.reference.text, written_name(situation.stage), origin.platform, why)
    head = tuple(Keep(instruction.index) for instruction in situation.build.instructions[: origin.index])
    return Arrangement(head, (builder, ArrangedStage(image, (*_copies(found, name), *own))), dropped)


def _contract(situation: Situation, found: Taking, own: tuple[Keep | Repeat, ...]) -> RuntimeContract:
    """What the image will tell whoever runs it."""
    scope = base_scope(found.image)
    for line in own:
        scope = after(scope, situation.build.instructions[line.instruction], situation.build)
    return contract(scope)


def _path(image: RuntimeContract) -> list[str]:
    return (image.environment.get("PATH") or "").split(":")


def _copies(found: Taking, builder: str) -> tuple[Line, ...]:
    """The site, and the configuration that says how it is served."""
    place = MAIN_CONF if found.conf.is_whole else SITE_CONF
    site = copy_line(builder, Region(found.site.root), found.conf.root)
    return (
        New(f"COPY {found.path} {place}", Reason("the project's own configuration of nginx")),
        New(site, Reason(f"what the build made, to where {found.path} looks for it")),
    )


def _own_lines(steps: tuple[Instruction, ...]) -> tuple[Keep | Repeat, ...]:
    """What the image tells whoever runs it, and the variables that this reads."""
    found: list[Keep | Repeat] = []
    texts: list[str] = []
    for step in reversed(steps):
        match step:
            case Label() | Expose() | Healthcheck() | Maintainer():
                found.append(Keep(step.index))
            case Arg(pairs=pairs) | Env(pairs=pairs) if any(
                reads_variable(text, name) for name, _ in pairs for text in texts
            ):
                found.append(Repeat(step.index, Reason("a line of this stage reads it")))
            case _:
                continue
        texts.append(step.text)
    return tuple(reversed(found))


def _dropped(situation: Situation, found: Taking) -> Iterator[Drop]:
    """What starts the server, and what was installed for it alone."""
    for step in situation.walk.steps:
        match step.instruction:
            case Cmd() | Entrypoint() | Stopsignal():
                yield Drop(step.instruction.index, Reason("nginx's image starts and stops nginx"))
            case Run() if _only_installs(step, found, situation):
                yield Drop(step.instruction.index, Reason(f"nobody needs it but `{found.site.server}`"))
            case _:
                pass


def _only_installs(step: Step, found: Taking, situation: Situation) -> bool:
    """Whether all that a RUN does is to install the server, and nothing runs after it that might call it."""
    later = situation.walk.steps[step.position + 1 :]
    return (
        bool(step.actions)
        and not any(isinstance(other.instruction, Run) for other in later)
        and all(
            action.known.products
            and all(product.region in found.site.only_for for product in action.known.products)
            for action in step.actions
        )
    )
