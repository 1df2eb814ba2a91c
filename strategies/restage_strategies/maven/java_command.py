"""The command line of `java`: what it runs, from where (the JDK's tool specifications)."""

from __future__ import annotations

from restage.api import Command, Record

OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS")
"""Variables that hold options: `java` reads the first three, scripts and start commands the others."""
_CLASS_PATH = frozenset({"-cp", "-classpath", "--class-path"})
_MODULE_PATH = frozenset({"-p", "--module-path", "--upgrade-module-path"})
_VALUED = frozenset(
    "--add-modules --add-exports --add-opens --add-reads --limit-modules --patch-module -d --describe-module "
    "--source --enable-native-access --illegal-native-access --finalization".split()
)


class Run(Record):
    """One run of `java`."""

    target: str | None
    """The jar, the main class, the module or the source file; None where nothing is run."""
    is_jar: bool = False
    is_source: bool = False
    files: tuple[str, ...] = ()
    """The jar or source file, agents and every entry of the class and module path."""
    modules: tuple[str, ...] = ()
    """Modules that are asked for by name."""
    words: tuple[str, ...] = ()
    """The options."""
    known: bool = True
    """Whether every option in front of the program is known."""


def read_java(command: Command) -> Run:
    """The parts of a `java` command; variables that may hold options are passed over."""
    words = list(command.arguments)
    files: list[str] = []
    modules: list[str] = []
    read: list[str] = []
    known, is_jar = True, False
    while words:
        word = words.pop(0)
        if not word or word.startswith(("$", "@")):
            if is_jar and word and not any(_is_archive(other) for other in words):
                return Run(word, True, False, (*files, word), tuple(modules), tuple(read), known)
            known = known and not word.startswith("@")
            continue
        name, sign, value = word.partition("=")
        if (
            word == "-jar"
        ):  # a switch: the jar is the first word that is no option, `java -jar -Xmx300m app.jar`
            is_jar = True
            continue
        if name in ("-m", "--module"):
            target = value if sign else words.pop(0) if words else ""
            return Run(target, False, False, tuple(files), tuple(modules), tuple(read), known)
        if name in _CLASS_PATH | _MODULE_PATH:
            text = value if sign else words.pop(0) if words else ""
            files.extend(entry for entry in text.split(":") if entry)
            continue
        if word.startswith("-javaagent:"):
            files.append(word.partition(":")[2].partition("=")[0])
        if name in _VALUED:
            text = value if sign else words.pop(0) if words else ""
            if name == "--add-modules":
                modules.extend(text.split(","))
            continue
        if not word.startswith("-"):
            is_source = word.endswith(".java") and not is_jar
            files.extend([word] if is_source or is_jar else ())
            return Run(word, is_jar, is_source, tuple(files), tuple(modules), tuple(read), known)
        read.append(word)
    return Run(None, is_jar, files=tuple(files), modules=tuple(modules), words=tuple(read), known=known)


def _is_archive(word: str) -> bool:
    """Whether a word looks like the jar: then a variable in front of it holds options, `java -jar $JAVA_OPTS app.jar`."""
    return not word.startswith("-") and word.rpartition(".")[2].rstrip("\"'") in ("jar", "war", "ear")
