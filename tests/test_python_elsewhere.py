"""What a RUN of the project's own code may write outside its directory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from python_image import PROJECT, Image, paths
from restage.api import region
from restage.api.tree import Changed

FETCH = "import os\nfrom app.config import MODEL\n"
SCRIPT = PROJECT + "[project.scripts]\nquay = 'quay.cli:main'\n"
COMMAND = "from django.conf import settings\n"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python fetch.py", {"fetch.py": FETCH, "app/config.py": "MODEL = '/opt/models/a.onnx'\n"}),
        ("python -m app.fetch", {"app/fetch.py": "os.makedirs('/opt/models')\n"}),
        (
            "python -m app",
            {"app/__main__.py": "from .config import MODEL\n", "app/config.py": "X = '/opt/models'\n"},
        ),
        ("python -m app.fetch", {"app/fetch.py": "local_dir: str = '/opt/models'\n"}),
        ("python -m app.fetch", {"app/fetch.py": "URL = 'sqlite:////opt/models/a.db'\n"}),
        ("python fetch.py", {"fetch.py": "os.environ['MODELS']\n"}),
        ("quay fetch", {"pyproject.toml": SCRIPT, "src/quay/cli.py": "ROOT = '/opt/models'\n"}),
        ("python fetch.py", {"fetch.py": "class S(BaseSettings):\n    models: Path\n"}),
        ('python -c "from app.config import init; init()"', {"app/config.py": "X = '/opt/models/a.db'\n"}),
        (
            "python manage.py fetch",
            {
                "manage.py": "setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')",
                "site/settings.py": "X = os.environ['MODELS']\n",
                "shop/management/commands/fetch.py": COMMAND,
            },
        ),
    ],
)
def test_what_is_named_elsewhere_goes_along_where_it_is_there(
    tmp_path: Path, command: str, files: dict[str, str]
) -> None:
    image = Image(tmp_path, files, environment={"MODELS": "/opt/models"})
    effect = image.effect(command)
    assert effect is not None
    assert effect.opaque
    made = Changed(region("/opt/models"), "mkdir -p /opt/models")
    image.state = replace(image.state, tree=image.state.tree.then(made))
    assert set(image.known_effect(command).writes) - {region("/root")} == {
        region("/app"),
        region("/opt/models"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "PAGE = '/models/list'\n",
        "open('/etc/hostname')\n",
        "open('/tmp/models')\n",
        "LOG = '/var/log/quay.log'\n",
        "open('/app/data/a')\n",
        "ROUTES = ['/data2']\n",
        "os.environ['PATH'], os.environ['OTHER']\n",
        "remodels = 1\n",
    ],
)
def test_what_is_no_data_of_the_code_is_left_alone(tmp_path: Path, text: str) -> None:
    image = Image(tmp_path, {"fetch.py": text}, environment={"MODELS": "/opt/models", "OTHER": "/usr/bin/x"})
    assert paths(image.known_effect("python fetch.py").writes) == ("/app",)


def test_what_an_option_names_may_not_be_there(tmp_path: Path) -> None:
    """`COPY --from` of a place that nothing makes does not build."""
    effect = Image(tmp_path, {"tools/build.py": ""}).effect("python -m tools.build --state=/var/lib/l")
    assert effect is not None and effect.opaque


@pytest.mark.parametrize(
    ("command", "places"),
    [
        ("mkdocs build -d /srv/www", {"/app", "/srv/www"}),
        ("mkdocs build --site-dir=../www", {"/app", "/www"}),
        ("sphinx-build -b html docs /srv/www", {"/app", "/srv/www"}),
        ("pelican content -o output -s /etc/pelican.py", {"/app"}),
    ],
)
def test_a_generator_writes_where_it_is_told(tmp_path: Path, command: str, places: set[str]) -> None:
    assert set(paths(Image(tmp_path, {"docs/a.md": ""}).known_effect(command).writes)) == places


def test_code_that_is_piped_into_python_is_read(tmp_path: Path) -> None:
    fetch = "echo \"import nltk; nltk.download('punkt')\""
    effect = Image(tmp_path, commands=(fetch, "python")).known_effect("python")
    assert paths(effect.writes) == ("/root/nltk_data",)
