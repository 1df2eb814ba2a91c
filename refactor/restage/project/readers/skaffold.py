"""Artifacts of skaffold.yaml."""

from collections.abc import Iterable, Iterator

from restage.project.consumer import Consumer, folder_of, inside
from restage.project.readers.yaml_source import Section


def artifacts(file: str, documents: Iterable[Section]) -> Iterator[Consumer]:
    """The artifacts that are built from a Dockerfile."""
    for document in documents:
        for artifact in document.section("build").items_of("artifacts"):
            if isinstance(artifact, Section) and (found := _artifact(file, artifact)):
                yield found


def _artifact(file: str, artifact: Section) -> Consumer | None:
    builder = artifact.section("kaniko") or artifact.section("docker")
    other = {"buildpacks", "jib", "ko", "bazel", "custom"} & artifact.keys()
    context = inside(folder_of(file), artifact.text("context") or ".")
    dockerfile = None if context is None else inside(context, builder.text("dockerfile") or "Dockerfile")
    if other or dockerfile is None:
        return None
    arguments = builder.section("buildArgs")
    return Consumer(
        file=file,
        line=min(artifact.lines.values(), default=None),
        kind="skaffold",
        dockerfile=dockerfile,
        context=context,
        target=builder.text("target"),
        build_args=tuple((name, arguments.text(name)) for name in arguments),
        image=artifact.text("image"),
    )
