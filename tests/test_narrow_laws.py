"""Of any RUN that is narrowed exactly that is left which should be."""

import re

from hypothesis import given
from hypothesis import strategies as st

from restage.shell.narrow import Change, narrow, together
from restage.shell.script import Script, parse
from shells import joined, script_of

NAMES = [f"cmd{letter}" for letter in "abcdef"]
CONTINUATION = st.sampled_from([" \\\n    ", " \\\n\t", " \\  \n", " \\\n\n  "])
BLANK = st.one_of(st.just(" "), CONTINUATION)


@st.composite
def gaps(draw: st.DrawFn, name: str) -> str:
    """A joiner with blanks around it, and at times a comment on the statement that follows."""
    joiner = draw(st.sampled_from(["&&", "&&", "&&", ";", "||", "&"]))
    before, after = draw(BLANK), draw(BLANK)
    comment = f"  # {name} is next\n  "
    if draw(st.booleans()) and "\n" in before:
        before = before.rstrip(" \t") + comment
    elif draw(st.booleans()) and "\n" in after:
        after = after.rstrip(" \t") + comment
    return (before if joiner != ";" or "\n" in before else "") + joiner + after


@st.composite
def runs(draw: st.DrawFn) -> tuple[str, list[str]]:
    names = NAMES[: draw(st.integers(2, 6))]
    source = "RUN" + draw(BLANK)
    for index, name in enumerate(names):
        words = [name, *(f"{name}-{n}" for n in range(draw(st.integers(0, 3))))]
        source += draw(gaps(name)) if index else ""
        source += words[0] + "".join(draw(BLANK) + word for word in words[1:])
    return source + draw(st.sampled_from(["", "\n", ";\n", " &\n"])), names


def words_of(script: Script) -> list[list[str]]:
    return [[word.raw for word in c.words] for s in script.statements for c in s.commands]


def lists_of(script: Script) -> list[list[str]]:
    """The commands of each and-or list, and whether it runs in the background."""
    lists: list[list[str]] = []
    for statement in script.statements:
        command = statement.commands[0]
        if not lists or statement.joiner in (";", "&"):
            lists.append([])
        lists[-1].append(command.words[0].raw + (" &" if command.background else ""))
    return lists


@given(runs(), st.data())
def test_what_is_left_is_what_was_not_dropped(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, _ = run
    script, body_map = script_of(source)
    groups = data.draw(st.lists(st.sampled_from(together(script)), unique=True))
    dropped = frozenset().union(*groups)
    if len(dropped) == len(script.statements):
        return
    stays = [s for i, s in enumerate(script.statements) if i not in dropped]
    spare = [word for s in stays for c in s.commands for word in c.words[1:]]
    words = data.draw(st.lists(st.sampled_from(spare), unique=True)) if spare else []
    change = Change(dropped, frozenset(word.start for word in words))

    result = narrow(source, "\\", body_map, script, change)

    text, _ = joined(result)
    after = parse(text)
    assert after.opaque is None, result
    gone = {word.raw for word in words}
    assert words_of(after) == [
        [word.raw for word in c.words if word.raw not in gone] for s in stays for c in s.commands
    ], result
    names = {s.commands[0].words[0].raw for s in stays}
    expected = [[name for name in names_of if name.split()[0] in names] for names_of in lists_of(script)]
    assert lists_of(after) == [names_of for names_of in expected if names_of], result
    assert not re.search(r"(&&|\|\||\\)\s*$", result), result


@given(runs(), st.data())
def test_inserted_words_stand_behind_their_anchor(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, _ = run
    script, body_map = script_of(source)
    every = [word for s in script.statements for c in s.commands for word in c.words]
    anchor = data.draw(st.sampled_from(every))
    result = narrow(source, "\\", body_map, script, Change(insert_words={anchor.start: ("new1", "new2")}))
    found = [word for words in words_of(parse(joined(result)[0])) for word in words]
    index = found.index("new1")
    assert found[index - 1 : index + 2] == [anchor.raw, "new1", "new2"], result
    assert [word for word in found if not word.startswith("new")] == [word.raw for word in every], result


@given(runs())
def test_a_change_of_nothing_changes_nothing(run: tuple[str, list[str]]) -> None:
    script, body_map = script_of(run[0])
    assert narrow(run[0], "\\", body_map, script, Change()) == run[0]


@given(runs(), st.data())
def test_comments_go_with_what_they_are_about(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, names = run
    script, body_map = script_of(source)
    group = data.draw(st.sampled_from(together(script)))
    if len(group) == len(names):
        return
    result = narrow(source, "\\", body_map, script, Change(group))
    for index, name in enumerate(names):
        if index not in group and f"# {name} " in source:
            assert f"# {name} " in result, result
