"""Programs in Python."""

from __future__ import annotations

from generating.beside import labels, surroundings
from generating.drawing import NOUNS, THINGS, Draw, Files, lines, modules, named, spaced

PYTHON = """
    aiohttp alembic anyio attrs boto3 celery click cryptography fastapi flask-cors gunicorn httpx
    itsdangerous jinja2 markupsafe marshmallow numpy orjson pandas pillow pydantic pyjwt python-dateutil
    python-dotenv pyyaml redis requests rich sqlalchemy tenacity tqdm typer urllib3 uvicorn werkzeug
""".split()


def source(draw: Draw, *imports: str) -> str:
    def body(name: str) -> str:
        what = draw.one(THINGS)
        return (
            f'def {name}({what}s, limit={draw.random.randrange(500)}):\n    """{name.replace("_", " ")}."""\n'
            f"    kept = [{what} for {what} in {what}s if len({what}) < limit]\n    return sorted(kept)\n"
        )

    return "\n".join(f"import {name}" for name in imports) + "\n\n\n" + "\n\n".join(named(draw, body, 2, 14))


def base(draw: Draw, suffix: str = "") -> str:
    return f"FROM python:3.{draw.random.randint(9, 13)}{suffix or draw.one('', '', '-bookworm')}"


def requirements(draw: Draw, *first: str) -> str:
    chosen = [*first, *(name for name in draw.some(PYTHON, 2, 14) if name not in first)]
    return lines([f"{name}=={draw.version(4)}" for name in chosen])


def files(draw: Draw, package: str, *imports: str) -> Files:
    return {
        f"{package}/__init__.py": "",
        **modules(draw, package, "py", standard),
        f"{package}/models.py": source(draw, *imports),
        **surroundings(draw, "__pycache__", ".venv"),
    }


def standard(draw: Draw) -> str:
    """A source file that imports modules of the standard library."""
    return source(draw, *draw.some(["json", "logging", "math", "re", "time"], 1, 3))


def program(draw: Draw, main: str, imported: str, package: str, requirement: str) -> Files:
    """A program of one file and a package, with requirements."""
    return {
        **files(draw, package),
        main: source(draw, imported, f"{package}.models"),
        "requirements.txt": requirements(draw, requirement),
    }


def installed(draw: Draw, options: str = "") -> list[str]:
    """Lines that install the requirements, and copy the sources then."""
    return [
        f"WORKDIR {draw.folder}",
        "COPY requirements.txt .",
        f"RUN pip install {options}-r requirements.txt",
        "COPY . .",
    ]


def flask(draw: Draw) -> Files:
    run = draw.one(
        f'CMD ["gunicorn", "-b", "0.0.0.0:{draw.port}", "app:app"]',
        'CMD ["python", "app.py"]',
        "CMD python app.py",
    )
    dockerfile = spaced(
        [base(draw), *labels(draw), "ENV PYTHONUNBUFFERED=1" if draw.chance(5) else ""],
        [
            f"WORKDIR {draw.folder}",
            "COPY requirements.txt .",
            f"RUN pip install {draw.one('--no-cache-dir ', '')}-r requirements.txt",
        ],
        ["COPY . .", f"EXPOSE {draw.port}", run],
    )
    main = (
        "from flask import Flask\nfrom core import models\n"
        f"\napp = Flask(__name__)\n\n\n@app.get('/')\ndef {draw.word()}():\n"
        f"    return '{draw.name}'\n"
    )
    return {
        **files(draw, "core"),
        "requirements.txt": requirements(draw, "flask", "gunicorn"),
        "app.py": main,
        "Dockerfile": dockerfile,
    }


def fastapi(draw: Draw) -> Files:
    dockerfile = spaced(
        [base(draw), f"WORKDIR {draw.folder}"],
        [
            "COPY ./requirements.txt requirements.txt",
            "RUN pip install --no-cache-dir --upgrade -r requirements.txt",
            "COPY ./app app",
        ],
        [f'CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "{draw.port}"]'],
    )
    main = (
        f"from fastapi import FastAPI\n\nfrom app import models\n\napi = app = FastAPI(title='{draw.name}')\n"
    )
    return {
        **files(draw, "app"),
        "app/main.py": main,
        "requirements.txt": requirements(draw, "fastapi", "uvicorn"),
        "Dockerfile": dockerfile,
    }


def django(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            base(draw),
            "ENV PYTHONDONTWRITEBYTECODE=1",
            "ENV PYTHONUNBUFFERED 1",
            f"WORKDIR {draw.folder}",
        ],
        [
            "COPY requirements.txt .",
            "RUN pip install --upgrade pip && pip install -r requirements.txt",
            "COPY . .",
            "RUN python manage.py collectstatic --noinput",
        ],
        [
            f"EXPOSE {draw.port}",
            f'CMD ["gunicorn", "--bind", "0.0.0.0:{draw.port}", "site_{draw.number}.wsgi"]',
        ],
    )
    package = f"site_{draw.number}"
    manage = (
        f"import os\nimport sys\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{package}.settings')\n"
        "from django.core.management import execute_from_command_line\n"
        "\nexecute_from_command_line(sys.argv)\n"
    )
    settings = (
        f"SECRET_KEY = '{draw.digest()[:40]}'\nROOT_URLCONF = '{package}.urls'\n"
        "STATIC_ROOT = 'static'\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"
    )
    wsgi = (
        "import os\nfrom django.core.wsgi import get_wsgi_application\n"
        f"\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{package}.settings')\n"
        "application = get_wsgi_application()\n"
    )
    return {
        **files(draw, package),
        "manage.py": manage,
        f"{package}/settings.py": settings,
        f"{package}/urls.py": "urlpatterns = []\n",
        f"{package}/wsgi.py": wsgi,
        "requirements.txt": requirements(draw, "django", "gunicorn"),
        "Dockerfile": dockerfile,
    }


def compiled(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            base(draw, "-slim"),
            "RUN apt-get update \\",
            f"    && apt-get install -y {draw.one('gcc libpq-dev', 'build-essential libpq-dev', 'gcc libpq-dev curl')} \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ],
        [*installed(draw), 'CMD ["python", "worker.py"]'],
    )
    return {**program(draw, "worker.py", "time", "jobs", "psycopg2"), "Dockerfile": dockerfile}


def alpine(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            base(draw, "-alpine"),
            f"RUN apk add --no-cache --virtual .build-deps {draw.one('gcc musl-dev', 'build-base libffi-dev')}",
        ],
        installed(draw, "--no-cache-dir "),
        [f'CMD ["python", "-m", "{draw.one(NOUNS)}"]' if draw.chance(1) else 'CMD ["python", "main.py"]'],
    )
    return {**program(draw, "main.py", "time", "parts", "requests"), "Dockerfile": dockerfile}


def poetry(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            base(draw),
            "ENV POETRY_VIRTUALENVS_CREATE=false",
            f"RUN pip install poetry==1.{draw.random.randint(4, 8)}.{draw.random.randrange(4)}",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY pyproject.toml poetry.lock ./",
            "RUN poetry install --no-root --no-interaction",
            "COPY . .",
            'CMD ["python", "main.py"]',
        ],
    )
    chosen = {name: draw.version(4) for name in draw.some(PYTHON, 3, 10)}
    project = lines(
        "[tool.poetry]",
        f'name = "{draw.name}"',
        'version = "0.1.0"',
        'description = ""',
        "authors = []",
        "[tool.poetry.dependencies]",
        'python = "^3.9"',
        [f'{name} = "^{version}"' for name, version in chosen.items()],
    )
    lock = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
        'optional = false\npython-versions = ">=3.8"\nfiles = []\n'
        "\n"
        for name, version in sorted(chosen.items())
    )
    return {
        **files(draw, "pieces"),
        "main.py": source(draw, "json", "pieces.models"),
        "pyproject.toml": project,
        "poetry.lock": lock
        + f'[metadata]\nlock-version = "2.0"\npython-versions = "^3.9"\ncontent-hash = "{draw.digest()[:64]}"\n',
        "Dockerfile": dockerfile,
    }


def slim(draw: Draw) -> Files:
    dockerfile = lines(
        base(draw, "-slim"),
        labels(draw),
        installed(draw, "--no-cache-dir "),
        'CMD ["python", "main.py"]',
    )
    return {**program(draw, "main.py", "sys", "bits", "requests"), "Dockerfile": dockerfile}
