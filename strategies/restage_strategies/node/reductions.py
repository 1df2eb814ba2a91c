"""What may be left out around the products of Node.js projects, and what that rests on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Need,
    PackageNeed,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Start,
    State,
    Tree,
    replace,
)
from restage.api.tree import Changed
from restage_strategies.node.aside import aside_offers
from restage_strategies.node.brought import base_offers
from restage_strategies.node.bundles import bundle_offers
from restage_strategies.node.dev_dependencies import dev_dependencies_of
from restage_strategies.node.frontend import front_end_offers, with_node
from restage_strategies.node.globally import brought_programs, is_plain, links_of
from restage_strategies.node.locks import FILES_OF
from restage_strategies.node.named import named_packages
from restage_strategies.node.natives import Natives, natives_of, needs_of, with_names
from restage_strategies.node.own_installs import natives_of_all
from restage_strategies.node.products import AND_OTHERS
from restage_strategies.node.rows import row_of
from restage_strategies.node.site import Site
from restage_strategies.node.sources import Named, named_in_sources

_INSTALLERS = frozenset({"npm", "yarn", "pnpm"})
"""Their installs call node-gyp, be it their own or the one that is installed globally."""
_MANAGERS = re.compile(r"\b(?:npm|npx|yarn|pnpm|bun)\b")
_LINKS = (
    "addons link to what the base has and to libraries of -dev packages, which come in the place of these"
)


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """What may be left out around a product of this strategy."""
    site = Site(state, case)
    package = product.what.partition(",")[0]
    for_container = product.kind is ProductKind.TOOL and not _is_built_with(package, site)
    found = () if for_container else front_end_offers(product, starts, state, case)
    own = with_node(_of_any(product, starts, site), state)
    yield from found or (_with_others(own, product, site) if product.what.endswith(AND_OTHERS) else own)


def _with_others(found: Iterator[Reduction], product: Product, site: Site) -> Iterator[Reduction]:
    """The same, where a program installed packages of the project besides."""
    natives = natives_of_all(site.at(product.region.path))
    needs = natives.needs(site)
    claims = {
        ReductionKind.SIBLING_BASE: Claim(ClaimKind.NODE_SIBLING, product.what, natives.evidence),
        ReductionKind.BUILD_TOOLS: Claim(
            ClaimKind.LIBRARIES_COVERED, product.what, Evidence(Basis.RULE, _LINKS)
        ),
    }
    for reduction in found:
        claim = claims.get(reduction.kind)
        kept = needs if reduction.kind is ReductionKind.SIBLING_BASE else _at_hand(needs, site)
        yield (
            reduction
            if claim is None
            else replace(reduction, claims=(*reduction.claims, claim), needs=(*reduction.needs, *kept))
        )


def _of_any(product: Product, starts: tuple[Start, ...], site: Site) -> Iterator[Reduction]:
    match product.kind:
        case ProductKind.DEPENDENCIES:
            yield from _of_modules(product, site)
            yield from aside_offers(product, starts, site.state, site.case)
            yield from dev_dependencies_of(product, starts, site.state, site.case)
            yield from bundle_offers(product, starts, site)
            yield from base_offers(product, site)
        case ProductKind.TOOL:
            yield from _of_tool(product, starts, site)
            yield from base_offers(product, site)
        case ProductKind.ARTIFACT | ProductKind.APPLICATION | ProductKind.DATA:
            named = _named(site, product.region.path)
            claims = (_unnamed(product, named),)
            yield Reduction(ReductionKind.SIBLING_BASE, product, claims, named.needs)
            yield Reduction(ReductionKind.BUILD_TOOLS, product, claims, named.needs)
            yield from bundle_offers(product, starts, site)
            yield from base_offers(product, site)
        case _:
            return


def _of_modules(product: Product, site: Site) -> Iterator[Reduction]:
    directory = product.region.path
    root = posixpath.dirname(directory) if directory.endswith("/node_modules") else directory
    natives = with_names(_natives(site.at(root), product), named_packages(site.case))
    named = _named(site, root)
    unnamed = _unnamed(product, named)
    loaded = replace(natives.evidence, missing=(*natives.evidence.missing, *named.libraries))
    prebuilt = Claim(ClaimKind.NODE_SIBLING, product.what, loaded)
    covered = Claim(ClaimKind.LIBRARIES_COVERED, product.what, Evidence(Basis.RULE, _LINKS))
    needs = natives.needs(site)
    yield Reduction(ReductionKind.SIBLING_BASE, product, (prebuilt, unnamed), (*needs, *named.needs))
    kept = _at_hand(needs, site)
    yield Reduction(ReductionKind.BUILD_TOOLS, product, (covered, unnamed), (*kept, *named.needs))


def _natives(root: Site, product: Product) -> Natives:
    """Looks at the packages as the install saw them: with the lockfile only if it was there by then."""
    manager = next((name for name in FILES_OF if f" {name} " in product.what), "")
    early = replace(root, state=replace(root.state, tree=_tree_before(root.state.tree, product)))
    before = natives_of(early, manager)
    if "package.json" in before.evidence.searched:
        after = natives_of(root)
        if "package.json" not in after.evidence.searched:
            missing = () if before.evidence.basis is Basis.SEARCH else after.evidence.missing
            return replace(after, evidence=replace(after.evidence, basis=Basis.SEARCH, missing=missing))
    return before


def _tree_before(tree: Tree, product: Product) -> Tree:
    """The files as they were when a package manager first made the product."""
    for number, event in enumerate(tree.events):
        if isinstance(event, Changed) and event.target == product.region and _MANAGERS.search(event.by):
            return tree.first(number)
    return tree


def _at_hand(needs: Iterable[Need], site: Site) -> tuple[Need, ...]:
    return tuple(need for need in needs if _is_at_hand(need, site))


def _is_at_hand(need: Need, site: Site) -> bool:
    """Whether narrowing the file's install lines could take it away; libraries of -dev packages come in any case."""
    match need:
        case PackageNeed(apt, apk, _):
            return bool({apt, apk} & site.state.packages) and not apt.endswith("-dev")
        case _:
            return isinstance(need, ProgramNeed)


def _named(site: Site, directory: str) -> Named:
    around = site.at(directory)
    manifest = around.manifest
    return named_in_sources(site.state.tree, manifest.directory if manifest is not None else directory)


def _unnamed(product: Product, named: Named) -> Claim:
    searched = f"{named.files} source files of the project, for programs that they start"
    basis = Basis.SEARCH if named.complete else Basis.PARTIAL
    found = tuple(f"{need.why}: {need.program}" for need in named.needs if isinstance(need, ProgramNeed))
    evidence = Evidence(basis, searched, missing=named.chosen, found=found)
    return Claim(ClaimKind.UNNAMED_PROGRAM, product.what, evidence)


def _of_tool(product: Product, starts: tuple[Start, ...], site: Site) -> Iterator[Reduction]:
    """A global package: known to run without compilers and libraries, or with what its row says."""
    package = product.what.partition(",")[0]
    row = row_of(package)
    known = row is not None or is_plain(package) or "Corepack" in product.what
    missing = () if known else (f"nothing is known of {package}",)
    evidence = Evidence(Basis.RULE, "the table of global npm packages", missing=missing)
    needs = () if row is None else tuple(needs_of(row, site))
    claims = (Claim(ClaimKind.NODE_SIBLING, product.what, evidence),)
    yield Reduction(ReductionKind.SIBLING_BASE, product, claims, needs)
    for_build = _is_built_with(package, site) and not _is_started(package, starts)
    goes = (product.region, *links_of(package, product.region, site)) if for_build else ()
    covered = (Claim(ClaimKind.LIBRARIES_COVERED, product.what, Evidence(Basis.RULE, _LINKS)),)
    yield Reduction(
        ReductionKind.BUILD_TOOLS, product, covered, tuple(n for n in needs if _is_at_hand(n, site)), goes
    )


def _is_built_with(package: str, site: Site) -> bool:
    """Whether commands of the build call it; a tool that none of them calls is there for the container."""
    programs = {package, *brought_programs(package)}
    manifest = site.manifest
    scripts = manifest.scripts.values() if manifest is not None else ()
    called = [posixpath.basename(word) for text in scripts for word in text.split()]
    called += [command.name for command in site.case.commands]
    called += ["node-gyp"] if any(name in _INSTALLERS for name in called) else []
    return not programs.isdisjoint(called)


def _is_started(package: str, starts: tuple[Start, ...]) -> bool:
    """Whether a start, or something that it may call, could use the package's programs."""
    programs = {package, *brought_programs(package)}
    words = {
        posixpath.basename(command.words[0]) for start in starts for command in start.reached if command.words
    }
    wanted = {need.program for start in starts for need in start.needs if isinstance(need, ProgramNeed)}
    return (
        any(start.unknown for start in starts)
        or bool(programs & (words | wanted))
        or "corepack" in package.lower()  # `corepack enable` is repeated for the container
    )
