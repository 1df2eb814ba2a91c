"""Java with Maven, or with javac alone: from the project to the jar that a container starts."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Case, Command, Detection, Effect, Product, Reduction, Resolution, Start, State
from restage_strategies.maven.commands import COMPILERS, as_maven


class MavenStrategy:
    """What Maven and the JDK teach: where a build puts its jar, and what a JRE lacks."""

    name = "maven"

    def detect(self, case: Case) -> Detection | None:
        """Maven or a Java compiler at work in the stage; the root is the first directory with a pom."""
        commands = [str(c) for c in case.commands if as_maven(c) is not None or c.name in COMPILERS]
        if not commands:
            return None
        context = case.context
        poms = [
            name for name in ("pom.xml", *context.glob("*/pom.xml")[:1]) if context.kind(name) is not None
        ]
        root = poms[0].rpartition("/")[0] if poms else ""
        return Detection(root, (*poms[:1], *(f"RUN {text}" for text in commands[:2])))

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """The effect of Maven, of the JDK's compilers and tools, and of `java` in a RUN."""
        from restage_strategies.maven.effects import effect_of

        return effect_of(command, state, case)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """What `java` runs, or a start that needs the JDK or Maven."""
        from restage_strategies.maven.starts import resolve_start

        return resolve_start(command, state, case)

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """Jars, class files, and what Maven downloaded."""
        from restage_strategies.maven.products import products_of

        return products_of(command, effect, state, case)

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """A JRE in place of the JDK, the artifact alone, fewer packages."""
        from restage_strategies.maven.reductions import reductions_of

        return reductions_of(product, starts, state, case)


STRATEGY = MavenStrategy()
