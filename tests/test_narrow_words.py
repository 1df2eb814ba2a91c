"""Words of a RUN's commands are dropped and inserted in the author's layout."""

import pytest

from shells import narrowed

INSTALL = "RUN apt-get install -y \\\n    curl \\\n    # the compiler\n    gcc \\\n    git \\\n && rm x\n"
REWORDED: dict[str, tuple[str, set[str], dict[str, tuple[str, ...]], str]] = {
    "a line of its own goes with its comment": (
        INSTALL,
        {"gcc"},
        {},
        INSTALL.replace("    # the compiler\n    gcc \\\n", ""),
    ),
    "the last line of its own": (INSTALL, {"git"}, {}, INSTALL.replace("    git \\\n", "")),
    "the last line of all": ("RUN i \\\n  curl \\\n  # c\n  gcc\n", {"gcc"}, {}, "RUN i \\\n  curl\n"),
    "before a joiner at the end of the line": (
        "RUN i \\\n  curl \\\n  gcc && \\\n  b\n",
        {"gcc"},
        {},
        "RUN i \\\n  curl && \\\n  b\n",
    ),
    "before a semicolon": ("RUN i \\\n  curl \\\n  gcc; b\n", {"gcc"}, {}, "RUN i \\\n  curl; b\n"),
    "within a line": ("RUN i curl gcc git && b\n", {"gcc"}, {}, "RUN i curl git && b\n"),
    "at the start of a line": ("RUN i \\\n  gcc git \\\n  vim\n", {"gcc"}, {}, "RUN i \\\n  git \\\n  vim\n"),
    "at the end of a line": ("RUN i \\\n  gcc git \\\n  vim\n", {"git"}, {}, "RUN i \\\n  gcc \\\n  vim\n"),
    "a whole line of several": (
        "RUN i \\\n  gcc git \\\n  vim\n",
        {"gcc", "git"},
        {},
        "RUN i \\\n  vim\n",
    ),
    "before a redirect": ("RUN i curl gcc >x\n", {"gcc"}, {}, "RUN i curl >x\n"),
    "behind a redirect": ("RUN i >x gcc curl\n", {"gcc"}, {}, "RUN i >x curl\n"),
    "inside an if": ("RUN if a; then i b c; fi\n", {"b"}, {}, "RUN if a; then i c; fi\n"),
    "in a here-document": (
        "RUN <<EOF\ni \\\n  a \\\n  b\nc\nEOF\n",
        {"b"},
        {},
        "RUN <<EOF\ni \\\n  a\nc\nEOF\n",
    ),
    "aligned continuations stay aligned": (
        "RUN i   \\\n  curl  \\\n  gccx  \\\n  b     \\\n && z\n",
        {"gccx"},
        {},
        "RUN i   \\\n  curl  \\\n  b     \\\n && z\n",
    ),
    "one more on its own line": (
        INSTALL,
        set(),
        {"curl": ("libx", "liby")},
        INSTALL.replace("    curl \\\n", "    curl \\\n    libx \\\n    liby \\\n"),
    ),
    "one more where the list begins": (
        INSTALL,
        set(),
        {"-y": ("libx",)},
        INSTALL.replace("-y \\\n", "-y \\\n    libx \\\n"),
    ),
    "one more at the end": (
        "RUN i \\\r\n\tcurl\r\n",
        set(),
        {"curl": ("a",)},
        "RUN i \\\r\n\tcurl \\\r\n\ta\r\n",
    ),
    "one more within a line": ("RUN i a c && b\n", set(), {"a": ("x", "y")}, "RUN i a x y c && b\n"),
    "one in the place of another": (
        INSTALL,
        {"gcc"},
        {"gcc": ("libgomp1",)},
        INSTALL.replace("gcc", "libgomp1"),
    ),
    "one more and one less": ("RUN i a gcc\n", {"gcc"}, {"a": ("x",)}, "RUN i a x\n"),
}


@pytest.mark.parametrize(("source", "words", "insert", "expected"), REWORDED.values(), ids=REWORDED)
def test_words_are_dropped_and_inserted(
    source: str, words: set[str], insert: dict[str, tuple[str, ...]], expected: str
) -> None:
    assert narrowed(source, set(), words, insert) == expected


def test_statements_and_words_go_at_once() -> None:
    source = "RUN up \\\n && i \\\n    a \\\n    gcc \\\n && make x \\\n && rm y\n"
    assert (
        narrowed(source, {"make", "up"}, {"gcc"}, {"a": ("b",)}) == "RUN i \\\n    a \\\n    b \\\n && rm y\n"
    )
