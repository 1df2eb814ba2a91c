"""Makefiles: which lines the shell gets for a goal, and what is too little told to say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.recipes.expansion import Variables
from restage.recipes.goals import lines_for
from restage.recipes.lines import LONGEST
from restage.recipes.makefile import Makefile
from restage.recipes.plain import Unplain, without_holes

NOTHING: Mapping[str, str] = {}


def comes_to(
    text: str,
    *goals: str,
    there: Mapping[str, str] = NOTHING,
    environment: Mapping[str, str | None] = NOTHING,
    overrides: Mapping[str, str] = NOTHING,
) -> list[str]:
    """The shell's lines; `there` are the files beside the Makefile."""
    variables = Variables(environment, True, dict(overrides))
    makefile = Makefile(variables, there.get)
    makefile.take("Makefile", text)
    found = lines_for(goals, makefile, lambda name: name in there)
    return [without_holes(line.text) for line in found.lines if line.text]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("build:\n\tgo build .\ntest:\n\tgo test .\n", ["go build ."]),
        ("build: ; go build .\n", ["go build ."]),
        (".PHONY: all\n\nall: build\nbuild:\n\tgo build .\n", ["go build ."]),
        ("all: a b\na: ; one\nb: a\n\ttwo\n", ["one", "two"]),
        (".DEFAULT_GOAL := b\na: ; one\nb: ; two\n", ["two"]),
        ("a:\n\t@-echo hi\n\t+@ make b\n\n# no recipe\n\tlast\n", ["echo hi", "make b", "last"]),
        ("a:\n\tone \\\n\t  --more\n", ["one \\\n  --more"]),
        ("a: b\\\n   c\nb: ; two\nc: ; three\n", ["two", "three"]),
        ("a:\n\techo $$HOME $@ $(@D) $(@F)\n", ["echo $HOME a . a"]),
        ("bin/a: b\n\tcp $< $@ $(@D) $^\nb: ; true\n", ["true", "cp b bin/a bin b"]),
        ("a: b\na:\n\tlast\nb: ; first\n", ["first", "last"]),
        ("./a: ; one\n.PHONY: ./a\n", ["one"]),
        ("a: ; one # two\n", ["one"]),
    ],
)
def test_a_goal_comes_to_its_recipe_after_those_of_its_prerequisites(text: str, lines: list[str]) -> None:
    assert comes_to(text) == lines


@pytest.mark.parametrize(
    ("definitions", "value"),
    [
        ("X = a", "a"),
        ("X = $(Y)\nY = b", "b"),
        ("X := $(Y)\nY = b", ""),
        ("X ?= a\nX ?= b", "a"),
        ("SET ?= a\nX = $(SET)", "given"),
        ("SET = a\nX = $(SET)", "a"),
        ("TOLD = a\nX = $(TOLD)", "over"),
        ("X = a\nX += b", "a b"),
        ("X = a#no", "a"),
        ("X = a #no", "a "),
        ("X = ${A}$(B)\nA = 1\nB = 2", "12"),
        ("X = $(shell git describe)", "$(…)"),
        ("X = v$(VERSION)-$(UNKNOWN)\nVERSION = 1", "v1-$(…)"),
        ("X != date", "$(…)"),
        ("X = $(addprefix bin/,a b)", "bin/a bin/b"),
        ("X = $(notdir /a/b)$(dir /a/b)$(firstword c d)$(lastword c d)", "b/a/cd"),
        ("X = $(strip  a   b )$(subst a,o,bar)", "a bbor"),
        ("X = $(if $(NONE),yes,no)$(or $(NONE),or)", "noor"),
        ("X = $(wildcard *.go)", "$(…)"),
        ("X = $(filter %.go,a.go)", "$(…)"),
        ("X = $(RM)", "rm -f"),
        ("CC ?= gcc\nX = $(CC)", "cc"),
        ("RM += -r\nX = $(RM)", "rm -f -r"),
        ("X = $(info hello)a", "a"),
        ("ifdef NONE\nX = a\nelse\nX = b\nendif", "b"),
        ("ifeq ($(OS),Windows_NT)\nX = a.exe\nelse ifeq ($(SET),given)\nX = a\nelse\nX = b\nendif", "a"),
        ('ifneq "$(SET)" "given"\nX = a\nelse\nX = b\nendif', "b"),
        ("ifeq ($(shell uname),Linux)\nX = a\nelse\nX = b\nendif", "$(…)"),
        ("define OTHER\nX = no\nendef\nX = a", "a"),
        ("include more.mk", "included"),
        ("-include none.mk\nX = a", "a"),
        ("export X = a", "a"),
    ],
)
def test_variables_have_the_value_that_make_gives_them(definitions: str, value: str) -> None:
    found = comes_to(
        f"{definitions}\nall:\n\techo '$(X)'\n",
        there={"more.mk": "X = included\n"},
        environment={"SET": "given", "UNKNOWN": None},
        overrides={"TOLD": "over"},
    )
    assert found == [f"echo '{value}'"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: b\n\tone\n",
        "a: a\n\tone\n",
        "a: $(shell cat list)\n\tone\n",
        "$(shell cat list):\n\tone\n",
        "$(eval X = 1)\na: ; one\n",
        "a:: ; one\n",
        "%: ; one\n",
        "a: x.o\nx.o: x.c\n",
        "bin/%: ; one\nall: bin/a\n.DEFAULT_GOAL = all\n",
        "a: X = 1\na: ; one\n",
        "a b: %: %.in\n\tone\n",
        "ifeq ($(shell uname),Linux)\na: ; one\nendif\n",
        "a:\nifeq ($(shell uname),Linux)\n\tone\nendif\n",
        ".ONESHELL:\na: ; one\n",
        ".SECONDEXPANSION:\na: ; one\n",
        ".EXPORT_ALL_VARIABLES:\na: ; one\n",
        ".c.o: ; one\na: ; one\n",
        "vpath %.c src\na: ; one\n",
        "include none.mk\na: ; one\n",
        "Makefile: ; one\na: ; one\n",
        "-include x.mk\na: ; one\nx.mk: ; two\n",
        "a: ; one\na: ; two\n",
        "ifeq (a,a)\na: ; one\n",
        "define X\na: ; one\n",
        "else\na: ; one\n",
        "override X = 1\na: ; one\n",
        "unexport X\na: ; one\n",
        "what is this\na: ; one\n",
        "a: ; one\r\n",
        "a: ; \ue000\n",
        "a\0: ; one\n",
        "#" * (LONGEST + 1),
    ],
)
def test_what_is_not_plain_is_given_up(text: str) -> None:
    with pytest.raises(Unplain):
        comes_to(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: ; $(eval X = 1) one\n",
        "a: ; $(call f,1)\n",
        "a: ; $(foreach x,1 2,$(x))\n",
        "a: ; $(error no)\n",
        "a: ; $(X)\ndefine X\none\ntwo\nendef\n",
        "X = $(Y)\nY = $(X)\na: ; $(X)\n",
        "a: ; $(X\n",
    ],
)
def test_a_line_that_may_be_anything_is_a_hole(text: str) -> None:
    assert comes_to(text) == ["$(…)"]


@pytest.mark.parametrize(
    ("text", "there", "lines"),
    [
        ("build: ; one\n", "build", []),
        (".PHONY: build\nbuild: ; one\n", "build", ["one"]),
        ("a: main.go\n\tone\n", "main.go", ["one"]),
        ("a: $(wildcard *.go)\n\tone\n", "main.go", ["one"]),
        ("a: *.go\n\tone\n", "main.go", ["one"]),
        ("a: | bin\n\tone\nbin: ; mkdir bin\n", "bin", ["one"]),
    ],
)
def test_what_is_there_and_needs_nothing_is_not_made(text: str, there: str, lines: list[str]) -> None:
    assert comes_to(text, there={there: ""}) == lines


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("a: b\n\tone\nb: ; two\n", "a"),
        ("build: deps\ndeps: ; one\n", "build.sh"),
        ("a: $(wildcard *.go)\n\tone\nx.go: gen\n\ttwo\ngen: ; three\n", "x.go"),
        ("a: $(wildcard *.go)\n\tone\nx.go: y\n", "x.go"),
        ("a: $(wildcard *.go)\n\tone\n%.pb.go: %.proto\n\ttwo\n", "x.go"),
    ],
)
def test_what_may_be_up_to_date_is_given_up(text: str, there: str) -> None:
    with pytest.raises(Unplain):
        comes_to(text, there={there: ""})


def test_what_ran_to_expand_a_line_is_told() -> None:
    makefile = Makefile(Variables({}, True, {}), NOTHING.get)
    makefile.take("Makefile", "A := $(shell one)\nB = $(shell two)\na: ; use $(A) $(B)\n")
    found = lines_for((), makefile, lambda name: False)
    assert [(line.text[:3], line.asked) for line in found.lines] == [("", ("one",)), ("use", ("two",))]


PIECES = st.sampled_from(
    "a b all : :: = := ?= += != $ $$ ( ) { } , ; | % * # \\ \t \n \r \0 ' \" @ - + $( $(shell $(if $(wildcard ${ $@ "
    "ifeq ifdef else endif define endef include -include export override .PHONY : .DEFAULT_GOAL ./ é \\\n".split(
        " "
    )
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=60).map("".join))
def test_any_text_is_read_or_given_up(text: str) -> None:
    try:
        comes_to(text, there={"a": text})
    except Unplain:
        return


@pytest.mark.parametrize(
    "piece",
    ["$(", "$(A", "\\\n", " ", "\t", "a:\n", "ifdef a\n", "a=$(a)\n", "$(if ", "#\n", "a: a\n", "define a\n"],
)
def test_the_longest_text_is_no_trouble(piece: str) -> None:
    """Anything that is not linear would not come back."""
    text = piece * (LONGEST // len(piece))
    try:
        comes_to(text)
    except Unplain:
        return
