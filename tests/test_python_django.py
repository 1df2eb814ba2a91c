"""Where Django's own commands put what they collect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from python_image import Image, paths, words
from restage_strategies.python import STRATEGY

STATIC = "from pathlib import Path\nimport os, environ\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("STATIC_ROOT = '/srv/static'", "/srv/static"),
        ("STATIC_ROOT = os.environ.get('COLLECTED', BASE / 'static')", "/vol/collected"),
        ("STATIC_ROOT = env('UNSET', default='/srv/static')", "/srv/static"),
        ("STATIC_ROOT = os.path.join('/vol', os.getenv('UNSET', 'static'))", "/vol/static"),
        ("VOLUME = '/vol'\nSTATIC_ROOT = os.path.join(VOLUME, 'static')", "/vol/static"),
        ("VOLUME = Path('/vol')\nSTATIC_ROOT: Path = VOLUME / 'a' / 'b'", "/vol/a/b"),
        ("STATIC_ROOT = os.path.join(\n    '/vol',\n    'static',\n)", "/vol/static"),
        ("root = environ.Path(__file__) - 3\nSTATIC_ROOT = root('public', 'static')", "/public/static"),
        ("BASE = Path(__file__).resolve().parents[2]\nSTATIC_ROOT = str(BASE / 'static')", "/static"),
        ("BASE = Path(__file__).parent.parent\nSTATIC_ROOT = BASE.parent / 'static'", "/static"),
        (
            "B = os.path.dirname(os.path.dirname(__file__))\nSTATIC_ROOT = os.path.join(B, '..', 'static')",
            "/static",
        ),
        ("BASE = Path(__file__).parent.parent\nSTATIC_ROOT = BASE / 'static'", None),
        ("STATIC_ROOT = os.path.join(BASE, 'static')", None),
        ("STATIC_ROOT = os.path.join('/vol', name())", None),
        ("MEDIA_ROOT = '/vol/media'", None),
    ],
)
def test_collected_files_go_where_the_settings_say(tmp_path: Path, text: str, place: str | None) -> None:
    image = Image(
        tmp_path,
        {"manage.py": "", "site/settings.py": STATIC + text},
        environment={"COLLECTED": "/vol/collected"},
    )
    written = {"/app"} if place is None else {"/app", place}
    assert {str(found) for found in image.known_effect("python manage.py collectstatic").writes} == written


def test_names_that_many_others_name_are_computed_once(tmp_path: Path) -> None:
    ranks = [" + ".join(f"{letter}{number}" for number in range(100)) for letter in "ABCDE"]
    bound = zip("ABCD", ranks[1:], strict=True)
    lines = [f"{letter}{number} = {rank}" for letter, rank in bound for number in range(100)]
    text = "\n".join([*lines, f"STATIC_ROOT = {ranks[0]}"])
    image = Image(tmp_path, {"manage.py": "", "site/settings.py": text})
    assert {str(found) for found in image.known_effect("python manage.py collectstatic").writes} == {"/app"}


@pytest.mark.parametrize(
    ("option", "environment"),
    [("--settings=site.live", ()), ("--noinput", (("DJANGO_SETTINGS_MODULE", "site.live"),))],
)
def test_the_settings_that_are_used_say_where(
    tmp_path: Path, option: str, environment: tuple[tuple[str, str], ...]
) -> None:
    files = {
        "manage.py": "setdefault('DJANGO_SETTINGS_MODULE', 'site.dev_settings')",
        "site/dev_settings.py": "STATIC_ROOT = '/srv/dev'\n",
        "site/zz_settings.py": "STATIC_ROOT = '/srv/zz'\n",
        "site/live.py": "from .base import *\n",
        "site/base.py": "STATIC_ROOT = '/srv/live'\n",
    }
    image = Image(tmp_path, files)
    command = replace(words(f"python manage.py collectstatic {option}"), environment=environment)
    effect = STRATEGY.effect(command, image.state, image.case)
    assert effect is not None
    assert paths(effect.writes) == ("/app", "/srv/live")
