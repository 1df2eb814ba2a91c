"""What may be left out around a jar: the JDK, Maven, sources, packages of the build."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    EVERYWHERE,
    BaseImage,
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Evidence,
    Made,
    PathNeed,
    Product,
    ProductKind,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
    outermost,
)
from restage.api.tree import Changed
from restage_strategies.maven.application import beside, reading_sources, wrote_all
from restage_strategies.maven.java_command import OPTIONS, Run, read_java
from restage_strategies.maven.libraries import Libraries, libraries_of
from restage_strategies.maven.sources import Survey

_JDK_MODULES = frozenset(
    f"jdk.{name}"
    for name in """
    attach compiler hotspot.agent internal.jvmstat jartool javadoc jcmd jconsole jdi jlink jpackage jshell
    """.split()
)
_ARCHIVES = ("-XX:SharedArchiveFile", "-XX:AOTCache", "-agentlib:", "-agentpath:")
_OF_A_JDK = re.compile(r"\b(?:tools|dt|jconsole|sa-jdi)\.jar\b|/jmods\b|\bct\.sym\b")
"""Files of a JDK that its JRE lacks."""
_MOST_KEPT = 8
"""With more pieces than that the directory goes along whole."""
_PLAIN_AGENTS = ("-agentlib:jdwp", "-agentlib:instrument", "-agentlib:management")


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offers for one product that goes along."""
    if product.kind not in (ProductKind.ARTIFACT, ProductKind.DEPENDENCIES):
        return
    survey = Survey(case.context)
    runtime, programs = _runtime(product, starts, state, case, survey), _programs(product, survey)
    yield Reduction(ReductionKind.SIBLING_BASE, product, (runtime, programs))
    yield Reduction(ReductionKind.BUILD_TOOLS, product, (runtime, programs))
    yield from _brought(product, state)
    artifact = _artifact_only(product, starts, state, case, survey)
    if artifact is not None:
        yield artifact


def _brought(product: Product, state: State) -> Iterator[Reduction]:
    """The base's own Java, where a directory around it goes along because something was unpacked beside it."""
    base = state.base
    told = base.config.env.get("JAVA_HOME") if isinstance(base, BaseImage) else None
    if not told or state.variable("JAVA_HOME") != told:
        return
    home = Region(told)
    touching = [event for event in state.tree.events if event.target.overlaps(home)]
    if not touching or any(home.covers(event.target) or event.target == EVERYWHERE for event in touching):
        return
    named = ", ".join(sorted({str(event.target) for event in touching}))
    evidence = Evidence(Basis.SEARCH, f"what was put into {named} lies beside {told}, which no command names")
    claim = Claim(ClaimKind.BOUNDED_WRITES, "the base's own Java", evidence)
    yield Reduction(ReductionKind.BROUGHT_BY_BASE, product, (claim,), goes=(home,))


def _runtime(product: Product, starts: tuple[Start, ...], state: State, case: Case, survey: Survey) -> Claim:
    libraries = libraries_of(case, state)
    against = (*survey.jdk, *libraries.compiling, *_asked_for(starts, state), *_put_inside(state))
    told = f"{survey.searched} and {len(libraries.dependencies)} direct dependencies"
    missing = [f"{path} can't be read" for path in libraries.unread]
    if not survey.count:
        missing.append("the program's sources, which are not in the build context")
    evidence = Evidence(
        Basis.RULE,
        f"vendor and major are those of the JDK; {told} use no tool of the JDK"
        if not against
        else f"{told}, for uses of the JDK's own tools",
        against=against,
        missing=tuple(missing),
    )
    return Claim(ClaimKind.JAR_RUNTIME, str(product.region), evidence)


def _put_inside(state: State) -> tuple[str, ...]:
    """What the file puts into, or names of, the JRE inside a JDK 8: the JRE's own image has it one directory higher."""
    home = state.variable("JAVA_HOME")
    if not home:
        return ()
    inner = Region(home).below("jre")
    put = tuple(event.target for event in state.tree.events if inner.covers(event.target))
    named = (name for name, value in state.environment.items() if value and f"{inner}/" in value)
    return (*(f"the file puts {place} there" for place in put), *(f"{name} names {inner}" for name in named))


def _asked_for(starts: tuple[Start, ...], state: State) -> tuple[str, ...]:
    """What a start names that only a JDK has, or that belongs to one very build of the virtual machine."""
    found: list[str] = []
    for where, run in _runs(starts, state):
        found += [f"{where} asks for module {name}" for name in run.modules if name in _JDK_MODULES]
        found += [
            f"{where} gives {word}"
            for word in run.words
            if word.startswith(_ARCHIVES) and not word.startswith(_PLAIN_AGENTS)
        ]
        named = (word for word in (*run.words, *run.files) if _OF_A_JDK.search(word))
        found += [f"{where} names {word}" for word in named]
    class_path = state.variable("CLASSPATH")
    found += [f"ENV CLASSPATH names {class_path}"] if _OF_A_JDK.search(class_path) else []
    return tuple(found)


def _runs(starts: tuple[Start, ...], state: State) -> Iterator[tuple[str, Run]]:
    """Each `java` that is started, and the options that variables give to all of them."""
    for start in starts:
        yield from ((start.where, read_java(command)) for command in start.reached if command.name == "java")
    for name in OPTIONS:
        if value := state.variable(name):
            yield f"ENV {name}", read_java(Command(("java", *value.split())))


def _programs(product: Product, survey: Survey) -> Claim:
    evidence = Evidence(
        Basis.SEARCH if survey.count else Basis.PARTIAL,
        f"{survey.searched}, for programs that they call",
        missing=tuple(f"{where} calls what it computes" for where in survey.computed),
        found=tuple(f"{call.where} calls {call.program}" for call in survey.calls),
    )
    return Claim(ClaimKind.UNNAMED_PROGRAM, str(product.region), evidence)


def _artifact_only(
    product: Product, starts: tuple[Start, ...], state: State, case: Case, survey: Survey
) -> Reduction | None:
    """What the starts come to, and all that is no source: the same for every product of the project."""
    root = _project_of(product.region, state)
    if root is None or product.region.covers(Region(root)):
        return None
    paths = [Region(need.path) for start in starts for need in start.needs if isinstance(need, PathNeed)]
    if not paths or Region(root) in paths or not _runs_what_was_built(starts, state):
        return None
    needed = tuple(
        _surely_there(place, root, state)
        for place in paths
        if Region(root).covers(place) and place.path != root
    )
    goes = product.kind is ProductKind.DEPENDENCIES or any(product.region.covers(path) for path in needed)
    others = (path for path in needed if not product.region.covers(path))
    keeps = outermost((*((product.region,) if goes else ()), *others, *beside(root, state, survey)))
    if Region(root) in keeps or len(keeps) > _MOST_KEPT:
        return None
    other = wrote_all(root, state)
    against = (f"`{other}` may have written anywhere in {root}",) if other else ()
    named = ", ".join(posixpath.relpath(place.path, root) for place in keeps) or "nothing"
    evidence = Evidence(
        Basis.RULE,
        f"of {root} all but sources, build files and papers goes along ({named}), and {survey.searched} open none of these",
        against=(*reading_sources(survey), *against),
        missing=_not_told(libraries_of(case, state)),
    )
    claim = Claim(ClaimKind.APPLICATION_FILES, str(product.region), evidence)
    return Reduction(ReductionKind.ARTIFACT_ONLY, product, (claim,), keeps=keeps)


def _not_told(libraries: Libraries) -> tuple[str, ...]:
    """What the poms leave open of the files beside the artifact."""
    written = tuple(f"what {name} writes" for name in libraries.running)
    return (*written, "where the jars of the manifest's class path are") if libraries.uncopied else written


def _surely_there(place: Region, root: str, state: State) -> Region:
    """The place, or the directory around it where only running tells that a build makes just that file."""
    told = any(
        isinstance(event, Changed) and event.target.covers(place) and not event.target.covers(Region(root))
        for event in state.tree.events
    )
    tree = state.tree
    if told or tree.is_file(place.path) or tree.is_directory(place.path):
        return place
    return Region(posixpath.dirname(place.path)) if "." in posixpath.basename(place.path) else place


def _runs_what_was_built(starts: tuple[Start, ...], state: State) -> bool:
    """Whether `java` is started, and with a file that a command made: Maven, or one that moved what it made."""
    runs_java = any(command.name == "java" for start in starts for command in start.reached)
    needs = (need for start in starts for need in start.needs if isinstance(need, PathNeed))
    return runs_java and any(isinstance(state.tree.origin(need.path), Made) for need in needs)


def _project_of(place: Region, state: State) -> str | None:
    """The outermost directory around the product that holds a pom."""
    found, here = None, posixpath.dirname(place.path)
    while here not in ("", "/"):
        if state.tree.is_file(posixpath.join(here, "pom.xml")):
            found = here
        here = posixpath.dirname(here)
    return found
