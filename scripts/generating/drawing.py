"""What is drawn for a project, and how its texts are put together."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Files = dict[str, str]
ADJECTIVES = """
    amber brisk calm dusty early fuzzy grand hazel ivory jolly keen lunar mellow noble olive plain quiet
    rapid silver tidy
""".split()
NOUNS = """
    anchor basket canyon dealer ember ferry garden harbor invoice journal kettle ledger market needle
    orchard parcel quarry ribbon signal ticket
""".split()
THINGS = """
    account address batch booking cart client courier customer device event export group item label member
    notice order page payment price quote record region report route score session shelf stock tag task
    token topic trip user vendor visit voucher window
""".split()
VERBS = """
    add apply build check close collect count create drop fetch filter find join list load mark merge open
    parse pick read render save send sort split store sum trim update
""".split()


class Draw:
    """Everything that is drawn for one project."""

    def __init__(self, number: int, seed: int) -> None:
        self.random = Random(f"{seed}:{number}")
        self.number = number
        self.name = f"{self.one(ADJECTIVES)}-{self.one(NOUNS)}-{number}"
        self.port = self.random.randrange(1024, 9999)
        self.folder = self.one(
            "/app",
            "/app",
            "/app",
            "/usr/src/app",
            "/srv/" + self.name,
            "/code",
            "/opt/" + self.name,
            "/home/app",
        )

    def one(self, *choices: str | list[str]) -> str:
        """One of some texts, or of a list."""
        found = choices[0] if len(choices) == 1 and isinstance(choices[0], list) else list(choices)
        return str(self.random.choice(found))

    def some(self, choices: list[str], least: int, most: int) -> list[str]:
        """Some of a list, in its order."""
        chosen = set(self.random.sample(choices, min(len(choices), self.random.randint(least, most))))
        return [choice for choice in choices if choice in chosen]

    def chance(self, of_ten: int) -> bool:
        return self.random.randrange(10) < of_ten

    def version(self, major: int = 9) -> str:
        return f"{self.random.randint(1, major)}.{self.random.randrange(30)}.{self.random.randrange(20)}"

    def word(self) -> str:
        return f"{self.one(VERBS)}_{self.one(THINGS)}"

    def digest(self) -> str:
        return f"{self.random.getrandbits(512):0128x}"


def lines(*parts: str | list[str]) -> str:
    """A text file of lines; empty parts are left out."""
    flat = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\n".join(line for line in flat if line) + "\n"


def spaced(*blocks: str | list[str]) -> str:
    """A Dockerfile: blocks with an empty line between."""
    return "\n".join(lines(*([block] if isinstance(block, str) else block)) for block in blocks if block)


def named(draw: Draw, body: Callable[[str], str], least: int, most: int) -> list[str]:
    """Distinct functions of a source file."""
    names = {f"{draw.word()}_{draw.random.randrange(99)}" for _ in range(draw.random.randint(least, most))}
    return [body(name) for name in sorted(names)]


def modules(draw: Draw, folder: str, suffix: str, source: Callable[[Draw], str]) -> Files:
    """One to nine source files in a folder."""
    return {f"{folder}/{draw.word()}.{suffix}": source(draw) for _ in range(draw.random.randint(1, 9))}
