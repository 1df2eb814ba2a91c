"""What a container start comes to: scripts of the manifest, main files, servers; and starts that build."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable

from restage.api import Case, Command, Made, Need, PathNeed, ProgramNeed, Resolution, State, replace
from restage_strategies.node.calls import PackageManagerCall, ProgramCall, fetched_program, read_call
from restage_strategies.node.inputs import workspace_root
from restage_strategies.node.installed import own_program, provider_of
from restage_strategies.node.manifest import Manifest, manifest_at, members, upwards
from restage_strategies.node.named import installed_globally
from restage_strategies.node.nodeline import resolve_main, resolve_node
from restage_strategies.node.refusals import builds, checks, develops, installs
from restage_strategies.node.requests import (
    Change,
    ChangeGlobally,
    Deploy,
    Fetch,
    Install,
    Request,
    RunProgram,
    RunScript,
    RunText,
    Tidy,
)
from restage_strategies.node.runners import resolve_runner
from restage_strategies.node.site import Site
from restage_strategies.node.tasks import Task, task_of
from restage_strategies.node.tools import Kind, package_of, tool
from restage_strategies.node.wrapping import named_scripts, texts_of, wrapped


def resolve(command: Command, state: State, case: Case) -> Resolution | None:
    """What a command comes to when the container runs it; None: not a command of Node.js."""
    found = _resolved(command, Site(state, case).having(command.environment))
    if found is None or found.anything or not state.wandered:
        return found
    return replace(found, complete=False, anything=f"where `{command}` runs can't be told")


def _resolved(command: Command, site: Site) -> Resolution | None:
    if command.name in ("nf", "foreman"):
        return Resolution(complete=False, anything=f"`{command}` runs what a Procfile says")
    match read_call(command, site):
        case PackageManagerCall(request):
            return _request(command, request, site)
        case ProgramCall() as call:
            return _program(command, call, site)
        case None:
            return _own_program(command, site)


def _own_program(command: Command, site: Site) -> Resolution | None:
    """A program of the project itself, by its name alone: `npm link` and `npm install -g .` put it on PATH."""
    found = own_program(command.name, site)
    if found is None or "/" in command.words[0]:
        return None
    directory, main = found
    needs = (ProgramNeed("node", f"`{command}` runs on it"), *modules_need(site.at(directory)))
    return resolve_main(command, main, site.at(directory), needs)


def _request(command: Command, request: Request, site: Site) -> Resolution:
    here = site.at(request.directory)
    own = _called(command)
    match request.action:
        case Install() | Change() | ChangeGlobally() | Fetch() | Tidy() | Deploy():
            return Resolution(needs=own, toolchain=installs(command))
        case RunScript() as run if request.members:
            return _in_members(command, run, request.members, here, own)
        case RunScript() as run:
            return _script(command, run, here, own)
        case RunProgram(words, package):
            return _fetched(command, fetched_program(words, package, here), here, own)
        case RunText(text):
            return Resolution(runs=(shell(text, here),), needs=own)
        case _:
            return Resolution(needs=own)


def _fetched(command: Command, call: ProgramCall, site: Site, own: tuple[Need, ...]) -> Resolution:
    """A program that npx runs; one that neither the project nor the table knows is downloaded, whatever it is."""
    if tool(call.name, call.arguments) is None and not provider_of(call.name, site) and call.name != "node":
        why = f"`{command}` downloads a package that nothing is known of"
        return Resolution(needs=own, complete=False, anything=why)
    return _with(own, _program(command, call, site))


def _called(command: Command) -> tuple[Need, ...]:
    return (
        ProgramNeed(command.words[0], f"`{command}` calls it"),
        ProgramNeed("node", f"`{command}` runs on it"),
    )


def _with(needs: tuple[Need, ...], found: Resolution) -> Resolution:
    return Resolution(found.runs, (*needs, *found.needs), found.toolchain, found.complete, found.anything)


def _script(command: Command, run: RunScript, site: Site, own: tuple[Need, ...]) -> Resolution:
    """A script of the manifest, with its pre and post scripts; `npm start` alone means `node server.js`."""
    manifest = site.manifest
    if manifest is not None and run.name in manifest.scripts:
        return Resolution(runs=_shells(run, manifest, site), needs=(*own, *_of_package(manifest, site)))
    if run.or_program:
        return _with(own, _program(command, fetched_program((run.name, *run.arguments), "", site), site))
    if (
        manifest is not None
        and run.name == "start"
        and site.state.tree.is_file(posixpath.join(manifest.directory, "server.js"))
    ):
        return Resolution(runs=(shell("node server.js", site.at(manifest.directory)),), needs=own)
    why = "no package.json shows it" if manifest is None else f"package.json has no script {run.name}"
    return Resolution(needs=own, complete=False, anything=f"`{command}` can't be followed: {why}")


def _shells(run: RunScript, manifest: Manifest, site: Site) -> tuple[Command, ...]:
    here = site.at(manifest.directory)
    arguments = "".join(f" {shlex.quote(word)}" for word in run.arguments)
    names = [name for name in (f"pre{run.name}", run.name, f"post{run.name}") if name in manifest.scripts]
    texts = (manifest.scripts[name] + (arguments if name == run.name else "") for name in names)
    return tuple(shell(text, here) for text in texts)


def shell(text: str, site: Site) -> Command:
    """Shell text as a package manager runs it: in the package's directory, with the variables given so far."""
    given = (f"export {name}={shlex.quote(value)}" for name, value in site.given)
    lines = [f"cd {shlex.quote(site.directory)}", *given, text]
    return Command(("sh", "-c", "\n".join(lines)), raw=text)


def _of_package(manifest: Manifest, site: Site) -> tuple[Need, ...]:
    path = posixpath.join(manifest.directory, "package.json")
    return (PathNeed(path, "it holds the script"), *modules_need(site))


def modules_need(site: Site) -> tuple[Need, ...]:
    """The node_modules that modules are looked up in from here, where a command of the file made it."""
    for directory in upwards(site.directory):
        path = posixpath.join(directory, "node_modules")
        if isinstance(site.state.tree.origin(path), Made):
            return (PathNeed(path, "modules are loaded from it"),)
    return ()


def _in_members(
    command: Command, run: RunScript, selected: Iterable[str], site: Site, own: tuple[Need, ...]
) -> Resolution:
    root = workspace_root(site)
    manifest = manifest_at(root.state.tree, root.directory)
    known = () if manifest is None else members(root.state.tree, manifest)
    chosen = [m for m in known if any(_selects(word, m, root.directory) for word in selected)]
    runs = tuple(
        one for m in chosen if run.name in m.scripts for one in _shells(run, m, root.at(m.directory))
    )
    needs = (*own, *(need for m in chosen for need in _of_package(m, root.at(m.directory))))
    if not runs:
        return Resolution(
            needs=own,
            complete=False,
            anything=f"`{command}` can't be followed: no member of the workspace fits",
        )
    return Resolution(runs=runs, needs=needs)


def _selects(word: str, member: Manifest, root: str) -> bool:
    plain = word.strip("{}").rstrip("/.").removeprefix("./")
    inside = posixpath.relpath(member.directory, root)
    return word == "*" or plain in (member.name, inside) or member.name.rpartition("/")[2] == plain


def _program(command: Command, call: ProgramCall, site: Site) -> Resolution:
    """A program of a package or of the project, by the kind of work that it does."""
    own = _program_needs(command, call, site)
    match call.tool.kind:
        case Kind.RUN if call.name in ("node", "nodejs"):
            return _with(own, resolve_node(command, call.arguments, site))
        case Kind.DEV:
            return Resolution(needs=own, toolchain=develops(command, call.name))
        case Kind.BUILD if (task := task_of(call, site)) is not None:
            return _in_turn(command, task, site, own)
        case Kind.BUILD:
            return Resolution(needs=own, toolchain=builds(command, call.name))
        case Kind.CHECK:
            return Resolution(needs=own, toolchain=checks(command, call.name))
        case Kind.WRAP:
            inner = wrapped(call, site)
            return Resolution(
                tuple(one for one, _ in inner),
                own,
                anything=None if inner else f"`{command}` can't be followed",
            )
        case Kind.SCRIPTS:
            return _several(command, call, site, own)
        case Kind.RUN | Kind.SERVE:
            return _with(own, resolve_runner(command, call, site))
        case Kind.CLEAN | Kind.TASK | Kind.HOOKS:
            return Resolution(needs=own)


def _in_turn(command: Command, task: Task, site: Site, own: tuple[Need, ...]) -> Resolution:
    needs = (*own, ProgramNeed(task.manager, f"`{command}` runs scripts by it"))
    found = [_in_members(command, RunScript(name), task.members, site, needs) for name in task.scripts]
    return Resolution(
        tuple(run for one in found for run in one.runs),
        tuple(dict.fromkeys(need for one in found for need in one.needs)),
        complete=all(one.complete for one in found),
        anything=next((one.anything for one in found if one.anything), None),
    )


def _program_needs(command: Command, call: ProgramCall, site: Site) -> tuple[Need, ...]:
    node = ProgramNeed("node", f"`{command}` runs on it")
    if call.name in ("node", "nodejs"):
        return (ProgramNeed(call.name, f"`{command}` runs it"),) if command.name == call.name else (node,)
    if package_of(call.name) in installed_globally(site.case) or call.tool.package in installed_globally(
        site.case
    ):
        return (ProgramNeed(call.name, f"`{command}` runs it"), node)
    return (node, *modules_need(site))


def _several(command: Command, call: ProgramCall, site: Site, own: tuple[Need, ...]) -> Resolution:
    runs = [shell(text, site) for text in texts_of(call, site)]
    manifest = site.manifest
    for run in named_scripts(call, site):
        if manifest is not None and run.name in manifest.scripts:
            runs.extend(_shells(run, manifest, site))
    if not runs:
        return Resolution(needs=own, complete=False, anything=f"`{command}` runs scripts that can't be told")
    return Resolution(tuple(runs), own)
