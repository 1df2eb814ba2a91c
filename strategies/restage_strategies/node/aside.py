"""A package beside the one that runs (`client/` next to `server/`): what was installed for its build alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    PathNeed,
    Product,
    ProductKind,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
)
from restage_strategies.node.manifest import manifest_at, members
from restage_strategies.node.reach import reached
from restage_strategies.node.sources import sources

_CODE = re.compile(r".*\.(?:[cm]?[jt]s|[jt]sx)")
_MODULES = re.compile(r"\bnode_modules\b")


def aside_offers(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offer to leave behind `node_modules` of a package in which nothing that starts lies.

    Node.js looks for modules beside a file and above it (nodejs.org, modules: loading from `node_modules`
    folders), so no file outside of the package finds them.
    """
    if product.kind is not ProductKind.DEPENDENCIES or not starts:
        return
    if any(start.unknown or start.toolchain for start in starts):
        return
    region = product.region
    modules = region if region.path.endswith("/node_modules") else region.below("node_modules")
    goes = (modules,) if _is_aside(modules, starts, state) else ()
    if goes:
        claim = Claim(ClaimKind.DEV_UNUSED, product.what, _evidence(goes, starts, state))
        yield Reduction(ReductionKind.COMPILE_ONLY, product, (claim,), goes=goes)


def _is_aside(modules: Region, starts: tuple[Start, ...], state: State) -> bool:
    """Whether the package around is one of its own, in none of whose files a start was seen."""
    package = Region(posixpath.dirname(modules.path))
    if manifest_at(state.tree, package.path) is None or package.covers(Region(state.directory)):
        return False
    needed = [Region(path) for path in _paths(starts)]
    mains = [place for place in needed if _CODE.fullmatch(place.path)]
    words = [word for start in starts for command in start.reached for word in command.words]
    name = posixpath.basename(package.path)
    return (
        bool(mains)
        and not any(package.covers(place) for place in needed)
        and not any(name in re.split(r"[/=:]", word) for word in words)
        and not _is_linked(package, state)
    )


def _paths(starts: tuple[Start, ...]) -> Iterator[str]:
    return (need.path for start in starts for need in start.needs if isinstance(need, PathNeed))


def _is_linked(package: Region, state: State) -> bool:
    """Whether a package around it has it as a workspace or as a dependency on disk."""
    above = [posixpath.dirname(package.path)]
    while above[-1] != "/":
        above.append(posixpath.dirname(above[-1]))
    beside = [posixpath.join(above[0], name) for name in state.tree.entries(above[0])]
    own = manifest_at(state.tree, package.path)
    if own is not None and members(state.tree, own):
        return True
    return any(_links_to(package, directory, state) for directory in (*above, *beside))


def _links_to(package: Region, directory: str, state: State) -> bool:
    manifest = manifest_at(state.tree, directory)
    if manifest is None or directory == package.path:
        return False
    if any(member.directory == package.path for member in members(state.tree, manifest)):
        return True
    text = state.tree.text(posixpath.join(directory, "package.json")) or ""
    return (
        re.search(rf"(?:file|link|portal):[^\"]*{re.escape(posixpath.basename(package.path))}", text)
        is not None
    )


def _names(packages: list[Region], state: State) -> Iterator[str]:
    """What the packages are loaded by wherever a link to them was made: `npm link`, `npm install ../shared`."""
    for package in packages:
        manifest = manifest_at(state.tree, package.path)
        if manifest is not None and manifest.name:
            yield manifest.name


def _loading(name: str, files: Mapping[str, str]) -> Iterator[str]:
    """The files that import it: `path.join(root, 'client')` names a folder that may be called the same."""
    loads = r"(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s{0,8}\(?\s{0,8}"
    pattern = re.compile(rf"""{loads}['"`]{re.escape(name)}['"`/]""")
    return (path for path, text in files.items() if pattern.search(text))


def _evidence(goes: tuple[Region, ...], starts: tuple[Start, ...], state: State) -> Evidence:
    """What the sources of the program say of `node_modules` or load from the package."""
    packages = [Region(posixpath.dirname(place.path)) for place in goes]
    mains = [path for path in dict.fromkeys(_paths(starts)) if _CODE.fullmatch(path)]
    files = dict(file for main in mains for file in reached(state.tree, main))
    for main in mains:
        for path in sources(state.tree, posixpath.dirname(main)):
            files.setdefault(path, state.tree.text(path) or "")
    against = [
        f"{path} lies in it" for path in files if any(package.covers(Region(path)) for package in packages)
    ]
    against += [f"{path} names node_modules" for path, text in files.items() if _MODULES.search(text)]
    against += [f"{path} loads {name}" for name in _names(packages, state) for path in _loading(name, files)]
    what = ", ".join(posixpath.basename(package.path) for package in packages)
    missing = () if files else ("the sources that are started",)
    return Evidence(
        Basis.SEARCH,
        f"every start and {len(files)} source files behind them; none loads anything of {what}/",
        tuple(against[:3]),
        missing,
    )
