"""Who else uses an image: what compose, bake, skaffold, workflows, scripts and Kubernetes say of it."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.consumers import (
    Consumer,
    Consumers,
    Mount,
    MountKind,
    Role,
    ShellText,
    Words,
    consumers,
)
from restage.project.readers.interpolation import interpolated
from restage.project.readers.yaml_source import Malformed, Section, documents


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    return root


def uses(root: Path, files: dict[str, str], dockerfile: str = "Dockerfile") -> tuple[Consumer, ...]:
    plant(root, files)
    return consumers(root, root / dockerfile)


def test_a_compose_service_is_read_whole(tmp_path: Path) -> None:
    [web] = uses(
        tmp_path,
        {
            "deploy/docker-compose.yml": """
            services:
              other:
                build: ../other
              web:
                image: registry/app:${TAG:-latest}
                build:
                  context: ..
                  dockerfile: docker/Dockerfile
                  target: prod
                  args:
                    VERSION: "1.0"
                    EMPTY:
                command: npm run "start me"
                entrypoint: ["/entry.sh", "$$HOME"]
                healthcheck:
                  test: curl -f http://localhost || exit 1
                user: "1000:1000"
                working_dir: /srv
                environment:
                  - NODE_ENV=production
                  - SECRET
                ports: ["8080:80", "127.0.0.1:9000:9000/tcp", 3000]
                profiles: [full]
                volumes:
                  - ./src:/app:ro
                  - data:/data
                  - /app/node_modules
                  - type: bind
                    source: ../conf
                    target: /conf
                  - type: volume
                    target: /cache
                tmpfs: /tmp
            """
        },
        "docker/Dockerfile",
    )
    assert web == Consumer(
        file="deploy/docker-compose.yml",
        line=4,
        kind="compose",
        dockerfile="docker/Dockerfile",
        context="",
        target="prod",
        build_args=(("VERSION", "1.0"), ("EMPTY", None)),
        commands=(
            Words(Role.ENTRYPOINT, ("/entry.sh", "$HOME")),
            Words(Role.COMMAND, ("npm", "run", "start me")),
            ShellText(Role.HEALTHCHECK, "curl -f http://localhost || exit 1"),
        ),
        mounts=(
            Mount("deploy/src", "/app", MountKind.BIND),
            Mount("data", "/data", MountKind.VOLUME),
            Mount(None, "/app/node_modules", MountKind.ANONYMOUS),
            Mount("conf", "/conf", MountKind.BIND),
            Mount(None, "/cache", MountKind.ANONYMOUS),
            Mount(None, "/tmp", MountKind.BIND),
        ),
        user="1000:1000",
        working_dir="/srv",
        image="registry/app:latest",
        environment=("NODE_ENV", "SECRET"),
        values=("production",),
        ports=("80", "9000", "3000"),
        profiles=("full",),
        service="web",
    )


@pytest.mark.parametrize(
    ("build", "dockerfile"),
    [
        ("build: .", "Dockerfile"),
        ("build: ./app", "app/Dockerfile"),
        ("build: {context: app}", "app/Dockerfile"),
        ("build: {context: app, dockerfile: ../Dockerfile}", "Dockerfile"),
        ("build: {dockerfile: prod.Dockerfile}", "prod.Dockerfile"),
        ("build: {context: '${DIR:-app}'}", "app/Dockerfile"),
        ("build: {context: '${DIR}'}", None),
        ("build: ../outside", None),
        ("build: https://host/repository.git", None),
        ("build: {context: ., dockerfile_inline: FROM scratch}", None),
        ("image: app", None),
    ],
)
def test_compose_names_a_dockerfile_in_every_form(tmp_path: Path, build: str, dockerfile: str | None) -> None:
    plant(tmp_path, {"compose.yaml": f"services:\n  web:\n    {build}\n"})
    assert [one.dockerfile for one in Consumers(tmp_path).all] == [dockerfile]


@pytest.mark.parametrize(
    ("test", "command"),
    [
        ("[CMD, curl, -f, localhost]", Words(Role.HEALTHCHECK, ("curl", "-f", "localhost"))),
        ("[CMD-SHELL, 'curl localhost']", ShellText(Role.HEALTHCHECK, "curl localhost")),
        ("[NONE]", None),
    ],
)
def test_compose_gives_health_checks_in_every_form(
    tmp_path: Path, test: str, command: Words | ShellText | None
) -> None:
    text = f"services:\n  web:\n    build: .\n    healthcheck:\n      test: {test}\n"
    [web] = uses(tmp_path, {"compose.yaml": text})
    assert web.commands == (() if command is None else (command,))


def test_an_empty_command_takes_the_images_own_away(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: .\n    entrypoint: ''\n    command: []\n  job:\n    build: .\n    command:\n"
    web, job = uses(tmp_path, {"compose.yaml": text})
    assert web.commands == (Words(Role.ENTRYPOINT, ()), Words(Role.COMMAND, ()))
    assert job.commands == ()


def test_override_files_and_extended_services_use_the_same_image(tmp_path: Path) -> None:
    found = uses(
        tmp_path,
        {
            "docker-compose.yml": """
            x-base: &base
              build: {context: ., target: prod}
            services:
              web:
                <<: *base
                command: serve
              worker:
                extends: web
                command: work
            """,
            "docker-compose.override.yml": "services:\n  web:\n    command: dev\n    volumes: ['.:/app']\n",
            "elsewhere/compose.yaml": "services:\n  web:\n    command: not ours\n",
        },
    )
    assert [(one.file, one.service, one.target, one.commands[0]) for one in found] == [
        ("docker-compose.override.yml", "web", "prod", Words(Role.COMMAND, ("dev",))),
        ("docker-compose.yml", "web", "prod", Words(Role.COMMAND, ("serve",))),
        ("docker-compose.yml", "worker", "prod", Words(Role.COMMAND, ("work",))),
    ]


WORKFLOW = """
jobs:
  build:
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: app
          file: app/prod.Dockerfile
          target: final
          build-args: |
            VERSION=1
            PLAIN
          tags: |
            ghcr.io/org/app:${{ github.sha }}
            ghcr.io/org/app:latest
      - run: |
          echo start
          docker build --no-cache -f app/prod.Dockerfile \\
            --target builder -t local . # by hand
          docker run --rm -e A=1 -p 8080:80 -v $PWD/data:/data local ./check --fast "f(x)" && echo ok
      - working-directory: app
        run: docker buildx build --file=prod.Dockerfile --build-arg X="a b" . --push
"""


def test_the_steps_of_a_github_workflow_are_read(tmp_path: Path) -> None:
    action, build, run, second = uses(tmp_path, {".github/workflows/ci.yml": WORKFLOW}, "app/prod.Dockerfile")
    assert (action.line, action.context, action.target) == (5, "app", "final")
    assert action.build_args == (("VERSION", "1"), ("PLAIN", None))
    assert action.image == "ghcr.io/org/app:${{ github.sha }}"
    assert (build.line, build.context, build.target, build.image) == (18, "", "builder", "local")
    assert run == Consumer(
        file=".github/workflows/ci.yml",
        line=20,
        kind="workflow",
        commands=(Words(Role.COMMAND, ("./check", "--fast", "f(x)")),),
        mounts=(Mount("data", "/data", MountKind.BIND),),
        image="local",
        environment=("A",),
        values=("1",),
        ports=("80",),
    )
    assert (second.line, second.context, second.build_args) == (22, "app", (("X", "a b"),))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".gitlab-ci.yml", "build:\n  script:\n    - cd app\n    - docker build -t $CI_IMAGE:$TAG .\n"),
        (".gitlab-ci.yml", "build:\n  script: [['docker build $CI_PROJECT_DIR/app']]\n"),
        ("Makefile", "IMAGE := x\nbuild:\n\t@docker build -t $(IMAGE):$(shell git describe) ./app\n"),
        ("Makefile", "build:\n\tcd app && docker build .\n"),
        ("app/Makefile", "image:\n\tpodman build .\n"),
        ("scripts/build.sh", "#!/bin/sh\nset -e\ndocker build app | tee log\n"),
        ("app/build.sh", "docker build . > log\n"),
        ("Jenkinsfile", "sh 'docker build -f app/Dockerfile app'\n"),
        (".circleci/config.yml", "steps:\n  - run: docker build app\n"),
        ("run.sh", "docker run $(docker build -q app)\n"),
        ("run.sh", "docker run `docker build -q app`\n"),
        ("docker-bake.json", '{"target": {"app": {"context": "app"}}}'),
        ("skaffold.yaml", "build:\n  artifacts:\n    - image: app\n      context: app\n"),
    ],
)
def test_builds_are_found_wherever_they_are_written(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path, {"app/Dockerfile": "FROM x\n"})
    [found] = uses(tmp_path, {file: text}, "app/Dockerfile")
    assert (found.file, found.context, found.dockerfile) == (file, "app", "app/Dockerfile")


@pytest.mark.parametrize(
    "line",
    [
        "docker build -",
        "docker build https://host/repository.git",
        "docker build -f $FILE .",
        "docker build $DIR",
        "docker build -t x",
        "docker build 'unclosed",
        "docker build /abs",
        "docker build ../..",
        "docker pull .",
        "# docker build .",
        "cd $SOMEWHERE && docker build .",
    ],
)
def test_a_build_that_does_not_say_which_dockerfile_is_nobodys(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"Dockerfile": "FROM x\n"})
    assert uses(tmp_path, {"build.sh": f"{line}\n"}) == ()


def test_a_change_of_folder_ends_with_its_line_in_a_makefile_only(tmp_path: Path) -> None:
    plant(tmp_path, {"app/Dockerfile": "FROM x\n", "Dockerfile": "FROM x\n"})
    assert len(uses(tmp_path, {"Makefile": "all:\n\tcd app\n\tdocker build .\n"})) == 1
    assert len(uses(tmp_path, {"s.sh": "cd app\ndocker build .\n"}, "app/Dockerfile")) == 1


def test_containers_of_kubernetes_are_linked_by_the_image(tmp_path: Path) -> None:
    compose, container = uses(
        tmp_path,
        {
            "compose.yaml": "services:\n  web:\n    build: .\n    image: docker.io/org/app:dev\n",
            "k8s/all.yaml": """
            kind: Service
            ---
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                    - name: side
                      image: org/side:1
                      args: [not, ours]
                    - name: app
                      image: org/app@sha256:00
                      command: [/bin/app]
                      args: [--port, "80"]
                      workingDir: /srv
                      securityContext: {runAsUser: 65534}
                      env: [{name: LEVEL, value: x}]
                      ports: [{containerPort: 80}]
                      livenessProbe: {exec: {command: [cat, /tmp/healthy]}}
                      readinessProbe: {httpGet: {path: /}}
                      lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
                      volumeMounts: [{name: config, mountPath: /etc/app}]
            """,
        },
    )
    assert compose.kind == "compose"
    assert container == Consumer(
        file="k8s/all.yaml",
        line=12,
        kind="kubernetes",
        commands=(
            Words(Role.ENTRYPOINT, ("/bin/app",)),
            Words(Role.COMMAND, ("--port", "80")),
            Words(Role.HEALTHCHECK, ("cat", "/tmp/healthy")),
            Words(Role.HEALTHCHECK, ("sleep", "5")),
        ),
        mounts=(Mount(None, "/etc/app", MountKind.BIND),),
        user="65534",
        working_dir="/srv",
        image="org/app@sha256:00",
        environment=("LEVEL",),
        values=("x",),
        ports=("80",),
        service="app",
    )


@pytest.mark.parametrize(
    "head",
    ["kind: Pod\nspec:", "kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec:"],
)
def test_pods_are_found_in_every_kind_of_manifest(tmp_path: Path, head: str) -> None:
    closing = "}" * head.count("{")
    manifest = f"{head} {{containers: [{{image: 'app:1', args: [x]}}]}}{closing}\n"
    found = uses(tmp_path, {"Makefile": "all:\n\tdocker build -t app .\n", "k8s/x.yml": manifest})
    assert [one.kind for one in found] == ["makefile", "kubernetes"]


@pytest.mark.parametrize(
    ("built", "used", "linked"),
    [
        ("org/app:1", "org/app:2", True),
        ("org/app", "docker.io/org/app@sha256:00", True),
        ("localhost:5000/app", "localhost:5000/app:x", True),
        ("org/app", "other/app", False),
        ("org/app", "app", False),
        ("${REGISTRY}/app:1", "host/org/app", True),
        ("${REGISTRY}/app:1", "host/org/web", False),
        ("${IMAGE}", "${IMAGE}", False),
    ],
)
def test_images_are_the_same_by_name(tmp_path: Path, built: str, used: str, linked: bool) -> None:
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n    image: {built}\n",
        "x/compose.yaml": f"services:\n  job:\n    image: {used}\n    command: x\n",
    }
    assert len(uses(tmp_path, files)) == 1 + linked


def test_bake_targets_inherit_and_take_defaults_of_variables(tmp_path: Path) -> None:
    [base, app] = uses(
        tmp_path,
        {
            "docker-bake.hcl": """
            // comment with "quotes {
            variable "TAG" {
              default = "dev"
            }
            function "f" { params = [a] result = upper(a) }
            group "default" { targets = ["app"] }
            target "base" {
              context = "."   # here
              args = { GO = "1.22", OTHER = upper("x") }
              /* target "no" { */
            }
            target "app" {
              inherits = ["base", "app"]
              target = "final"
              tags = ["org/app:${TAG}", "x"]
              platforms = [for p in ["a"] : p]
            }
            target "inline" { dockerfile-inline = "FROM scratch" }
            """
        },
    )
    assert (base.line, base.target, base.service) == (7, None, "base")
    assert app == Consumer(
        file="docker-bake.hcl",
        line=12,
        kind="bake",
        dockerfile="Dockerfile",
        context="",
        target="final",
        build_args=(("GO", "1.22"), ("OTHER", None)),
        image="org/app:dev",
        service="app",
    )


def test_skaffold_builds_with_docker_or_kaniko_only(tmp_path: Path) -> None:
    text = """
    build:
      artifacts:
        - image: app
          docker: {dockerfile: docker/Dockerfile, target: t, buildArgs: {A: b}}
        - image: other
          buildpacks: {}
    """
    [found] = uses(tmp_path, {"skaffold.yaml": text}, "docker/Dockerfile")
    assert (found.context, found.target, found.build_args, found.line) == ("", "t", (("A", "b"),), 3)


@pytest.mark.parametrize(
    "text",
    [
        "services: [\n",
        "services:\n\tweb: x\n",
        "services: {{ .Values.x }}\n",
        "services: &a [*a, *b]\n",
        "services: " + "[" * 5_000,
        "services: " + "{a: " * 5_000,
        "services:\n"
        + "".join(f"  k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else ''}]\n" for n in range(40)),
        "services:\n" + "".join(f"  k{n}: &k{n}\n    <<: [*k{n - 1}, *k{n - 1}]\n" for n in range(1, 60)),
        "services:\n  web:\n    build: [1]\n    command: {a: b}\n    volumes: x\n    ports: {}\n    healthcheck: no\n",
        "services: " + "x" * 1_100_000,
        "\0services",
        "",
    ],
)
def test_what_is_not_sane_yaml_is_passed_over(tmp_path: Path, text: str) -> None:
    plant(tmp_path, {"Makefile": "all:\n\tdocker build .\n"})
    (tmp_path / "compose.yaml").write_text(text)
    assert [one.kind for one in uses(tmp_path, {})] == ["makefile"]


def test_a_file_that_could_not_be_read_is_noted(tmp_path: Path) -> None:
    plant(tmp_path, {"compose.yaml": "services: [\n", "docker-bake.json": '{"target": '})
    notes = Consumers(tmp_path).notes
    assert [note.partition(":")[0] for note in notes] == ["compose.yaml", "docker-bake.json"]


def test_files_of_others_and_links_are_not_looked_at(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: ../..\n"
    plant(tmp_path, {"node_modules/x/compose.yaml": text, "vendor/x/compose.yaml": text, "compose": text})
    plant(tmp_path, {"a/b/c/d/e/compose.yaml": text})
    (tmp_path / "docker-compose.yml").symlink_to("compose")
    assert Consumers(tmp_path).all == ()


def test_a_dockerfile_outside_of_the_repository_has_no_consumers(tmp_path: Path) -> None:
    plant(tmp_path, {"repo/compose.yaml": "services:\n  web:\n    build: .\n"})
    assert consumers(tmp_path / "repo", tmp_path / "Dockerfile") == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A:-x}", "x"),
        ("${A-x}", "x"),
        ("${A:-}", ""),
        ("a${A:-${B:-c}}d", "acd"),
        ("$A ${B}", "${A} ${B}"),
        ("${A:?needed}", "${A}"),
        ("${A:+x}", ""),
        ("$$A $${B:-c}", "$A ${B:-c}"),
        ("$ ${ $1", "$ ${ $1"),
    ],
)
def test_compose_variables_become_their_defaults(text: str, value: str) -> None:
    assert interpolated(text) == value


def test_yaml_keeps_texts_lines_and_merges() -> None:
    [found] = documents("a: &a {x: 0o17, y: ~}\nb:\n  <<: *a\n  x: 22:22\n")
    assert found == {"a": {"x": "0o17", "y": None}, "b": {"x": "22:22", "y": None}}
    assert isinstance(found, Section)
    assert found.lines == {"a": 1, "b": 2}


@given(st.text(alphabet="ab:-[]{}&*<>|\n \t'\"#!%\0\\", max_size=60))
def test_any_text_is_read_as_yaml_or_malformed(text: str) -> None:
    try:
        documents(text)
    except Malformed as error:
        assert str(error)


@given(
    st.lists(
        st.sampled_from(
            ["docker build", "docker run", " -f", " x", " .", "\n", "cd ", "\\\n", "'", "$(", '"', ";"]
        )
    )
)
def test_any_script_is_read(parts: list[str]) -> None:
    from restage.project.readers.command_line import calls

    for call in calls("s.sh", "".join(parts), "", "makefile"):
        assert call.dockerfile or call.image


@given(st.text(alphabet='target"x{}[]=,:\n/*#\\ $', max_size=60))
def test_any_hcl_is_read(text: str) -> None:
    from restage.project.readers.hcl import blocks

    assert all(block.line >= 1 for block in blocks(f'target "x" {{ {text}'))
