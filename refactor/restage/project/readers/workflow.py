"""Image builds, and images that jobs run in, in the workflows of GitHub and GitLab."""

from collections.abc import Iterator

from restage.project.consumer import Consumer, inside
from restage.project.readers.call_words import argument
from restage.project.readers.command_line import calls
from restage.project.readers.yaml_source import Section, Value


def github(file: str, root: Section) -> Iterator[Consumer]:
    """The steps of `.github/workflows` that build or run an image; they start in the repository's root."""
    for _, job, job_line in root.section("jobs").sections():
        folder = job.section("defaults", "run").text("working-directory")
        yield from _workplace(file, job, "container", "image")
        for step in job.items_of("steps"):
            if isinstance(step, Section):
                yield from _step(file, step, folder or ".", job_line)


def _workplace(file: str, job: Section, key: str, name: str) -> Iterator[Consumer]:
    """The image in which the commands of a job run: `key` has its name, or a mapping that does."""
    image = job.text(key) or job.section(key).text(name)
    if image is not None:
        yield Consumer(file=file, line=job.lines.get(key), kind="workplace", image=image)


def _step(file: str, step: Section, folder: str, job_line: int) -> Iterator[Consumer]:
    if (step.text("uses") or "").startswith("docker/build-push-action@"):
        consumer = _action(file, step)
        if consumer is not None:
            yield consumer
    script = step.text("run")
    here = inside("", step.text("working-directory") or folder)
    if script is not None and here is not None:
        yield from calls(file, script, here, "workflow", step.lines.get("run", job_line) + ("\n" in script))


def _action(file: str, step: Section) -> Consumer | None:
    given = step.section("with")
    context = inside("", given.text("context") or ".")
    named = given.text("file")
    dockerfile = inside("", named) if named else None if context is None else inside(context, "Dockerfile")
    if dockerfile is None:
        return None
    return Consumer(
        file=file,
        line=step.lines["uses"],
        kind="workflow",
        dockerfile=dockerfile,
        context=context,
        target=given.text("target") or None,
        build_args=tuple(argument(text) for text in _lines(given, "build-args")),
        image=next(iter(_lines(given, "tags")), None),
    )


def _lines(section: Section, key: str) -> list[str]:
    stripped = (line.strip() for line in (section.text(key) or "").splitlines())
    return [line for line in stripped if line]


def gitlab(file: str, root: Section) -> Iterator[Consumer]:
    """The scripts of `.gitlab-ci.yml` that build or run an image; they start in the repository's root."""
    yield from _workplace(file, root, "image", "name")
    for _, job, line in root.sections():
        yield from _workplace(file, job, "image", "name")
        for key in ("before_script", "script", "after_script"):
            text = "\n".join(_script(job.get(key)))
            text = text.replace("$CI_PROJECT_DIR", ".").replace("${CI_PROJECT_DIR}", ".")
            yield from calls(file, text, "", "workflow", job.lines.get(key, line) + 1)


def _script(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value if isinstance(value, list) else ():
        yield from _script(item)
