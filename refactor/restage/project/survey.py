"""The files of a repository in which an image can be used, found by a bounded look around."""

import re
from collections import deque
from collections.abc import Iterator

from restage.project.folder import Folder, Kind, joined

_DEEPEST = 4
_MOST_DIRECTORIES = 2_000
_MOST_FILES = 500
_PASSED_OVER = {"node_modules", "bower_components", "vendor", "venv", "site-packages", "__pycache__"}
_HIDDEN_BUT_READ = {".github", ".circleci", ".docker", ".ci", ".devcontainer", ".k8s", ".deploy", ".kube"}

SCRIPT = re.compile(r"[\w.-]+\.(?:sh|bash)")
PIPELINE = re.compile(r"Jenkinsfile[\w.-]*|Tiltfile|\.travis\.yml|azure-pipelines[\w.-]*\.ya?ml")
BAKE = re.compile(r"docker-bake[\w.-]*\.(?:hcl|json)")
COMPOSE = re.compile(r"(?:(?:docker-|podman-)?compose|docker-(?:stack|swarm))[\w.-]*\.ya?ml")
MAKEFILE = re.compile(r"(?:GNU)?[Mm]akefile|[\w.-]+\.mk")
FLY = re.compile(r"fly(?:\.[\w-]+)?\.toml")
RAILWAY = re.compile(r"railway\.(?:json|toml)")
PLATFORM = re.compile(f"{FLY.pattern}|{RAILWAY.pattern}|(?:render|smithery)\\.ya?ml|heroku\\.yml")
WORKPLACE = re.compile(r"\.?devcontainer\.json")
TASKS = re.compile(r"package\.json|\.?justfile|Justfile|[Tt]askfile\.ya?ml")
"""Where commands have names, each with a shell of its own."""
DOCUMENT = re.compile(
    r"(?:README|CONTRIBUTING|DEVELOP(?:MENT|ING|ER|ERS)?|HACKING|INSTALL(?:ATION|ING)?|DOCKER|DEPLOY(?:MENT|ING)?|SETUP"
    r"|USAGE|GETTING[-_]?STARTED|QUICK[-_]?START|AGENTS|CLAUDE)(?:(?:[-_.]\w{2,5}){0,2}\.(?:md|markdown|rst|txt|adoc))?",
    re.IGNORECASE,
)
TASK_DEFINITION = re.compile(r"[\w.-]*task[-_]?def(?:inition)?[\w.-]*\.json")
_KINDS = (COMPOSE, MAKEFILE, SCRIPT, PIPELINE, BAKE, PLATFORM, TASKS, WORKPLACE, TASK_DEFINITION)
_OF_INTEREST = re.compile(
    "|".join([r"[\w.-]+\.ya?ml", *(kind.pattern for kind in _KINDS), f"(?i:{DOCUMENT.pattern})"])
)


def is_passed_over(name: str) -> bool:
    """Whether a directory of this name holds what tools keep or others wrote, not the project's files."""
    return name in _PASSED_OVER or (name.startswith(".") and name not in _HIDDEN_BUT_READ)


_DOCKERFILE = re.compile(r"(?:[\w.-]+[.-])?(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?", re.IGNORECASE)


def dockerfiles(repository: Folder) -> tuple[str, ...]:
    """The files that look like Dockerfiles, by name."""
    found = _named_like(_DOCKERFILE, repository)
    return tuple(path for path in found if not path.endswith(".dockerignore"))


def candidates(repository: Folder) -> tuple[str, ...]:
    """Files whose names say that they may use an image: at most 500, near the root first, four deep.

    What every package of a large repository has, a README and named commands, comes after all others.
    """
    return tuple(sorted(_named_like(_OF_INTEREST, repository), key=_is_everywhere)[:_MOST_FILES])


def _is_everywhere(path: str) -> bool:
    name = path.rpartition("/")[2]
    return bool(TASKS.fullmatch(name) or DOCUMENT.fullmatch(name))


def _named_like(pattern: re.Pattern[str], repository: Folder) -> Iterator[str]:
    waiting = deque([("", 0)])
    seen = 1
    while waiting:
        directory, depth = waiting.popleft()
        for name, kind in repository.entries(directory).items():
            path = joined(directory, name)
            if kind is Kind.FILE and pattern.fullmatch(name):
                yield path
            if kind is not Kind.DIRECTORY or is_passed_over(name):
                continue
            if depth < _DEEPEST and seen < _MOST_DIRECTORIES:
                seen += 1
                waiting.append((path, depth + 1))
