"""The words of a command line that stands in a script, a Makefile or a document, and its options."""

import re
import shlex
from dataclasses import dataclass, field

from restage.record import Record

_SUBSTITUTION = re.compile(r"\$\((\w+)\)|\$\([^()]*\)|`[^`]*`|<\w[\w-]*(?: \w[\w-]*)*>")
"""What stands for something that only running tells, or that the reader of a document puts in its place."""
_TEMPLATE = re.compile(r"\{\{([^{}\n]{0,300})\}\}")
"""What a workflow or a task runner puts in before a shell reads the line, spaces, quotes and bars within: one word."""

# Options that stand alone; every other one takes the next word when it has no `=`.
_ALONE = {
    *("--no-cache", "--pull", "--quiet", "--rm", "--force-rm", "--squash", "--push", "--load", "--compress"),
    *("--debug", "--layers", "--disable-content-trust", "--detach", "--interactive", "--tty", "--init"),
    *("--privileged", "--read-only", "--publish-all", "--no-healthcheck", "--oom-kill-disable"),
    *("--no-deps", "--service-ports", "--use-aliases", "--build", "--quiet-pull", "--remove-orphans"),
    *("--no-TTY", "--no-tty", "--compatibility", "--verbose", "--dry-run", "--all-resources", "--stdin"),
}


class Grammar(Record):
    """How the options of a command are written, which differs between build, run, exec and compose."""

    alone: re.Pattern[str]
    """Letters that take no value."""
    letters: dict[str, str]
    """The names of the others."""
    most_words: int
    """So many words may come before the last option."""


@dataclass
class Options:
    """What a command line gives: the values of each option in their order, and the other words."""

    values: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def last(self, name: str) -> str | None:
        """The value that counts where an option can be given once."""
        return self.values[name][-1] if name in self.values else None

    def every(self, name: str) -> list[str]:
        """All values of an option."""
        return self.values.get(name, [])


def words_of(text: str) -> list[str]:
    """The words of the command that `text` begins with; what isn't told is a variable; none where it can't be read."""
    text = _TEMPLATE.sub(lambda match: "{{" + re.sub(r"[^\w.-]", "", match[1]) + "}}", text)
    text = _SUBSTITUTION.sub(lambda match: f"${{{match[1] or '_'}}}", text)
    if text.count('"') % 2 or text.count("'") % 2:
        text = text.rstrip().rstrip("\"',")  # the line as a whole stood in quotes
    reader = shlex.shlex(text, posix=True, punctuation_chars=";<>|&")
    reader.whitespace_split = True
    words: list[str] = []
    try:
        for word in reader:
            if word and not word.strip(";<>|&"):
                break
            if "`" in word or (word.endswith(")") and "(" not in word):
                words.append(word.partition("`")[0].rstrip(")"))
                break  # the call stood inside `$(…)`, or in a sentence
            words.append(word)
    except ValueError:
        return []
    return words


def options_of(words: list[str], grammar: Grammar) -> Options:
    """The words of a command, told apart."""
    found = Options()
    waiting = words[::-1]
    while waiting and len(found.words) <= grammar.most_words:
        word = waiting.pop()
        if not word.startswith("-") or word == "-":
            found.words.append(word)
            continue
        name, equals, value = word.partition("=")
        alone = name in _ALONE or grammar.alone.fullmatch(name) is not None
        if not word.startswith("--") and len(word) > 2 and not alone:
            name, equals, value = word[:2], "=", word[2:]
        if not equals and not alone:
            value = waiting.pop() if waiting else ""
        found.values.setdefault(grammar.letters.get(name, name), []).append(value)
    found.words.extend(waiting[::-1])
    return found


def argument(text: str) -> tuple[str, str | None]:
    """The name and value of a NAME=value; no value if it has no `=`."""
    name, equals, value = text.partition("=")
    return name, value if equals else None
