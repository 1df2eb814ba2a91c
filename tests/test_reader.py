"""The reader is total and lossless (law L1), and finds instructions, comments and directives where they are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restage.dockerfile.directives import detect_syntax
from restage.dockerfile.document import Blank, Comment, Directive, Document, Statement, encode
from restage.dockerfile.instructions import Onbuild, instructions
from restage.dockerfile.reader import ReadError, read


def shape(document: Document) -> list[tuple[str, str]]:
    """Every item's kind and text."""
    return [(type(item).__name__, document.text_of(item)) for item in document.items]


def statements(data: bytes) -> list[tuple[int, int, str]]:
    return [(item.line, item.end_line, item.text) for item in read(data).statements]


LINES = [
    b"FROM alpine",
    b"run echo a",
    b"RUN a \\",
    b"  && b",
    b"RUN a `",
    b"# comment",
    b"  # indented",
    b"",
    b" \t",
    b"\\",
    b"RUN <<EOF",
    b"RUN <<-'EOF' cat 3<<B",
    b"ONBUILD COPY <<B /x",
    b"\tEOF",
    b"EOF",
    b"B",
    b"# escape=`",
    b"# syntax=docker/dockerfile:1",
    b'CMD ["a", "b"]',
    b"ENV a=b 'c'=\"d",
    b"HEALTHCHECK --interval=1s CMD x",
    b"\xef\xbb\xbfFROM a",
    b"\xff\xfe\xc2\xa0",
    b"COPY --from=a --link a b",
]
dockerfiles = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from([b"\n", b"\r\n", b"\r", b" \n", b""]))
).map(lambda parts: b"".join(line + end for line, end in parts))


@given(st.binary() | dockerfiles)
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\\")
@example(b"FROM a\nRUN <<EOF\n")
def test_items_are_the_file_for_all_bytes(data: bytes) -> None:
    document = read(data)
    assert encode("".join(document.text_of(item) for item in document.items)) == data
    spans = [item.span for item in document.items]
    assert all(span.start < span.end for span in spans)
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]


@given(st.binary() | dockerfiles)
@example(b"FROM a\nRUN " + b"[" * 100_000)
@example(b"FROM a\nRUN <<" + b"${a:-" * 100_000)
@example(b"FROM a\nCMD [" + b"9" * 5000 + b"]")
@example(b"FROM a\nCMD [1e999]")
@example(b"FROM a\nRUN --mount=" + b'"' * 999 + b" x")
def test_instructions_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        nodes = instructions(read(data))
    except ReadError as error:
        assert 1 <= error.line <= data.count(b"\n") + 1
        assert error.message
    else:
        assert nodes


@given(dockerfiles)
def test_every_character_of_an_instruction_is_found_in_the_file(data: bytes) -> None:
    document = read(data)
    for item in document.statements:
        places = [item.mapping.source(at) for at in range(len(item.text))]
        assert "".join(document.text[place] for place in places) == item.text
        assert all(item.span.start <= place < item.span.end for place in places)
        assert document.line_of(item.span.start) == item.line
        assert document.line_of(item.span.end - 1) == item.end_line


def test_items_of_each_kind() -> None:
    data = b"# syntax=docker/dockerfile:1\n# a comment\n\nFROM alpine\n  # another\nRUN a \\\n # b\n\n c\n"
    assert shape(read(data)) == [
        ("Directive", "# syntax=docker/dockerfile:1\n"),
        ("Comment", "# a comment\n"),
        ("Blank", "\n"),
        ("Statement", "FROM alpine\n"),
        ("Comment", "  # another\n"),
        ("Statement", "RUN a \\\n # b\n\n c\n"),
    ]


@pytest.mark.parametrize(
    ("top", "kinds", "escape"),
    [
        (b"# escape=`\n", [Directive], "`"),
        (b"#EsCaPe = ` \r\n", [Directive], "`"),
        (b"  # escape=`\n", [Directive], "`"),
        (b"\xef\xbb\xbf# escape=`\n", [Directive], "`"),
        (b"# syntax=a\n# check=skip=all\n# escape=`\n", [Directive, Directive, Directive], "`"),
        (b"# hello\n# escape=`\n", [Comment, Comment], "\\"),
        (b"\n# escape=`\n", [Blank, Comment], "\\"),
        (b"# unknown=x\n# escape=`\n", [Comment, Comment], "\\"),
        (b"#!/bin/sh\n# escape=`\n", [Comment, Comment], "\\"),
        (b"# escape\n# escape=`\n", [Comment, Comment], "\\"),
    ],
)
def test_directives_stand_on_top(top: bytes, kinds: list[type], escape: str) -> None:
    document = read(top + b"FROM a\n")
    assert [type(item) for item in document.items] == [*kinds, Statement]
    assert document.escape == escape


@pytest.mark.parametrize(
    ("data", "image"),
    [
        (b"# syntax=docker/dockerfile:1 # x\nFROM a\n", "docker/dockerfile:1"),
        (b"#!/bin/sh\n# syntax=a\n", "a"),
        (b"// syntax=a\n", "a"),
        (b'{"syntax": "a"}', "a"),
        (b"# escape=`\n# syntax=a\r\n", "a"),
        (b"# check=skip=all\nFROM a\n# syntax=a\n", None),
        (b"{", None),
        (b"", None),
    ],
)
def test_the_frontend_is_the_one_that_the_file_names(data: bytes, image: str | None) -> None:
    assert detect_syntax(read(data)) == image


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"# escape=x\nFROM a\n", 1, "invalid escape token"),
        (b"# escape=`\n# escape=`\nFROM a\n", 2, "only one escape parser directive"),
        (b"FROM a\nRUN <<EOF\necho\n", 2, "unterminated heredoc"),
        (b"FROM a\nRUN " + b"x" * 65536 + b"\n", 2, "greater than max allowed size"),
    ],
)
def test_what_cannot_be_read_as_buildkit_reads_it_is_a_problem(data: bytes, line: int, message: str) -> None:
    document = read(data)
    assert document.problem
    with pytest.raises(ReadError, match=message) as refusal:
        instructions(document)
    assert (refusal.value.line, bool(refusal.value.help)) == (line, True)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"RUN a \\\n  b\n", [(1, 2, "RUN a   b")]),
        (b"RUN a \\ \t\n# c\n\n \t# c\nb\nUSER c\n", [(1, 5, "RUN a b"), (6, 6, "USER c")]),
        (b"RUN a\\\r\nb\r\n", [(1, 2, "RUN ab")]),
        (b"RUN a \\\\\nUSER b\n", [(1, 1, "RUN a \\\\"), (2, 2, "USER b")]),
        (b"RUN a \\", [(1, 1, "RUN a ")]),
        (b"RUN a \\\n\n", [(1, 2, "RUN a ")]),
        (b"\\\nRUN a\n", [(1, 2, "RUN a")]),
        (b"# escape=`\nRUN a `\nb\\\nUSER c\n", [(2, 3, "RUN a b\\"), (4, 4, "USER c")]),
        (b"\xef\xbb\xbf FROM a\n", [(1, 1, "FROM a")]),
        (b"\t\xc2\xa0RUN a\t\n", [(1, 1, "RUN a\t")]),
        (b"RUN a\rb\n", [(1, 1, "RUN a\rb")]),
    ],
)
def test_lines_are_joined_as_in_buildkit(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert statements(data) == expected


@pytest.mark.parametrize(
    ("data", "contents"),
    [
        (b"RUN <<EOF\na\nEOF\nUSER x\n", ["a\n"]),
        (b"RUN <<EOF\nEOF\nUSER x\n", [""]),
        (b"RUN <<-EOF\n\ta\n\tEOF\nUSER x\n", ["\ta\n"]),
        (b"RUN <<A <<B\n1\nA\n2\nB\nUSER x\n", ["1\n", "2\n"]),
        (b"COPY <<EOF /x\r\na\r\nEOF\r\nUSER x\n", ["a\r\n"]),
        (b"ONBUILD ADD <<'E F' /x\na\nE F\nUSER x\n", ["a\n"]),
        (b"RUN cat << EOF\na\nEOF\nUSER x\n", ["a\n"]),
        (b"RUN a \\\n  <<EOF\n# b \\\nEOF\nUSER x\n", ["# b \\\n"]),
        (b"RUN cat <<$X-${Y:-z}\na\n$X-${Y:-z}\nUSER x\n", []),
        (b'RUN ["<<EOF"]\nUSER x\n', []),
        (b'RUN "<<EOF"\nUSER x\n', []),
        (b"RUN echo 'open <<EOF\nUSER x\n", []),
        (b"RUN cat <<<EOF\nUSER x\n", []),
        (b"CMD <<EOF\nUSER x\n", []),
        (b"ONBUILD ONBUILD RUN <<EOF\nUSER x\n", []),
    ],
)
def test_heredocs_belong_to_their_instruction(data: bytes, contents: list[str]) -> None:
    document = read(data)
    first = document.statements[0]
    assert [heredoc.content for heredoc in first.heredocs] == contents
    assert [document.text[doc.span.start : doc.span.end] for doc in first.heredocs] == contents
    if contents:
        assert [item.text for item in document.statements[1:]] == ["USER x"]


def test_a_quoted_heredoc_word_keeps_variables_as_they_are() -> None:
    words = read(b"RUN <<A 3<<-'B' <<\"C\" <<D\nA\nB\nC\nD\n").statements[0].heredocs
    fields = [(word.name, word.fd, word.expand, word.chomp) for word in words]
    assert fields == [
        ("A", 0, True, False),
        ("B", 3, False, True),
        ("C", 0, False, False),
        ("D", 0, True, False),
    ]


def test_comments_go_with_the_instruction_below() -> None:
    data = b"# escape=\\\n# a\n\n#  b  \nFROM x\n# gone\n#\n# c\nRUN y \\\n# inside\n z\n"
    assert [item.comments for item in read(data).statements] == [("a", "b"), ("c",)]


@pytest.mark.parametrize(
    ("data", "newline", "bom"),
    [
        (b"", "\n", False),
        (b"FROM a\r\nRUN b\r\nUSER c\n", "\r\n", False),
        (b"FROM a\nRUN b\r\n", "\n", False),
        (b"\xef\xbb\xbfFROM a\r\n", "\r\n", True),
    ],
)
def test_the_way_the_author_writes_is_known(data: bytes, newline: str, bom: bool) -> None:
    document = read(data)
    assert (document.newline, document.bom) == (newline, bom)


def test_lines_are_counted_from_one() -> None:
    document = read(b"FROM a\n\nRUN b\n")
    assert [document.line_of(offset) for offset in (0, 6, 7, 8, 13)] == [1, 1, 2, 3, 3]


BIG = {
    "one line of 10 MB": b"FROM a\nRUN " + b"x " * 5_000_000 + b"\n",
    "one line of 10 MB with heredoc signs": b"FROM a\nRUN " + b"<< " * 1_000_000 + b"\n",
    "one instruction of 100,000 lines": b"FROM a\nRUN x" + b" \\\n  && y" * 100_000 + b"\n",
    "100,000 instructions": b"FROM a\n" + b"ENV a=b c='d'\n" * 100_000,
    "a heredoc of 100,000 lines": b"FROM a\nRUN <<EOF\n" + b"echo\n" * 100_000 + b"EOF\n",
    "backslashes": b"FROM a\nRUN " + b"\\ " * 30_000 + b"\n",
    "binary": bytes(range(256)) * 4_000,
}


@pytest.mark.parametrize("data", BIG.values(), ids=BIG)
def test_big_files_are_read_too(data: bytes) -> None:
    document = read(data)
    assert encode(document.text) == data
    try:
        nodes = instructions(document)
    except ReadError as error:
        assert error.line <= document.line_of(len(document.text))
    else:
        assert len(nodes) == len(document.statements)
        assert not any(isinstance(node, Onbuild) for node in nodes)
