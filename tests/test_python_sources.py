"""How requirements, sources, options and rows of Python are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import restage_strategies.python as strategy_package
from projects import look_up
from python_image import Image
from restage.api import Command, Context, State, Tree
from restage_strategies.python import STRATEGY
from restage_strategies.python.calls import calls
from restage_strategies.python.names import Requirement, normalised, read_requirement
from restage_strategies.python.pip_options import read_options
from restage_strategies.python.rows import find_row
from restage_strategies.python.setup_script import read_setup_script


@pytest.mark.parametrize(
    ("line", "name", "extras", "pinned"),
    [
        ("Django==4.2", "django", (), "4.2"),
        ("uvicorn[standard]>=0.2", "uvicorn", ("standard",), None),
        ("ruamel.yaml", "ruamel-yaml", (), None),
        ("git+https://host/a/b.git@main#egg=My_Thing", "my-thing", (), None),
        ("thing @ https://host/thing-1.0.tar.gz", "thing", (), None),
        ("./dist/own_pkg-1.0-py3-none-any.whl", "own-pkg", (), None),
    ],
)
def test_a_requirement_is_read(line: str, name: str, extras: tuple[str, ...], pinned: str | None) -> None:
    found = read_requirement(line)
    assert found is not None
    assert (found.name, found.extras, found.pinned) == (name, extras, pinned)


def test_a_requirement_for_another_system_is_none() -> None:
    assert read_requirement("pywin32; sys_platform == 'win32'") is None
    assert read_requirement("uvloop; sys_platform != 'win32'") is not None


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import subprocess\nsubprocess.run(['git', 'log'])", ["git"]),
        ("from subprocess import check_output as out\nout('ffmpeg -i x', shell=True)", ["ffmpeg"]),
        ("import os\nos.system('cd /x && tar xf y; convert a b')", ["tar", "convert"]),
        ("import subprocess\ncmd = ['pdftotext', p]\nsubprocess.Popen(cmd)", ["pdftotext"]),
        ("import subprocess\ndef run(c):\n    subprocess.run(c, shell=True)\nrun('git pull')", ["git"]),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'x'])", ["python"]),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', x])", ["pip"]),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'freeze'])", ["python"]),
        ("import os\nos.system('python3 -m pip install -r extra.txt')", ["pip"]),
        ("import pip\npip.main(['install', 'x'])", ["pip"]),
        ("from pip._internal import main as pipmain\npipmain(['install', 'x'])", ["pip"]),
        ("import subprocess\nsubprocess.run(sys.argv[1:])", [""]),
        ("import subprocess\nsubprocess.run(f'{tool} -x', shell=True)", [""]),
        ("import subprocess\nprint 'python 2'\nsubprocess.call(['hg', 'id'])", ["hg"]),
        ("app.run('x'); self.call(y); platform.system(); shutil.which(name)", []),
        ("import ctypes.util\nctypes.util.find_library('opus')", ["opus"]),
        ("from sh import git\ngit('status')", ["git"]),
        ("import subprocess as proc\nproc.run(['git'])", ["git"]),
        ("import os as o\no.system('git log')", ["git"]),
        ("import asyncio, subprocess\nasyncio.to_thread(subprocess.run, ['git', x])", ["git"]),
        ("from subprocess import run\nloop.run_in_executor(None, partial(run, 'hg id', shell=True))", ["hg"]),
        ("import os, threading\nthreading.Thread(target=os.system, args=('git pull',)).start()", ["git"]),
        ("import subprocess\njobs.add_job(subprocess.run, 'interval', args=[['git', 'pull']])", ["git"]),
        ("import subprocess\npool.apply_async(subprocess.call, (['git', 'pull'],))", ["git"]),
        ("import subprocess\npool.map(subprocess.call, [['git'], ['hg']])", [""]),
        ("import subprocess\nRUN = subprocess.check_output\nRUN(['git'])", [""]),
        ("import subprocess\nisinstance(p, subprocess.Popen)\nq: subprocess.Popen = p", []),
        ("import shutil\nlist(filter(shutil.which, names))", []),
        ("loop.subprocess_exec(Protocol, 'git', 'log')", ["git"]),
        ("import anyio\nanyio.open_process(['git', 'log'])", ["git"]),
        ("from invoke import run\nrun('git pull')", ["git"]),
        ("import os\nos.system('bash -e tools/do.sh x')", ["bash", "tools/do.sh"]),
        ("import subprocess\nsubprocess.run(['sh', '-c', 'git pull && hg id'])", ["sh", "git", "hg"]),
        ("import subprocess\nsubprocess.run(['/bin/sh', '-c', text])", ["/bin/sh", ""]),
        ("import os\nos.system('bash -o pipefail -c \"git log\"')", ["bash", "git"]),
        ("import os\nos.system('bash +o posix -O extglob do.sh')", ["bash", "do.sh"]),
        (
            "import subprocess\nsubprocess.run(['bash', '-euo', 'pipefail', '-c', 'git log | hg id'])",
            ["bash", "git", "hg"],
        ),
        ("import subprocess\nsubprocess.run(['bash', '-o', 'pipefail', 'do.sh'])", ["bash", "do.sh"]),
        ("import subprocess\nsubprocess.run(['bash', '-c', '-e', 'git log'])", ["bash", "git"]),
        ("import subprocess\nsubprocess.run(['bash', os.path.join(HERE, 'do.sh')])", ["bash", "do.sh"]),
        ("import subprocess\nsubprocess.run(['bash', script])", ["bash", ""]),
        ("import subprocess\nsubprocess.Popen(f'bash {script}', shell=True)", ["bash", ""]),
        ("from mcp import StdioServerParameters\nStdioServerParameters(args=a, command='uvx')", ["uvx"]),
        ("from agents.mcp import MCPServerStdio as S\nS(params={'command': 'npx'})", [""]),
        ("client = MultiServerMCPClient({'a': {'command': 'uvx'}})", [""]),
    ],
)
def test_programs_and_libraries_that_a_source_names(source: str, names: list[str]) -> None:
    assert [finding.name for finding in calls(source)] == names


@given(st.text(max_size=300))
def test_any_text_is_read_as_a_source_a_requirement_and_a_setup_script(text: str) -> None:
    calls("subprocess.run(" + text)
    read_requirement(text)
    read_setup_script(text)


@given(st.lists(st.text(alphabet="-rectUq=.ab/ ", max_size=6), max_size=6))
def test_any_options_of_pip_are_read(arguments: list[str]) -> None:
    image = Context(Path("/nowhere"))
    state = State("/", "root", {}, look_up("python:3.12"), Tree(image))
    options = read_options(tuple(arguments), Command(("pip",)), state)
    assert len(options.words) <= len(arguments)


@pytest.mark.parametrize(
    ("requirement", "python", "apt"),
    [
        (Requirement("lxml", specifier="==4.6.0"), "3.12", "libxml2-dev"),
        (Requirement("lxml", specifier="==5.3.0"), "3.12", None),
        (Requirement("psycopg"), "3.12", "libpq-dev"),
        (Requirement("psycopg", ("binary",)), "3.12", None),
        (Requirement("soundfile", specifier="==0.10.3"), "3.9", "libsndfile1-dev"),
        (Requirement("soundfile"), "3.9", None),
    ],
)
def test_a_row_depends_on_version_and_extras(requirement: Requirement, python: str, apt: str | None) -> None:
    row = find_row(requirement, python)
    assert row is not None
    assert (apt in row.apt) if apt else not row.apt


def test_the_table_names_each_distribution_once_in_its_normal_form() -> None:
    path = Path(strategy_package.__file__).with_name("rows.json")
    table = json.loads(path.read_text(encoding="utf-8"))
    plain = [name for line in table["plain"] for name in line.split()]
    bare = {name.partition("[")[0] for name in table["needs"]}
    assert len(plain) == len(set(plain)) > 5000
    assert not set(plain) & bare
    assert all(name == normalised(name) for name in (*plain, *bare))
    assert table["source"]
    assert table["as_of"]


def test_detection_tells_what_was_found(tmp_path: Path) -> None:
    image = Image(tmp_path, {"requirements-dev.txt": "", "setup.py": ""}, commands=("pip install flask",))
    found = STRATEGY.detect(image.case)
    assert found is not None
    assert found.evidence == ("setup.py", "requirements-dev.txt", "RUN pip install flask")


def test_a_folder_without_python_is_not_detected(tmp_path: Path) -> None:
    assert STRATEGY.detect(Image(tmp_path, {"package.json": "{}"}).case) is None
