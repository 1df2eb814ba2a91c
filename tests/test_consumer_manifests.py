"""Uses of an image that manifests of Kubernetes, bake and skaffold files name."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.project.consumers import Consumer, Role, ShellText, Words
from restage.project.readers.templates import without_actions
from rooms import uses


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
        volumes=("/etc/app",),
        directory="/srv",
        image="org/app@sha256:00",
        values=("x",),
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


def _pod(*images: str) -> str:
    containers = ", ".join(f"{{name: c{n}, image: '{image}', args: [x]}}" for n, image in enumerate(images))
    return f"kind: Pod\nspec:\n  containers: [{containers}]\n"


@pytest.mark.parametrize(
    ("files", "ours"),
    [
        ({"k8s/a.yaml": _pod("hub.example/team/app:1")}, ["hub.example/team/app:1"]),
        ({"k8s/a.yaml": _pod("me/app:1", "me/app:2")}, ["me/app:1", "me/app:2"]),
        ({"k8s/a.yaml": _pod("me/app", "postgres:16", "grafana/grafana")}, ["me/app"]),
        ({"k8s/a.yaml": _pod("me/app", "you/other")}, []),
        ({"k8s/a.yaml": _pod("me/app"), "other/Dockerfile": "FROM a\n"}, []),
        ({"k8s/a.yaml": _pod("redis")}, []),
        ({"k8s/a.yaml": _pod("hub.example/vault/app", "hub.example/redis")}, ["hub.example/vault/app"]),
        ({"k8s/a.yaml": _pod("hub.example:5000/grafana/agent")}, []),
        ({"Makefile": "a:\n\tdocker build -t app .\n", "k8s/a.yaml": _pod("hub/app", "you/b")}, ["hub/app"]),
        ({"Makefile": "a:\n\tdocker build -t app .\n", "k8s/a.yaml": _pod("you/b")}, []),
        ({"docker-stack.yml": "services:\n  a:\n    image: me/app\n    command: x\n"}, ["me/app"]),
        (
            {"compose.yml": "services:\n  a:\n    build: .\n  b:\n    image: me/tunnel\n    command: x\n"},
            [],
        ),
    ],
)
def test_the_one_image_that_nobody_builds_is_that_of_the_one_dockerfile(
    tmp_path: Path, files: dict[str, str], ours: list[str]
) -> None:
    found = uses(tmp_path, {"Dockerfile": "FROM a\n", **files})
    assert [use.image for use in found if use.dockerfile is None] == ours


def test_task_definitions_of_ecs_say_what_starts_and_how_it_is_looked_after(tmp_path: Path) -> None:
    definition = """
    {"family": "app", "containerDefinitions": [
      {"name": "web", "image": "<IMAGE>", "entryPoint": ["/entry"], "command": ["serve", "80"],
       "workingDirectory": "/srv", "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost"]}},
      {"name": "side", "image": "datadog/agent", "healthCheck": {"command": ["CMD", "agent", "health"]}}
    ]}
    """
    [web] = uses(tmp_path, {"Dockerfile": "FROM a\n", "ecs/task-definition.json": definition})
    assert web.directory == "/srv" and web.commands == (
        Words(Role.ENTRYPOINT, ("/entry",)),
        Words(Role.COMMAND, ("serve", "80")),
        ShellText(Role.HEALTHCHECK, "curl -f http://localhost"),
    )


CHART = """\
{{- if .Values.web.enabled }}
kind: Deployment
metadata:
  name: {{ include "app.name" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  template:
    spec:
      {{- /* comments may
           have lines */}}
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: ["git", "-C", {{ .Values.folder | quote }}, "pull"]
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
{{- end }}
"""


@pytest.mark.parametrize("makefile", [{}, {"Makefile": "a:\n\tdocker build -t app .\n"}])
def test_the_template_of_a_chart_starts_the_image_of_the_one_dockerfile(
    tmp_path: Path, makefile: dict[str, str]
) -> None:
    files = {"Dockerfile": "FROM a\n", "chart/templates/web.yaml": CHART, **makefile}
    [found] = [use for use in uses(tmp_path, files) if use.kind == "kubernetes"]
    assert found.commands == (Words(Role.ENTRYPOINT, ("git", "-C", "$VALUE", "pull")),)
    assert found.line == CHART.split("\n").index(next(x for x in CHART.split("\n") if "image:" in x)) + 1


@pytest.mark.parametrize("text", ["{{", "}}{{", "{{" * 200_000, "a: {{ b\n"])
def test_braces_that_do_not_close_stay(text: str) -> None:
    assert without_actions(text) == text


def test_lines_of_actions_alone_are_empty() -> None:
    assert without_actions("{{ a }}\nb: {{ c }}\n  {{- d\n}} {{ e }}\n") == "\nb: $VALUE\n\n\n"
