"""Which reader takes which file of a repository, and how much is read of them in all.

A reader is imported when there is a file for it: most repositories need one or two of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from restage.project.consumer import Consumer, Source, folder_of, inside
from restage.project.folder import Folder, Kind
from restage.project.readers.yaml_source import LARGEST_TEXT, Malformed, Section, Value, documents
from restage.project.survey import (
    BAKE,
    COMPOSE,
    DOCUMENT,
    FLY,
    MAKEFILE,
    PIPELINE,
    PLATFORM,
    RAILWAY,
    SCRIPT,
    TASK_DEFINITION,
    TASKS,
    WORKPLACE,
    candidates,
)
from restage.record import Record, replace

_CHANGE = re.compile(r"\bcd[ \t]+([\w./-]+)")
_MOST_TEXT = 16 * LARGEST_TEXT
_WORTH_READING = re.compile(
    rb"services|docker|podman|buildah|kubectl|containers|containerDefinitions|target|artifacts"
)


class _File(Record):
    path: str
    text: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass
class Reading:
    """One reading of the files in which images are used; `notes` says of which nothing could be made, and why."""

    folder: Folder
    notes: list[str] = field(default_factory=list)

    def consumers(self) -> Iterator[Consumer]:
        """All uses of images, in no order that means anything."""
        compose_files: dict[str, list[_File]] = {}
        workplaces: list[_File] = []
        for file in self._files():
            if COMPOSE.fullmatch(file.name):
                compose_files.setdefault(folder_of(file.path), []).append(file)
            elif WORKPLACE.fullmatch(file.name):
                workplaces.append(file)
            else:
                yield from self._other(file)
        services = [service for together in compose_files.values() for service in self._services(together)]
        yield from services
        for file in workplaces:
            from restage.project.readers.workplaces import devcontainer

            yield from devcontainer(file.path, file.text, services)

    def _services(self, together: list[_File]) -> Iterator[Consumer]:
        from restage.project.readers import compose

        yield from compose.services(
            {file.path: section for file in together for section in self._sections(file)}
        )

    def _files(self) -> Iterator[_File]:
        left = _MOST_TEXT
        for path in candidates(self.folder):
            content = self.folder.read(path)
            left -= len(content or b"")
            if left < 0:
                self._note(path, "what was read before it has 16 MB already")
                return
            if content is None or len(content) > LARGEST_TEXT:
                self._note(path, "it can't be read, or is larger than 1 MB")
            elif _WORTH_READING.search(content) or PLATFORM.fullmatch(path.rpartition("/")[2]):
                yield _File(path, content.decode("utf-8", "replace").removeprefix("\ufeff"))

    def _other(self, file: _File) -> Iterator[Consumer]:
        if BAKE.fullmatch(file.name):
            yield from self._bake(file)
        elif PLATFORM.fullmatch(file.name):
            yield from self._platform(file)
        elif TASK_DEFINITION.fullmatch(file.name):
            from restage.project.readers import ecs

            yield from ecs.containers(file.path, self._sections(file))
        elif MAKEFILE.fullmatch(file.name) or TASKS.fullmatch(file.name):
            yield from _recipes(file)
        elif SCRIPT.fullmatch(file.name):
            yield from self._script(file, "makefile")
        elif DOCUMENT.fullmatch(file.name):
            yield from self._script(file, "document")
        elif PIPELINE.fullmatch(file.name) or file.path.startswith(".circleci/"):
            from restage.project.readers import command_line, workplaces

            yield from command_line.calls(file.path, file.text, "", "workflow")
            yield from workplaces.jenkins(file.path, file.text)
            yield from workplaces.tilt(file.path, file.text)
        else:
            yield from self._yaml(file)

    def _yaml(self, file: _File) -> Iterator[Consumer]:
        from restage.project.readers import kubernetes, skaffold, workflow
        from restage.project.readers.templates import without_actions

        if file.path.startswith(".github/workflows/"):
            for root in self._sections(file):
                yield from workflow.github(file.path, root)
        elif file.name.endswith(".gitlab-ci.yml"):
            for root in self._sections(file):
                yield from workflow.gitlab(file.path, root)
        elif file.name.startswith("skaffold"):
            yield from skaffold.artifacts(file.path, self._sections(file))
        elif "containers:" in file.text and "image:" in file.text:
            plain = replace(file, text=without_actions(file.text)) if "{{" in file.text else file
            yield from kubernetes.containers(file.path, self._sections(plain))

    def _platform(self, file: _File) -> Iterator[Consumer]:
        from restage.project.readers import hosting

        if FLY.fullmatch(file.name):
            yield from hosting.fly(file.path, file.text)
        elif RAILWAY.fullmatch(file.name):
            yield from hosting.railway(file.path, file.text)
        else:
            readers = {"render": hosting.render, "heroku": hosting.heroku, "smithery": hosting.smithery}
            reader = readers[file.name.partition(".")[0]]
            for root in self._sections(file):
                yield from reader(file.path, root)

    def _bake(self, file: _File) -> Iterator[Consumer]:
        from restage.project.readers import bake

        try:
            yield from bake.targets(file.path, file.text)
        except ValueError as error:
            self._note(file.path, f"it isn't valid JSON ({error})")

    def _script(self, file: _File, kind: Source) -> Iterator[Consumer]:
        from restage.project.readers import command_line

        # A script is started from its own folder or from the root: the one where its Dockerfile is.
        for folder in dict.fromkeys((folder_of(file.path), "")):
            text = self._as_in_checkout(file.text, folder) if kind == "document" else file.text
            found = list(command_line.calls(file.path, text, folder, kind))
            if folder == "" or any(self._builds(call) for call in found):
                yield from (call for call in found if call.dockerfile is None or self._builds(call))
                return

    def _as_in_checkout(self, text: str, folder: str) -> str:
        """A document without the `cd` that follows its `git clone`: it leads to where the document is."""

        def kept(change: re.Match[str]) -> str:
            path = inside(folder, change[1])
            return change[0] if path is not None and self.folder.kind(path) is Kind.DIRECTORY else ""

        return _CHANGE.sub(kept, text)

    def _builds(self, call: Consumer) -> bool:
        return call.dockerfile is not None and self.folder.kind(call.dockerfile) is not None

    def _sections(self, file: _File) -> list[Section]:
        found: list[Value] = []
        try:
            found = documents(file.text)
        except Malformed as error:
            self._note(file.path, str(error))
        return [document for document in found if isinstance(document, Section)]

    def _note(self, path: str, why: str) -> None:
        self.notes.append(f"{path}: not read, because {why}")


def _recipes(file: _File) -> Iterator[Consumer]:
    from restage.project.readers import command_line
    from restage.project.readers.script_lines import script_lines

    # Each line of a recipe has a shell of its own, so `cd` ends with it.
    for number, line in script_lines(file.text):
        yield from command_line.calls(file.path, line, folder_of(file.path), "makefile", number + 1)
