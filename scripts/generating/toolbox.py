"""Files that can't be split: nobody says what they run, or what they do."""

from __future__ import annotations

from generating import go, python
from generating.beside import labels
from generating.drawing import Draw, Files, lines


def toolbox(draw: Draw) -> Files:
    """Nobody says what it runs, what it copies is not there, or what it pipes into a shell is unknown."""
    dockerfile = draw.one(
        lines(go.base(draw), labels(draw), "COPY . /src", "RUN cd /src && go build ./..."),
        lines(
            python.base(draw),
            "COPY requirements.txt .",
            "RUN pip install -r requirements.txt",
            "COPY missing.py .",
        ),
        lines(
            python.base(draw),
            f"RUN curl -fsSL https://get.example.com/{draw.name}.sh | sh",
            'CMD ["python", "main.py"]',
        ),
    )
    return {
        **go.files(draw),
        "main.go": go.main(draw),
        "requirements.txt": python.requirements(draw),
        "main.py": python.source(draw, "json"),
        "Dockerfile": dockerfile,
    }
