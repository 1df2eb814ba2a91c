"""The programs of a JDK in a RUN: what they read and write."""

from __future__ import annotations

import posixpath

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Effect,
    Evidence,
    Region,
    State,
    outermost,
    told_places,
    unknown,
)
from restage_strategies.maven.java_command import read_java

_LOOKS = frozenset("javap jps jinfo jstat jdeps jcmd jstack jmap serialver jimage jdeprscan".split())
_JAVAC_VALUED = frozenset(
    """
    -d -cp -classpath --class-path -p --module-path -s -h -sourcepath --source-path --module-source-path -source
    -target --release --source --target -encoding -processor -processorpath --processor-path --add-modules
    --add-exports --add-reads --limit-modules -m --module --upgrade-module-path --system -bootclasspath -extdirs
    -endorseddirs -Xmaxerrs -Xmaxwarns -include-runtime -jvm-target -module-name -language-version -api-version
    """.split()
)


def jdk_effect(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a program of the JDK; None: it is none, or one that a build seldom runs."""
    match command.name:
        case "javac" | "kotlinc" | "scalac":
            return _compiled(command, state)
        case "java":
            return _java(command, state)
        case "jar":
            return _jar(command, state)
        case "jlink" | "javadoc":
            told = _after(command, "--output", "-d")
            place = state.path(told) if told else Region(state.directory)
            return Effect(reads=(Region(state.directory),), writes=(place,))
        case "keytool":
            return _keytool(command, state)
        case name if name in _LOOKS:
            return Effect(reads=(Region(state.directory),))
        case _:
            return None


def _after(command: Command, *names: str) -> str | None:
    """The word behind one of these options, or in it behind `=`."""
    words = command.arguments
    for number, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in names and sign:
            return value
        if word in names and number + 1 < len(words):
            return words[number + 1]
    return None


def source_operands(command: Command) -> tuple[str, ...]:
    """What a compiler is to compile: files, patterns, argument files."""
    found: list[str] = []
    words = iter(command.arguments)
    for word in words:
        if word in _JAVAC_VALUED and word != "-include-runtime":
            next(words, None)
        elif not word.startswith("-"):
            found.append(word)
    return tuple(found)


def _compiled(command: Command, state: State) -> Effect:
    """Class files land below `-d`, else beside their sources (javac, `Output location of classes`)."""
    told = _after(command, "-d")
    operands = source_operands(command)
    here = Region(state.directory)
    known = [state.path(word) for word in operands if not word.startswith(("@", "$"))]
    beside = [Region(posixpath.dirname(place.path) or "/") for place in known]
    if told:
        place = state.path(told)
        writes: tuple[Region, ...] = (place,)
    else:
        writes = outermost(tuple(beside if len(known) == len(operands) and beside else [here]))
    return Effect(reads=outermost((here, *beside)), writes=writes)


def _jar(command: Command, state: State) -> Effect:
    """`jar cfe app.jar …`, `jar --create --file app.jar …`, `jar xf app.jar`."""
    words = command.arguments
    here = Region(state.directory)
    told = _after(command, "--file", "-f")
    letters = words[0].removeprefix("-") if words and not words[0].startswith("--") else ""
    if told is None and "f" in letters:
        order = [letter for letter in letters if letter in "fme"]
        at = 1 + order.index("f")
        told = words[at] if at < len(words) else None
    unpacks = "x" in letters or "--extract" in words or "-x" in words
    lists = "t" in letters or "--list" in words
    if lists:
        return Effect(reads=(here,))
    file = state.path(told) if told else here
    moved = _after(command, "-C")
    reads = (here, file, *((state.path(moved),) if moved else ()))
    return Effect(reads=outermost(reads), writes=(here,) if unpacks or not told else (file,))


def _keytool(command: Command, state: State) -> Effect:
    """A certificate that is taken in is taken in again; a key that is made is another one every time."""
    words = {word.lstrip("-").lower() for word in command.arguments if word.startswith("-")}
    told = _after(command, "-keystore")
    home = state.variable("JAVA_HOME")
    file = (
        told if told else f"{home}/lib/security/cacerts" if "cacerts" in words else f"{state.home}/.keystore"
    )
    source = _after(command, "-file") or _after(command, "-srckeystore")
    reads = (state.path(source),) if source else ()
    if words & {"list", "printcert", "exportcert", "export", "certreq"}:
        return Effect(reads=(*reads, state.path(file)))
    takes_in = words & {"importcert", "import", "trustcacerts", "delete"}
    writes = (state.path(file),)
    if takes_in:
        return Effect(reads=reads, writes=writes, repeatable=True, programs=("keytool",))
    return Effect(reads=reads, writes=writes)


def _java(command: Command, state: State) -> Effect:
    """A program of the project, or one that was fetched, runs in a RUN."""
    run = read_java(command)
    if run.target is None:
        home = state.variable("JAVA_HOME")
        if any(word == "-Xshare:dump" for word in command.arguments) and home:
            return Effect(writes=(Region(home).below("lib/server"),), repeatable=True, programs=("java",))
        return Effect(repeatable=True)
    here = Region(state.directory)
    if "extract" in command.arguments and any(word.startswith("-Djarmode=") for word in command.arguments):
        return _extracted(command, run.target, state)
    reads = (here, *(state.path(path) for path in run.files))
    archive = next(
        (w.partition("=")[2] for w in command.arguments if w.startswith("-XX:ArchiveClassesAtExit=")), ""
    )
    places = told_places(_behind(command, run.target), state)
    if places is None:
        return unknown(f"whether {run.target} writes to the places that it is told is not known")
    told = (*((state.path(archive),) if archive else ()), *places)
    claim = Claim(
        ClaimKind.BOUNDED_WRITES,
        str(command),
        Evidence(
            Basis.SEARCH, f"`{command.words[0]} {run.target}` writes below {here} and where it is told to"
        ),
    )
    return Effect(reads=outermost((*reads, *told)), writes=outermost((here, *told)), claims=(claim,))


def _extracted(command: Command, jar: str, state: State) -> Effect:
    """Spring Boot's jars take themselves apart; into a directory of the jar's name since they know more tools than that."""
    named = posixpath.basename(jar).removesuffix(".jar") if "-Djarmode=tools" in command.arguments else "."
    told = _after(command, "--destination") or named
    return Effect(reads=(state.path(jar),), writes=(state.path(told),))


def _behind(command: Command, target: str) -> tuple[str, ...]:
    """The words that the program gets, and not Java."""
    words = command.arguments
    return words[words.index(target) + 1 :] if target in words else words
