"""How Go manifests, build constraints and sources are read."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.api import programs_in
from restage_strategies.go.calls import calls_in
from restage_strategies.go.constraint import Tags
from restage_strategies.go.manifest import program_name, read_manifest
from restage_strategies.go.opening import Opened, opened_by
from restage_strategies.go.source import read_go
from restage_strategies.go.tokens import tokens


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("example.org/shop", "shop"),
        ("example.org/shop/v2", "shop"),
        ("example.org/shop/v1", "v1"),
        ("example.org/v2", "example.org"),
        ("gopkg.in/tool.v3", "tool.v3"),
        ("shop", "shop"),
    ],
)
def test_a_program_is_named_after_its_import_path(path: str, name: str) -> None:
    assert program_name(path) == name


def test_manifests_are_read_in_either_form() -> None:
    text = (
        'module "example.org/a" // here\nrequire (\n\tb.org/b v1.0.0 // indirect\n)\nrequire c.org/c v1.0.0\n'
    )
    text += "replace b.org/b v1.0.0 => ../b\nreplace c.org/c => d.org/d v1.0.0\n"
    found = read_manifest(text)
    assert found.module == "example.org/a"
    assert found.requires == ("b.org/b", "c.org/c")
    assert found.replaced == (("b.org/b", "../b"),)


@pytest.mark.parametrize(
    ("expression", "takes"),
    [
        ("linux", True),
        ("windows || darwin", False),
        ("!windows && amd64", True),
        ("ignore", False),
        ("mine", True),
        ("!mine", False),
        ("(linux && !cgo) || go1.18", True),
        ("&& )", True),
        ("(" * 5000, True),
    ],
)
def test_build_constraints_hold_as_on_linux(expression: str, takes: bool) -> None:
    assert Tags(frozenset({"mine"})).takes(expression) is takes


def test_a_file_header_is_read_past_comments_and_cgo() -> None:
    text = '/* licence */\n// +build linux,cgo darwin\n\npackage a\n\n// #cgo LDFLAGS: -lvips\nimport "C"\nimport f "fmt"\n'
    file = read_go("a.go", text + 'const s = `import "os"`\n')
    assert [found.path for found in file.imports] == ["C", "fmt"]
    assert file.named("fmt") == {"f"}
    assert "-lvips" in file.preamble and file.taken_by(Tags())


@given(st.text(alphabet=st.sampled_from(list("\"'`/*\\\n a.(,)=:")), max_size=200))
def test_tokens_joined_are_the_file(text: str) -> None:
    assert "".join(token[1] for token in tokens(text)) == text


@given(st.text(max_size=200))
def test_any_text_is_read_as_go_or_as_nothing(text: str) -> None:
    assert read_go("x.go", text).text == text
    assert all(posixpath.basename(name) for name in programs_in(text) if not name.endswith("/"))


def opened(text: str) -> Opened:
    return opened_by([read_go("/app/main.go", text)], "/app")


@pytest.mark.parametrize(
    ("call", "field", "expected"),
    [
        ('os.ReadFile("a.txt")', "computed", 0),
        ("os.ReadFile(name)", "computed", 1),
        ("os.ReadFile(fixed)", "computed", 0),
        ('os.ReadFile(filepath.Join("a", name))', "computed", 1),
        ("http.Dir(name)", "listed", 1),
        ('http.Dir("./")', "whole", 1),
        ('router.StaticFS("/", http.Dir("public"))', "listed", 0),
        ('router.Static("/", "./public")', "listed", 0),
        ('router.Static("/", folder())', "listed", 1),
        ('router.Static("/", ".")', "whole", 1),
    ],
)
def test_what_is_opened_is_told_from_what_is_computed(call: str, field: str, expected: int) -> None:
    text = (
        'package main\n\nimport (\n"net/http"\n"os"\n"path/filepath"\n)\n\n'
        f'const fixed = "b.txt"\n\nfunc main() {{ {call} }}\n'
    )
    assert len(getattr(opened(text), field)) == expected


@pytest.mark.parametrize(
    ("main", "named", "untold"),
    [
        ('sh.Run("git", "pull")', {"git"}, 0),
        ('sh.Run(settings["run"])', set(), 1),
        ('sh.Run("/bin/sh")', {"/bin/sh"}, 0),
        ('sh.Run("bash", "-c", "svn update")', {"bash", "svn"}, 0),
        ('sh.Run("ip"); sh.Run(settings["run"])', {"ip"}, 1),
    ],
)
def test_a_computed_name_may_come_from_who_imports_the_package(
    main: str, named: set[str], untold: int
) -> None:
    files = {
        "/app/main.go": f'package main\nimport "shop/sh"\nfunc main() {{ {main} }}',
        "/app/sh/sh.go": 'package sh\nimport "os/exec"\nfunc Run(n string) { exec.Command(n) }',
        "/app/other/o.go": 'package other\nvar tool = "svn"',
    }
    found = calls_in([read_go(path, text) for path, text in files.items()], "/app")
    assert ({call.program for call in found.named}, len(found.untold)) == (named, untold)


@pytest.mark.parametrize(
    ("imported", "body", "named", "untold"),
    [
        ("os/exec", 'c := &exec.Cmd{Path: "/usr/bin/ip", Args: args}; c.Run()', {"/usr/bin/ip"}, 0),
        ("os/exec", "c := exec.Cmd{Path: found}; c.Run()", set(), 1),
        ("os/exec", "var c exec.Cmd; c.Run()", set(), 0),
        ("os/exec", 'var c exec.Cmd; c.Path = os.Getenv("TOOL"); c.Run()', set(), 1),
        ("os/exec", 'c := new(exec.Cmd); c.Path = "/usr/bin/ip"; u.Path = other()', {"/usr/bin/ip"}, 0),
        ("os/exec", 'c := exec.Command("ip"); c.Path = found; c.Run()', {"ip"}, 1),
        ("os/exec", "exec.ExecTask{Command: found}; exec.Cmd{Command: found}", set(), 0),
        ("github.com/alexellis/go-execute/v2", 'execute.ExecTask{Command: "ip"}', {"ip"}, 0),
        ("os/exec", 'start := exec.Command; start("ip"); start = other', {"ip"}, 1),
        ("os/exec", 'start := exec.Command; start("ip", "link")', {"ip"}, 0),
        ("os/exec", "runner{start: exec.Command}.all()", set(), 1),
        ("github.com/bitfield/script", 'script.Exec("ip -4 addr | sort")', {"ip", "sort"}, 0),
        ("github.com/magefile/mage/sh", 'sh.RunWith(nil, "ip", "addr")', {"ip"}, 0),
        ("mvdan.cc/sh/v3/interp", "interp.New()", set(), 1),
    ],
)
def test_every_way_to_start_a_program_is_seen(imported: str, body: str, named: set[str], untold: int) -> None:
    text = f'package main\nimport "{imported}"\nfunc main() {{ {body} }}\n'
    found = calls_in([read_go("/app/main.go", text)], "/app")
    assert ({call.program for call in found.named}, len(found.untold)) == (named, untold)


@pytest.mark.parametrize(
    ("body", "untold"),
    [
        ('fmt.Printf("usage: %s", os.Args[0]); exec.Command(os.Getenv("TOOL"))', 1),
        ("exec.Command(filepath.Join(os.Args[0], helper))", 1),
        ('self := os.Args[0] + "-helper"; exec.Command(self)', 1),
        ('self, err := os.Executable(); self, err = settings["tool"]; exec.Command(self)', 1),
        ("exec.Command(os.Args[0], again...)", 0),
        ("self, err := os.Executable(); exec.Command(self)", 0),
        ('exec.Command("/proc/self/exe")', 0),
    ],
)
def test_only_a_call_of_the_program_itself_needs_no_name(body: str, untold: int) -> None:
    text = f'package main\nimport ("fmt"; "os"; "os/exec")\nfunc main() {{ {body} }}\n'
    found = calls_in([read_go("/app/main.go", text)], "/app")
    assert len(found.computed) == 1 and len(found.untold) == untold and not found.named


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("func run(name string, args ...string) { exec.Command(name, args...) }", 'run("ip", "link")'),
        ("func run(ctx context.Context, name string) { exec.CommandContext(ctx, name) }", 'run(ctx, "ip")'),
        ("func (r *runner) run(dir, name string) { exec.Command(name) }", 'r.run("/tmp", "ip")'),
        ("func run(name string) { go func() { exec.Command(name) }() }", 'run("ip")'),
        ("func run(name string) { if name == x { exec.Command(name) } }", 'run("ip"); T{run: 1}; t.run(x)'),
        ("func run(name string) func() error { exec.Command(name) }", 'run("ip")'),
    ],
)
def test_a_function_that_starts_what_it_is_handed_starts_what_its_callers_name(
    function: str, call: str
) -> None:
    text = f'package main\nimport ("context"; "os/exec")\n{function}\nfunc main() {{ {call} }}\n'
    found = calls_in([read_go("/app/main.go", text)], "/app")
    assert [(call.program, call.where) for call in found.named] == [("ip", "main.go:4")]
    assert not found.computed


@pytest.mark.parametrize(
    "body",
    [
        "func run(name string) { if x { name = tool }; exec.Command(name) }",
        "func run(name string) { name, err := chosen(name); exec.Command(name) }",
        "func run(name string) { flag.StringVar(&name); exec.Command(name) }",
        "func run(name string) { for _, name := range tools { exec.Command(name) } }",
        "func run(name string) { each(func(name string) { exec.Command(name) }) }",
        "func run(name string) { exec.Command(name) }\nfunc all() { each(tools, run) }",
        "func run(name string) { exec.Command(name) }\nfunc all() { setup()\nrun(tool) }",
        "func run(name string) { exec.Command(name) }\nfunc all() { run(pair()) }",
        "func run(name string) { exec.Command(name) }\nfunc all(same string) { run(same) }\nconst same = `ip`",
        "func run(name string) { exec.Command(name) }\nfunc all() { run(tool) }\nvar name = `ip`",
        "func run(name string) { exec.Command(name) }\nfunc all() { flag.StringVar(&t); run(t) }\nvar t = `ip`",
        "func run(name string) { exec.Command(name) }\nfunc all() { t, err := other(); run(t) }\nvar t = `ip`",
        "func run(name string) { exec.Command(name) }\nfunc all() { t += other; run(t) }\nvar t = `ip`",
        "func run(dir, name string) { exec.Command(dir) }\nfunc all() { run(pair()) }",
    ],
)
def test_what_may_hold_something_else_than_callers_name_is_untold(body: str) -> None:
    text = f'package main\nimport "os/exec"\n{body}\nfunc main() {{ run("ip", "") }}\n'
    assert len(calls_in([read_go("/app/main.go", text)], "/app").untold) == 1


@pytest.mark.parametrize(
    ("other", "untold"),
    [
        ("s.Start(settings)", 1),
        ("begin(s.Start)", 1),
        ("Start(settings); s.start(settings)", 0),
        ('s.Start("ip")', 0),
        ("s.Start(tool)", 1),
    ],
)
def test_a_method_may_be_called_by_who_knows_but_an_interface(other: str, untold: int) -> None:
    files = {
        "/app/main.go": 'package main\nimport ("shop/sh"; "shop/work")\nfunc main() { work.Do(sh.Runner{}) }',
        "/app/sh/sh.go": 'package sh\nimport "os/exec"\nconst tool = "ip"\n'
        'func (Runner) Start(n string) { exec.Command(n) }\nfunc x() { r.Start("ip") }',
        "/app/work/work.go": f"package work\ntype Starter interface {{ Start(n string) }}\nfunc Do(s Starter) {{ {other} }}",
    }
    found = calls_in([read_go(path, text) for path, text in files.items()], "/app")
    assert len(found.untold) == untold


@pytest.mark.parametrize(
    ("folder", "lines"), [("x", {("bash", "scripts/a.sh")}), ("vendor/example.org/x", set())]
)
def test_only_the_projects_own_code_calls_its_scripts(folder: str, lines: set[tuple[str, ...]]) -> None:
    text = 'package x\nimport "os/exec"\nfunc f() { exec.Command("bash", "scripts/a.sh", other) }'
    assert {*calls_in([read_go(f"/app/{folder}/x.go", text)], "/app").lines} == lines
