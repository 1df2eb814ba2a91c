"""Programs in Go."""

from __future__ import annotations

from generating.beside import labels, surroundings
from generating.drawing import THINGS, Draw, Files, lines, named, spaced

GO_MODULES = """
    github.com/go-chi/chi/v5 github.com/google/uuid github.com/gorilla/mux github.com/joho/godotenv
    github.com/prometheus/client_golang github.com/rs/zerolog github.com/sirupsen/logrus
    github.com/spf13/cobra github.com/spf13/viper
    github.com/stretchr/testify go.uber.org/zap golang.org/x/sync golang.org/x/text gopkg.in/yaml.v3
""".split()


def source(draw: Draw, package: str) -> str:
    def body(name: str) -> str:
        title = "".join(part.title() for part in name.split("_"))
        return (
            f"func {title}(values []int) int {{\n\ttotal := {draw.random.randrange(99)}\n"
            f"\tfor _, v := range values {{\n\t\ttotal += v\n"
            "\t}\n\treturn total\n}\n"
        )

    return f"package {package}\n\n" + "\n".join(named(draw, body, 2, 14))


def main(draw: Draw, *imports: str) -> str:
    known = "\n".join(f'\t"{name}"' for name in sorted({"fmt", "net/http", *imports}))
    handler = f'\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ fmt.Fprintln(w, "{draw.name}") }})\n'
    return (
        f"package main\n\nimport (\n{known}\n)\n\nfunc main() {{\n"
        f'{handler}\thttp.ListenAndServe(":{draw.port}", nil)\n'
        "}\n"
    )


def base(draw: Draw) -> str:
    return f"FROM golang:1.{draw.random.randint(19, 23)}{draw.one('', '', '-bookworm', '-alpine')}"


def _major(module: str) -> str:
    last = module.rpartition("/v")[2]
    return last if last.isdigit() else "1"


def files(draw: Draw) -> Files:
    needed = draw.some(GO_MODULES, 1, 9)
    versions = {
        name: f"v{_major(name)}.{draw.random.randrange(9)}.{draw.random.randrange(9)}" for name in needed
    }
    module = lines(
        f"module example.com/{draw.name}",
        f"go 1.{draw.random.randint(19, 22)}",
        "require (",
        [f"\t{name} {version}" for name, version in versions.items()],
        ")",
    )
    sums = lines(
        [
            f"{name} {version}{kind} h1:{draw.digest()[:43]}="
            for name, version in versions.items()
            for kind in ("", "/go.mod")
        ]
    )
    packages = {f"internal/{draw.one(THINGS)}/{draw.word()}.go": "" for _ in range(draw.random.randint(1, 9))}
    sources = {path: source(draw, path.split("/")[1]) for path in packages}
    return {
        "go.mod": module,
        "go.sum": sums,
        **sources,
        **surroundings(draw, "bin", "*.test"),
    }


def service(draw: Draw) -> Files:
    flags = draw.one("", "-ldflags='-s -w' ", "-trimpath ", '-ldflags="-X main.version=1" ')
    dockerfile = spaced(
        [base(draw), *labels(draw), f"WORKDIR {draw.folder}"],
        [
            "COPY go.mod go.sum ./",
            "RUN go mod download",
            "COPY . .",
            f"RUN CGO_ENABLED=0 go build {flags}-o {draw.one('/usr/local/bin/', draw.folder + '/')}{draw.name} .",
        ],
        [f"EXPOSE {draw.port}"],
    )
    built = next(line.split()[-2] for line in dockerfile.splitlines() if " go build " in line)
    return {**files(draw), "main.go": main(draw), "Dockerfile": dockerfile + f'CMD ["{built}"]\n'}


def command(draw: Draw) -> Files:
    dockerfile = spaced(
        [base(draw), "ENV CGO_ENABLED=0", f"WORKDIR /go/src/{draw.name}", "COPY . ."],
        [
            f"RUN go build -o /{draw.name} ./cmd/{draw.name}",
            f"EXPOSE {draw.port}",
            f'ENTRYPOINT ["/{draw.name}"]',
            draw.one("", 'CMD ["serve"]'),
        ],
    )
    return {**files(draw), f"cmd/{draw.name}/main.go": main(draw), "Dockerfile": dockerfile}


def templates(draw: Draw) -> Files:
    dockerfile = spaced(
        [base(draw), f"WORKDIR {draw.folder}", "COPY go.mod go.sum ./", "RUN go mod download"],
        [
            "COPY . .",
            "RUN go build -o server .",
            f"EXPOSE {draw.port}",
            draw.one('CMD ["./server"]', "CMD ./server"),
        ],
    )
    pages = {
        f"templates/{draw.one(THINGS)}.html": f"<h1>{draw.name}</h1>\n"
        for _ in range(draw.random.randint(1, 8))
    }
    return {
        **files(draw),
        **pages,
        "main.go": main(draw, "html/template", "os"),
        "Dockerfile": dockerfile,
    }


def linked(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM golang:1.{draw.random.randint(20, 23)}-bookworm",
            "RUN apt-get update && apt-get install -y --no-install-recommends \\",
            "      gcc libsqlite3-dev \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ],
        [
            f"WORKDIR {draw.folder}",
            "COPY . .",
            f"RUN go build -o /usr/local/bin/{draw.name} .",
            f'CMD ["{draw.name}"]',
        ],
    )
    return {**files(draw), "main.go": main(draw), "Dockerfile": dockerfile}


def run(draw: Draw) -> Files:
    dockerfile = lines(
        base(draw),
        f"WORKDIR {draw.folder}",
        "COPY . .",
        "RUN go mod download",
        draw.one("CMD go run .", 'CMD ["go", "run", "main.go"]'),
    )
    return {**files(draw), "main.go": main(draw), "Dockerfile": dockerfile}
