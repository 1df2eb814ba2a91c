"""The command line of `java`: what it runs, from where (the JDK's tool specifications)."""

from __future__ import annotations

from restage.api import Command, Record

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
    known = True
    while words:
        word = words.pop(0)
        if not word or word.startswith(("$", "@")):
            known = known and not word.startswith("@")
            continue
        name, sign, value = word.partition("=")
        if word == "-jar" and words:
            return Run(words[0], True, False, (*files, words[0]), tuple(modules), tuple(read), known)
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
            is_source = word.endswith(".java")
            files.extend([word] if is_source else ())
            return Run(word, False, is_source, tuple(files), tuple(modules), tuple(read), known)
        read.append(word)
    return Run(None, files=tuple(files), modules=tuple(modules), words=tuple(read), known=known)
