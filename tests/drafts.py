"""Projects for property tests: small ones put together at random, and those of the corpus, changed at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from cases import Case, all_cases
from projects import write_files
from restage.dockerfile.reader import read


@dataclass(frozen=True)
class Draft:
    """A Dockerfile and the project around it."""

    dockerfile: bytes
    files: dict[str, bytes]
    needed: tuple[str, ...] = ()
    """Files that the container can't run without, by their path in the image."""
    name: str = field(default="Dockerfile")
    context: str = "."

    def write(self, folder: Path) -> Path:
        """Writes the project; the path of its Dockerfile."""
        return write_files(folder, {**self.files, self.name: self.dockerfile}) / self.name


EXTRAS = (
    "ENV MODE=production",
    'ENV GREETING="hello there" OTHER=$MODE',
    "ARG VERSION=1",
    'LABEL maintainer="somebody" version="$VERSION"',
    "EXPOSE 8080 9090/udp",
    "VOLUME /var/data",
    "STOPSIGNAL SIGINT",
    "HEALTHCHECK --interval=30s CMD true",
    "RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*",
    "RUN apt-get update && apt-get install -y curl",
    "RUN useradd --create-home worker",
    "RUN mkdir -p /var/data && chmod 777 /var/data",
    "RUN ln -s /usr/bin/env /usr/local/bin/e",
    "RUN ./configure && make install",
    "RUN frobnicate --all",
    "# a remark\n",
    "",
)

LATE = (
    *EXTRAS,
    "USER 1000",
    "USER nobody:nogroup",
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    "ONBUILD RUN true",
    "MAINTAINER somebody",
    "WORKDIR sub",
    "COPY . /srv",
    "ADD https://example.com/archive.tar.gz /tmp/",
    "RUN <<EOF\necho one\necho two\nEOF",
    'ENTRYPOINT ["/bin/sh", "-c"]',
    'CMD ["true"]',
    "CMD echo $HOME",
    "RUN rm -rf /tmp/* /root/.cache",
    "RUN mv README.md docs.md",
    "COPY --chown=1000:1000 . .",
    "COPY missing.txt .",
    "ENV PATH=/opt/bin:$PATH",
)


@dataclass(frozen=True)
class Kind:
    """One ecosystem: what its Dockerfiles are put together from."""

    bases: tuple[str, ...]
    installs: tuple[str, ...]
    builds: tuple[str, ...]
    starts: tuple[tuple[str, tuple[str, ...]], ...]
    """The start, and what of the working directory it can't do without."""
    files: dict[str, bytes]


GO = Kind(
    bases=("golang:1.22", "golang:1.22-bookworm", "golang:1.21-alpine", "golang", "golang:1.22 AS app"),
    installs=("COPY go.mod ./\nRUN go mod download", "COPY go.mod .", ""),
    builds=(
        "RUN CGO_ENABLED=0 go build -o server .",
        "ENV CGO_ENABLED=0\nRUN go vet ./... \\\n    && go build -ldflags '-s -w' -o server .",
        "RUN go build -o ./server ./",
    ),
    starts=(
        ('CMD ["./server"]', ("server",)),
        ("ENTRYPOINT ./server --port 80", ("server",)),
        ("CMD go run .", ()),
    ),
    files={
        "go.mod": b"module example.com/app\n\ngo 1.21\n",
        "main.go": b'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", nil) }\n',
        "README.md": b"read me\n",
    },
)
NODE = Kind(
    bases=("node:20", "node:20-slim", "node:18-bookworm", "node:20-alpine", "node:lts", "node"),
    installs=(
        "COPY package*.json ./\nRUN npm install",
        "COPY package.json .\nRUN npm install --omit=dev",
        "RUN npm -v",
    ),
    builds=("RUN npm run build", "RUN npm run build && npm cache clean --force", ""),
    starts=(
        ('CMD ["node", "server.js"]', ("server.js", "lib/answer.js")),
        ('CMD ["npm", "start"]', ("server.js", "lib/answer.js", "package.json")),
        ("ENTRYPOINT node server.js", ("server.js",)),
        ('CMD ["npm", "run", "dev"]', ()),
    ),
    files={
        "package.json": b'{"name": "app", "version": "1.0.0", "scripts": {"start": "node server.js", "dev": "vite",'
        b' "build": "tsc"}, "dependencies": {"express": "4.19.2"}, "devDependencies": {"typescript": "5.4.5"}}\n',
        "server.js": b"require('express')().get('/', require('./lib/answer')).listen(80)\n",
        "lib/answer.js": b"module.exports = (request, response) => response.send('yes')\n",
        "README.md": b"read me\n",
    },
)
PYTHON = Kind(
    bases=(
        "python:3.12",
        "python:3.12-slim",
        "python:3.11-bookworm",
        "python:3.12-alpine",
        "python:3",
        "python",
    ),
    installs=(
        "COPY requirements.txt .\nRUN pip install -r requirements.txt",
        "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt",
        "RUN pip install flask",
        "",
    ),
    builds=("RUN python -m compileall .", "RUN python build.py", ""),
    starts=(
        ('CMD ["python", "app.py"]', ("app.py", "answers/yes.py")),
        ('ENTRYPOINT ["python3"]\nCMD ["app.py"]', ("app.py",)),
        ("CMD flask --app app run", ("app.py", "answers/yes.py")),
        ("CMD bash", ()),
    ),
    files={
        "requirements.txt": b"flask==3.0.3\n",
        "app.py": b"from flask import Flask\n\nfrom answers import yes\n\napp = Flask(__name__)\n",
        "build.py": b"print('nothing')\n",
        "answers/__init__.py": b"",
        "answers/yes.py": b"YES = 'yes'\n",
        "README.md": b"read me\n",
    },
)


@st.composite
def projects(draw: st.DrawFn) -> Draft:
    """A project that is put together from what such projects have."""
    kind = draw(st.sampled_from((GO, NODE, PYTHON)))
    extras = st.lists(st.sampled_from(EXTRAS), max_size=2)
    folder = draw(st.sampled_from(("/app", "/usr/src/app", "/srv")))
    start, needed = draw(st.sampled_from(kind.starts))
    parts = [
        f"FROM {draw(st.sampled_from(kind.bases))}",
        *draw(extras),
        f"WORKDIR {folder}",
        draw(st.sampled_from(kind.installs)),
        *draw(extras),
        draw(st.sampled_from(("COPY . .", f"COPY . {folder}", "COPY ./ ./", "ADD . ."))),
        draw(st.sampled_from(kind.builds)),
        *draw(extras),
        start,
    ]
    style = draw(styles())
    return Draft(style("\n".join(parts) + "\n"), kind.files, tuple(f"{folder}/{name}" for name in needed))


@dataclass(frozen=True)
class Style:
    """How an author may write one and the same Dockerfile."""

    newline: str
    lower: bool
    indent: str
    mark: bool
    final: bool

    def __call__(self, text: str) -> bytes:
        """The text in this style. Keywords are only changed where nothing else can be meant by the line."""
        lines = [self._line(line) for line in text.split("\n")]
        written = self.newline.join(lines)
        written = written if self.final else written.rstrip("\r\n")
        return (b"\xef\xbb\xbf" if self.mark else b"") + written.encode("utf-8", "surrogateescape")

    def _line(self, line: str) -> str:
        keyword, space, rest = line.partition(" ")
        if not (keyword.isalpha() and keyword.isupper() and space):
            return line
        return f"{self.indent}{keyword.lower() if self.lower else keyword}{space}{rest}"


def styles() -> st.SearchStrategy[Style]:
    often_not = st.sampled_from((False, False, False, True))
    return st.builds(
        Style,
        newline=st.sampled_from(("\n", "\n", "\r\n")),
        lower=often_not,
        indent=st.sampled_from(("", "", "  ")),
        mark=often_not,
        final=often_not.map(lambda value: not value),
    )


CASES = all_cases()


@st.composite
def mutants(draw: st.DrawFn) -> Draft:
    """A case of the corpus whose Dockerfile was changed in one to four places."""
    case: Case = draw(st.sampled_from(CASES))
    data = (case.before / case.dockerfile).read_bytes()
    document = read(data)
    items = [document.text[item.span.start : item.span.end] for item in document.items]
    for _ in range(draw(st.integers(1, 4))):
        items = draw(mutated(items))
    text = "".join(item if item.endswith("\n") else f"{item}\n" for item in items)
    style = draw(styles())
    data = text.encode("utf-8", "surrogateescape") if "\r" in text else style(text)
    names = [path for path in case.before.rglob("*") if path.is_file() and not path.is_symlink()]
    files = {str(path.relative_to(case.before)): path.read_bytes() for path in names}
    return Draft(data, files, name=str(case.dockerfile), context=str(case.context))


@st.composite
def mutated(draw: st.DrawFn, items: list[str]) -> list[str]:
    """One mechanical change of a list of instructions, comments and blank lines."""
    if not items:
        return ["FROM debian\n"]
    at = draw(st.integers(0, len(items) - 1))
    other = draw(st.integers(0, len(items) - 1))
    changed = list(items)
    match draw(st.sampled_from(("swap", "drop", "duplicate", "insert", "continue", "remark", "words"))):
        case "swap":
            changed[at], changed[other] = changed[other], changed[at]
        case "drop":
            del changed[at]
        case "duplicate":
            changed.insert(other, changed[at])
        case "insert":
            changed.insert(at, draw(st.sampled_from(LATE)) + "\n")
        case "continue":
            changed[at] = draw(continued(changed[at]))
        case "remark":
            changed.insert(at, draw(st.sampled_from(("# ünïcode remark\n", "#\n", "\n", "   \n"))))
        case "words":
            changed[at] = changed[at].replace(" ", draw(st.sampled_from(("  ", "\t", " \\\n  "))), 1)
    return changed


@st.composite
def continued(draw: st.DrawFn, item: str) -> str:
    """An instruction that goes on in another line, perhaps with a remark between."""
    spaces = [place for place, letter in enumerate(item) if letter == " "]
    if not spaces or item.startswith("#") or "<<" in item:
        return item
    place = draw(st.sampled_from(spaces))
    return f"{item[:place]} \\\n{draw(st.sampled_from(('', '    # why', '# why')))}\n{item[place:]}"
