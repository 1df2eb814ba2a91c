"""Installs of what other commands of a RUN read from a file are installs of that file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from python_image import OFFICIAL, Image, paths
from restage.api import commands_of
from restage_strategies.python import STRATEGY
from restage_strategies.python.distributions import Installed

FILES = {
    "requirements.txt": "flask\n# web\nlxml\n",
    "requirements/base.txt": "flask\n",
    "requirements/extra.txt": "lxml\n",
}


@pytest.mark.parametrize(
    ("run", "names"),
    [
        ("cat requirements.txt | xargs -n 1 pip install", ["flask", "lxml"]),
        ("grep -v '^#' requirements.txt | xargs python3 -m pip install", ["flask", "lxml"]),
        ("xargs -a requirements.txt pip install", ["flask", "lxml"]),
        ("xargs pip install < requirements.txt", ["flask", "lxml"]),
        ("pip install gunicorn $(cat requirements.txt | tr '\\n' ' ')", ["flask", "gunicorn", "lxml"]),
        ("while read line; do pip install $line; done < requirements.txt", ["flask", "lxml"]),
        ("for f in requirements/*.txt; do pip install -r $f; done", ["flask", "lxml"]),
        ("for p in `cat requirements.txt`; do pip install $p; done", ["flask", "lxml"]),
        ("for p in psycopg2==2.9 redis; do pip install $p; done", ["psycopg2", "redis"]),
    ],
)
def test_an_install_asks_for_what_it_is_handed(tmp_path: Path, run: str, names: list[str]) -> None:
    image = Image(tmp_path, FILES)
    commands = commands_of(run, image.state) or ()
    case = replace(image.case, commands=tuple(command for command in commands if command.words))
    install = next(c for c in commands if c.name in ("pip", "xargs"))
    effect = STRATEGY.effect(install, image.state, case)
    assert effect is not None and paths(effect.writes) == OFFICIAL
    made = [p for p in STRATEGY.products(install, effect, image.state, case) if isinstance(p, Installed)]
    assert {(product.unread, *sorted({wanted.name for wanted in product.wanted})) for product in made} == {
        ((), *names)
    }


@pytest.mark.parametrize(
    "run", ["pip install $EXTRA", "echo numpy | xargs pip install", "for p in $MORE; do pip install $p; done"]
)
def test_names_that_nothing_tells_stay_unknown(tmp_path: Path, run: str) -> None:
    image = Image(tmp_path, FILES)
    commands = commands_of(run, image.state) or ()
    case = replace(image.case, commands=tuple(command for command in commands if command.words))
    effect = STRATEGY.effect(commands[-1], image.state, case)
    assert effect is None or paths(effect.writes) != OFFICIAL
