"""Typed instructions hold what BuildKit makes of each kind, and what it refuses is refused with line and reason."""

from typing import TypeVar

import pytest

from restage.dockerfile.instructions import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    ExecForm,
    Expose,
    Flag,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Node,
    Onbuild,
    Run,
    Shell,
    ShellForm,
    Stopsignal,
    User,
    Volume,
    Workdir,
    instructions,
)
from restage.dockerfile.reader import ReadError, read

Kind = TypeVar("Kind", bound=Node)


def nodes(text: str) -> tuple[Instruction, ...]:
    return instructions(read(text.encode()))


def only(kind: type[Kind], text: str) -> Kind:
    """The one instruction of a stage."""
    (_, node) = nodes(f"FROM alpine\n{text}\n")
    assert isinstance(node, kind)
    return node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM alpine", ("alpine", None, None)),
        ("from --platform=$BUILDPLATFORM node:20 As Builder", ("node:20", "$BUILDPLATFORM", "builder")),
        ("FROM ${BASE:-a}", ("${BASE:-a}", None, None)),
    ],
)
def test_from(text: str, expected: tuple[str, str | None, str | None]) -> None:
    (node,) = nodes(text)
    assert isinstance(node, From)
    assert (node.image, node.platform, node.name) == expected


def test_where_an_instruction_stands() -> None:
    (_, node) = nodes("FROM alpine\n# why\nRUN --network=none apk add \\\n  # fast\n  curl\n")
    assert (node.index, node.keyword, node.line, node.end_line) == (1, "RUN", 3, 5)
    assert node.text == "RUN --network=none apk add   curl"
    assert node.body == "apk add   curl"
    assert node.flags == (Flag("network", "none"),)
    assert node.comments == ("why",)


def test_the_mapping_leads_back_to_the_file() -> None:
    text = "FROM alpine\n  RUN --network=none apk add \\\n  # fast\n\n  curl\n"
    document = read(text.encode())
    node = instructions(document)[1]
    curl = node.mapping.span(node.body.index("curl"), len(node.body))
    assert (curl.start, curl.end) == (text.index("curl"), text.index("curl") + 4)
    whole = node.mapping.span(0, len(node.body))
    assert document.text[whole.start : whole.end] == "apk add \\\n  # fast\n\n  curl"
    assert node.text_mapping.source(0) == text.index("RUN")


def test_run_forms() -> None:
    assert only(Run, "RUN a && b").command == ShellForm("a && b")
    assert only(Run, 'RUN [ "a", "b c" ]').command == ExecForm(("a", "b c"))
    assert only(Run, "RUN ['a']").command == ShellForm("['a']")
    assert only(Run, r'RUN ["\u00e9\ud800"]').command == ExecForm(("é\ufffd",))


def test_run_flags() -> None:
    node = only(
        Run,
        'RUN --mount=type=cache,Target=/root/.cache,ro --mount="from=build,source=/a,dst=/b"'
        " --network=none --security=insecure make",
    )
    assert [(mount.type, mount.attributes) for mount in node.mounts] == [
        ("cache", {"type": "cache", "target": "/root/.cache", "ro": "true"}),
        ("bind", {"from": "build", "source": "/a", "dst": "/b"}),
    ]
    assert (node.network, node.security, node.command) == ("none", "insecure", ShellForm("make"))


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("RUN <<EOF\necho\nEOF", True),
        ("RUN <<-'EOF'\n\techo\n\tEOF", True),
        ("RUN --mount=type=cache,target=/x <<EOF\necho\nEOF", True),
        ("RUN << EOF\necho\nEOF", True),
        ("RUN <<EOF cat\necho\nEOF", False),
        ("RUN <<A <<B\nA\nB", False),
        ("RUN cat <<EOF\necho\nEOF", False),
        ("RUN echo", False),
    ],
)
def test_a_heredoc_alone_is_the_script(text: str, script: bool) -> None:
    assert only(Run, text).is_heredoc_script is script


def test_copy() -> None:
    node = only(Copy, "COPY --from=b --chown=1:2 --chmod=755 --link --exclude=*.md --exclude=x a b /c/")
    assert (node.sources, node.dest, node.from_) == (("a", "b"), "/c/", "b")
    assert (node.chown, node.chmod, node.link, node.parents) == ("1:2", "755", True, False)
    assert node.exclude == ("*.md", "x")
    assert only(Copy, 'COPY ["a b", "c"]').sources == ("a b",)
    assert only(Copy, "COPY --link=false --parents a b").parents


def test_copy_of_heredocs() -> None:
    node = only(Copy, "COPY <<EOF a <<'X Y' /b/\n1\nEOF\n2\nX Y")
    assert (node.dest, [(doc.name, doc.content) for doc in node.heredocs]) == (
        "/b/",
        [("EOF", "1\n"), ("X Y", "2\n")],
    )
    assert only(Copy, "COPY <<EOF a /b/\n1\nEOF").sources == ("a",)


def test_add() -> None:
    node = only(Add, "ADD --checksum=sha256:1 --keep-git-dir=true --unpack=false http://a /b")
    assert (node.checksum, node.keep_git_dir, node.unpack) == ("sha256:1", True, False)
    assert (node.sources, node.dest) == (("http://a",), "/b")
    assert only(Add, "ADD a b").unpack is None


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("ENV a=b c='d e' f=g\\ h", (("a", "b"), ("c", "'d e'"), ("f", "g\\ h"))),
        ('ENV a b  "c" = d', (("a", 'b  "c" = d'),)),
        ("ENV a=", (("a", ""),)),
        ('ENV a="x=y"z', (("a", '"x=y"z'),)),
        ("ENV a=b\\", (("a", "b"),)),
        ("ENV a='b", (("a", "'b"),)),
    ],
)
def test_env_and_label(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert only(Env, text).pairs == pairs
    assert only(Label, text.replace("ENV", "LABEL")).pairs == pairs


def test_arg() -> None:
    assert only(Arg, "ARG a b= c='d e'").pairs == (("a", None), ("b", ""), ("c", "'d e'"))
    assert [type(node) for node in nodes("ARG a=1\nFROM $a\n")] == [Arg, From]


def test_the_escape_directive_is_obeyed_within_words() -> None:
    (_, node) = nodes("# escape=`\nFROM a\nENV a=C:\\ b=c` d\n")
    assert isinstance(node, Env)
    assert node.pairs == (("a", "C:\\"), ("b", "c` d"))


def test_settings() -> None:
    assert only(Expose, "EXPOSE 80 443/udp $P").ports == ("80", "443/udp", "$P")
    assert only(Volume, "VOLUME /a /b").paths == ("/a", "/b")
    assert only(Volume, 'VOLUME ["/a b"]').paths == ("/a b",)
    assert only(User, "USER a:b ").name == "a:b"
    assert only(Workdir, "WORKDIR /a b").path == "/a b"
    assert only(Stopsignal, "STOPSIGNAL SIGTERM").signal == "SIGTERM"
    assert only(Maintainer, "MAINTAINER A <b>").name == "A <b>"
    assert only(Shell, 'SHELL ["/bin/bash", "-c"]').words == ("/bin/bash", "-c")
    assert only(Cmd, 'CMD ["a"]').command == ExecForm(("a",))
    assert only(Cmd, "CMD []").command == ExecForm(())
    assert only(Entrypoint, "ENTRYPOINT exec a $B").command == ShellForm("exec a $B")


def test_healthcheck() -> None:
    node = only(Healthcheck, "HEALTHCHECK --interval=1m30s --retries=3  cmd   curl x")
    assert (node.command, node.disabled) == (ShellForm("curl x", 6), False)
    assert node.body[6:] == "curl x"
    assert node.options == (("interval", "1m30s"), ("retries", "3"))
    assert only(Healthcheck, 'HEALTHCHECK CMD ["a"]').command == ExecForm(("a",))
    none = only(Healthcheck, "HEALTHCHECK NONE")
    assert (none.command, none.disabled) == (None, True)


def test_onbuild_holds_an_instruction() -> None:
    document = read(b"FROM a\nONBUILD COPY --link <<EOF \\\n  /b\n1\nEOF\n")
    node = instructions(document)[1]
    assert isinstance(node, Onbuild)
    assert isinstance(node.inner, Copy)
    assert (node.inner.dest, node.inner.link, node.inner.line, node.inner.end_line) == ("/b", True, 2, 5)
    assert [doc.content for doc in node.inner.heredocs] == ["1\n"]
    assert document.text[node.inner.mapping.source(node.inner.body.index("/b"))] == "/"
    assert node.inner.text_mapping.source(0) == document.text.index("COPY")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "file with no instructions"),
        ("RUN a", 1, "no build stage in current context"),
        ("ARG a", 1, "dockerfile contains no stages to build"),
        ("FROM a\nRUM b", 2, "unknown instruction: RUM"),
        ("FROM a\n\nRUN\u00a0b", 3, "unknown instruction"),
        ("FROM", 1, "FROM requires either one or three arguments"),
        ("FROM a b", 1, "FROM requires either one or three arguments"),
        ("FROM a AS 1b", 1, "invalid name for build stage"),
        ("FROM --from=x a", 1, "unknown flag: --from"),
        ("FROM a\nCOPY b", 2, "COPY requires at least two arguments"),
        ("FROM a\nCOPY --link --link a b", 2, "duplicate flag"),
        ("FROM a\nCOPY --link=maybe a b", 2, "expecting boolean value"),
        ("FROM a\nCOPY --link= a b", 2, "missing a value"),
        ("FROM a\nCOPY --from a b", 2, "missing a value"),
        ("FROM a\nCOPY --chown=é a b", 2, "not ASCII"),
        ("FROM a\nCOPY a <<EOF\nEOF", 2, "heredoc as a destination"),
        ('FROM a\nCOPY ["<<EOF", "/b"]', 2, "in JSON form"),
        ("FROM a\nENV", 2, "ENV requires at least one argument"),
        ("FROM a\nENV a", 2, "ENV must have two arguments"),
        ("FROM a\nENV a=b c", 2, "can't find = in"),
        ("FROM a\nENV =b", 2, "ENV names can not be blank"),
        ("FROM a\nARG", 2, "ARG requires at least one argument"),
        ("FROM a\nARG =b", 2, "ARG names can not be blank"),
        ("FROM a\nEXPOSE", 2, "EXPOSE requires at least one argument"),
        ("FROM a\nVOLUME", 2, "VOLUME requires at least one argument"),
        ('FROM a\nVOLUME [" "]', 2, "VOLUME specified can not be an empty string"),
        ("FROM a\nUSER", 2, "USER requires exactly one argument"),
        ("FROM a\nSHELL bash", 2, "SHELL requires the arguments to be in JSON form"),
        ("FROM a\nSHELL []", 2, "SHELL requires at least one argument"),
        ("FROM a\nCMD [1]", 2, "arrays must be comprised of strings only"),
        ("FROM a\nCMD --x a", 2, "unknown flag: --x"),
        ("FROM a\nHEALTHCHECK", 2, "HEALTHCHECK requires at least one argument"),
        ("FROM a\nHEALTHCHECK CMD", 2, "Missing command after HEALTHCHECK CMD"),
        ("FROM a\nHEALTHCHECK TCP 1", 2, "Unknown type"),
        ("FROM a\nHEALTHCHECK NONE x", 2, "takes no arguments"),
        ("FROM a\nHEALTHCHECK --interval=1 CMD x", 2, "invalid duration"),
        ("FROM a\nHEALTHCHECK --interval=1us CMD x", 2, "cannot be less than"),
        ("FROM a\nHEALTHCHECK --retries=-1 CMD x", 2, "cannot be negative"),
        ("FROM a\nHEALTHCHECK --retries=x CMD x", 2, "takes a number"),
        ("FROM a\nRUN --mount=from=$x,target=/y z", 2, "doesn't support variable expansion"),
        ('FROM a\nRUN --mount=a\\"b z', 2, "failed to parse csv mounts"),
        ("FROM a\nRUN --network=some z", 2, "invalid network mode"),
        ("FROM a\nRUN --security=some z", 2, "is not valid"),
        ("FROM a\nONBUILD", 2, "ONBUILD requires at least one argument"),
        ("FROM a\nONBUILD FROM b", 2, "isn't allowed as an ONBUILD trigger"),
        ("FROM a\nONBUILD ONBUILD RUN b", 2, "isn't allowed"),
        ("FROM a\nONBUILD COPY b", 2, "COPY requires at least two arguments"),
    ],
)
def test_what_buildkit_refuses_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(ReadError) as refusal:
        nodes(text)
    assert refusal.value.line == line
    assert message in refusal.value.message


def test_a_misspelt_instruction_is_suggested() -> None:
    with pytest.raises(ReadError) as refusal:
        nodes("FROM a\nFNTRYPOINT b")
    assert refusal.value.help == "did you mean ENTRYPOINT?"


@pytest.mark.parametrize("text", ["ARG --x a", "STOPSIGNAL --x 9", "HEALTHCHECK --x NONE"])
def test_flags_that_buildkit_never_looks_at_are_let_through(text: str) -> None:
    assert only(Node, text).flags == (Flag("x", None),)


def test_two_dashes_end_the_flags() -> None:
    node = only(Copy, "COPY --link -- --a b")
    assert (node.sources, node.dest, node.flags) == (("--a",), "b", (Flag("link", None),))


def test_instructions_can_be_put_in_a_set() -> None:
    assert len(set(nodes("FROM a\nRUN --mount=type=cache,target=/x a\n"))) == 2
