"""What lies beside the sources of any project, and lines of any Dockerfile."""

from __future__ import annotations

from generating.drawing import NOUNS, THINGS, Draw, Files, lines


def surroundings(draw: Draw, *hidden: str) -> Files:
    """What lies beside the sources; what is `hidden` has a line in .dockerignore."""
    return {**ignored(draw, *hidden), **composed(draw), **extras(draw)}


def ignored(draw: Draw, *hidden: str) -> Files:
    """A .dockerignore, most of the time."""
    usual = """
        *.md .env .github .vscode coverage docs Makefile **/*.log tests .idea Dockerfile compose.yaml
    """.split()
    return {".dockerignore": lines(list(hidden), draw.some(usual, 0, 8))} if draw.chance(8) else {}


def composed(draw: Draw) -> Files:
    """A compose file, now and then; some give a command or an environment."""
    if not draw.chance(3):
        return {}
    service = [f"  {draw.one(THINGS)}:", "    build: .", f'    ports: ["{draw.port}:{draw.port}"]']
    if draw.chance(5):
        service += ["    environment:", f"      LOG_LEVEL: {draw.one('info', 'debug', 'warn')}"]
    if draw.chance(4):
        service += ["    depends_on: [db]", "  db:", f"    image: postgres:{draw.random.randint(12, 17)}"]
    return {draw.one("compose.yaml", "docker-compose.yml"): lines("services:", service)}


def extras(draw: Draw) -> Files:
    """What lies beside most projects."""
    found = {
        "README.md": f"# {draw.name}\n\nHow to {draw.word().replace('_', ' ')}.\n",
        ".gitignore": "*.log\n.env\n",
    }
    if draw.chance(3):
        found[".github/workflows/ci.yml"] = lines(
            "on: push",
            "jobs:",
            "  test:",
            "    runs-on: ubuntu-latest",
            "    steps:",
            "      - uses: actions/checkout@v4",
        )
    return found


def labels(draw: Draw) -> list[str]:
    """Lines that have nothing to do with the build."""
    return draw.some(
        [
            f'LABEL org.opencontainers.image.title="{draw.name}"',
            f'LABEL maintainer="{draw.one(NOUNS)}@example.com"',
            f"ENV TZ={draw.one('UTC', 'Europe/Vienna', 'Asia/Tokyo')}",
            f"ENV LOG_LEVEL={draw.one('info', 'warn', 'debug')}",
            "# built by the pipeline",
        ],
        0,
        3,
    )


def health(draw: Draw) -> str:
    return (
        f"HEALTHCHECK --interval={draw.random.randint(5, 60)}s CMD curl -fsS http://localhost:{draw.port}/ || exit 1"
        if draw.chance(2)
        else ""
    )
