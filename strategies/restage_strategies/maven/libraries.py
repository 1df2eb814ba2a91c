"""The direct dependencies of the projects in a build context, and what is known of them."""

from __future__ import annotations

from functools import cached_property

from restage.api import Case, Record, State
from restage_strategies.maven.pom import Dependency, Plugin, read_pom
from restage_strategies.maven.rows import calls, needs_jdk

_SKIPPED = ("node_modules", ".git", "target", "build", "src")
_MOST_POMS = 300
_RUN_ANYTHING = frozenset(
    {
        "maven-antrun-plugin",
        "exec-maven-plugin",
        "groovy-maven-plugin",
        "gmavenplus-plugin",
        "maven-scripting-plugin",
    }
)


class Libraries(Record):
    """Direct dependencies, whichever project names them."""

    dependencies: tuple[Dependency, ...]
    unread: tuple[str, ...]
    """Poms that could not be read."""
    uncopied: bool
    """Whether a manifest's class path names jars that no plugin copies to their place."""
    in_repository: bool
    """Whether a pom names a place in the local repository."""
    running: tuple[str, ...]
    """Plugins that run whatever the pom names, and so may write anywhere in the project."""

    @cached_property
    def called(self) -> dict[str, tuple[str, ...]]:
        """Programs that libraries call, by library."""
        return {each.name: programs for each in self.dependencies if (programs := calls(each))}

    @cached_property
    def compiling(self) -> tuple[str, ...]:
        """Libraries that work with a JDK only."""
        return tuple(f"{each.name} {what}" for each in self.dependencies if (what := needs_jdk(each)))


def libraries_of(case: Case, state: State) -> Libraries:
    """The dependencies of every pom that the build can see; state tells nothing more."""
    found: dict[Dependency, None] = {}
    unread: list[str] = []
    plugins: list[Plugin] = []
    in_repository = False
    count = 0
    for path in case.context.walk("", _SKIPPED):
        if path.rpartition("/")[2] != "pom.xml" or count >= _MOST_POMS:
            continue
        count += 1
        text = case.context.text(path) or ""
        in_repository = in_repository or ".m2/repository" in text
        pom = read_pom(text)
        if pom is None:
            unread.append(path)
            continue
        parts = (pom.own, *(profile.part for profile in pom.profiles))
        found.update(dict.fromkeys(each for part in parts for each in part.dependencies))
        plugins += (plugin for part in parts for plugin in part.plugins)
    running = {plugin.name: None for plugin in plugins if plugin.name in _RUN_ANYTHING and plugin.goals}
    copied = any({"copy-dependencies", "copy"} & {*plugin.goals} for plugin in plugins)
    listed = any(plugin.setting("addClasspath") == "true" for plugin in plugins)
    uncopied = listed and not copied and any(each.scope in ("compile", "runtime") for each in found)
    return Libraries(tuple(found), tuple(unread), uncopied, in_repository, tuple(running))
