"""The command lines of Maven: what is run, on which project, with which settings (mvn --help)."""

from __future__ import annotations

import posixpath

from restage.api import Command, Record, options, replace

MAVEN = frozenset({"mvn", "mvnw", "mvnd", "mvnDebug"})
COMPILERS = frozenset({"javac", "kotlinc", "scalac"})
_SHELLS = frozenset({"sh", "bash", "dash", "ash"})
_VALUED = frozenset(
    """
    -f --file -pl --projects -P --activate-profiles -D --define -s --settings -gs --global-settings -t --toolchains
    -gt --global-toolchains -T --threads -l --log-file -b --builder -rf --resume-from -ep --encrypt-password
    -emp --encrypt-master-password --color -is --install-settings -ps --project-settings
    """.split()
)
_LONG = {
    "--file": "-f",
    "--projects": "-pl",
    "--activate-profiles": "-P",
    "--settings": "-s",
    "--global-settings": "-gs",
    "--log-file": "-l",
    "--also-make": "-am",
    "--toolchains": "-t",
}

_CLEANING = frozenset({"pre-clean", "clean", "post-clean"})
_BUILDING = frozenset(
    """
    process-sources process-resources compile process-classes test-compile test prepare-package package
    pre-integration-test integration-test post-integration-test verify install deploy generate-sources
    generate-resources initialize validate process-test-classes
    """.split()
)
_PACKAGING = frozenset(
    "package pre-integration-test integration-test post-integration-test verify install deploy".split()
)

_PACKAGERS = frozenset({"assembly:single", "jar:jar", "shade:shade", "spring-boot:repackage", "war:war"})


class Invocation(Record):
    """One run of Maven: `mvn -f app/pom.xml clean package -DskipTests` has two goals, a file and a definition."""

    goals: tuple[str, ...]
    flags: tuple[tuple[str, str], ...] = ()
    known: bool = True
    """Whether every word is known to its last character."""

    def value(self, name: str) -> str | None:
        """The value of an option by its short name; the last one counts."""
        return next((value for key, value in reversed(self.flags) if key == name), None)

    @property
    def definitions(self) -> dict[str, str]:
        """The user properties (`-Dname=value`; a name alone is `true`)."""
        pairs = (value.partition("=") for key, value in self.flags if key == "-D")
        return {name: value if sign else "true" for name, sign, value in pairs}

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that are switched on; one that `!` or `-` switches off keeps its sign."""
        told = (value for key, value in self.flags if key == "-P")
        return tuple(name.strip() for value in told for name in value.split(",") if name.strip())

    @property
    def cleans(self) -> bool:
        """Whether a phase of the clean lifecycle runs."""
        return bool(_CLEANING.intersection(self.goals)) or "clean:clean" in self.goals

    @property
    def builds(self) -> bool:
        """Whether a phase of the default lifecycle runs."""
        return bool(_BUILDING.intersection(self.goals))

    @property
    def packages(self) -> bool:
        """Whether the phase that makes the artifact runs."""
        return bool(_PACKAGING.intersection(self.goals)) or bool(_PACKAGERS & {*self.plugin_goals})

    @property
    def plugin_goals(self) -> tuple[str, ...]:
        """Goals called by name, prefix and goal alone: `dependency:go-offline`, whatever the version."""
        return tuple(_short(goal) for goal in self.goals if ":" in goal)


def _short(goal: str) -> str:
    """`org.apache.maven.plugins:maven-dependency-plugin:3.6.0:go-offline@x` is `dependency:go-offline`."""
    parts = goal.partition("@")[0].split(":")
    plugin = parts[0] if len(parts) == 2 else parts[1] if len(parts) > 2 else parts[0]
    prefix = plugin.removeprefix("maven-").removesuffix("-plugin").removesuffix("-maven")
    return f"{prefix}:{parts[-1]}"


def as_maven(command: Command) -> Command | None:
    """The command as one of Maven, a shell in front of the wrapper peeled off; None: not Maven."""
    if command.name in MAVEN:
        return command
    if command.name in _SHELLS:
        at = next((n for n, word in enumerate(command.words) if n and not word.startswith("-")), 0)
        if at and posixpath.basename(command.words[at]) == "mvnw" and "-c" not in command.words[:at]:
            known = command.known[at:] if command.known else ()
            return replace(command, words=command.words[at:], known=known)
    return None


def read_maven(command: Command) -> Invocation:
    """The parts of a Maven command, `as_maven` having peeled it."""
    given = tuple(word for word in command.arguments if word)
    apart = [part for word in given for part in _apart(word)]
    parsed = options(apart, _VALUED)
    flags = tuple((_LONG.get(name, name), value or "") for name, value in parsed.flags)
    known = all(command.is_known(number) for number in range(1, len(command.words)))
    return Invocation(parsed.operands, flags, known)


def _apart(word: str) -> tuple[str, ...]:
    """Words as the option reader has them: `-Dx=y` in two, options of more than one letter as long ones."""
    if word.startswith("--") or not word.startswith("-") or len(word) == 2:
        return (word,)
    if word[:2] in ("-D", "-P", "-T"):
        return (word[:2], word[2:])
    name, sign, value = word.partition("=")
    long = {short: full for full, short in _LONG.items()}.get(name)
    if long:
        return (long, value) if sign else (long,)
    return (f"-{word}",) if not word.startswith("-f") else ("-f", word[2:].removeprefix("="))
