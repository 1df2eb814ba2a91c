"""Which packages of an install have native code or install scripts, and what those need when they run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.api import (
    Basis,
    Evidence,
    Facility,
    FacilityNeed,
    Need,
    PackageNeed,
    Record,
    Tree,
    called,
    replace,
)
from restage_strategies.node.addons import addons, linking
from restage_strategies.node.inputs import packages
from restage_strategies.node.locks import FILES, FILES_OF, Lock, Locked, lock_at
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.rows import Row, brought_by, row_of
from restage_strategies.node.site import Site

_BROWSERS = ("chromium", "google-chrome", "libnss3", "libgbm", "firefox", "libatk-bridge", "chrome")


class Natives(Record):
    """The outcome of looking through the packages of one install."""

    evidence: Evidence
    rows: tuple[Row, ...]
    """Of packages that may be loaded when something runs."""

    def needs(self, site: Site) -> tuple[Need, ...]:
        """What these packages need beyond node itself."""
        found = tuple(need for row in self.rows for need in needs_of(row, site))
        return tuple(dict.fromkeys(found))


def natives_of(root: Site, manager: str = "") -> Natives:
    """Looks through the lockfile of a package manager, or where there is none through the direct dependencies.

    The project's own addons may link to whatever the base has.
    """
    manifests = packages(root)
    lock = lock_at(root.state.tree, root.directory, FILES_OF.get(manager, FILES))
    found = _by_lock(lock, manifests) if lock is not None and lock.packages else _by_manifest(manifests)
    unclear = tuple(f"what {file} links to" for file in linking(root))
    return replace(found, evidence=replace(found.evidence, missing=(*found.evidence.missing, *unclear)))


def of_manifests(tree: Tree, manifests: tuple[Manifest, ...]) -> Natives:
    """The same of packages that may each be installed for itself: with its own lockfile where it has one."""
    found = [
        _by_lock(lock, manifests) if lock is not None and lock.packages else _by_manifest((manifest,))
        for manifest in manifests
        for lock in (lock_at(tree, manifest.directory, FILES),)
    ]
    rows = {row.package: row for natives in found for row in natives.rows}
    searched = f"{len(manifests)} packages of the project, for native code and install scripts"
    missing = dict.fromkeys(name for natives in found for name in natives.evidence.missing)
    known = tuple(rows[name] for name in sorted(rows))
    return Natives(Evidence(Basis.SEARCH, searched, (), tuple(missing), _said(known)), known)


def _by_lock(lock: Lock, manifests: tuple[Manifest, ...]) -> Natives:
    found = [package for package in lock.packages if package.installs or row_of(package.name) is not None]
    missing = sorted(
        {p.name for p in found if p.installs and row_of(p.name) is None and p.name not in _own(manifests)}
    )
    known = _rows(package for package in found if not package.dev)
    searched = f"{len(lock.packages)} packages of {lock.file}, for native code and install scripts"
    basis = Basis.RULE if lock.marks else Basis.SEARCH
    evidence = Evidence(
        basis,
        searched,
        (),
        tuple(missing),
        _said(known),
    )
    return Natives(evidence, known)


def _by_manifest(manifests: tuple[Manifest, ...]) -> Natives:
    if not manifests:
        return Natives(Evidence(Basis.PARTIAL, "a package.json that the build context does not show"), ())
    names = [name for manifest in manifests for name in manifest.dependencies]
    known = _rows(Locked(row) for name in names for row in (name, brought_by(name)) if row)
    searched = f"{len(names)} direct dependencies of package.json, for packages known to have native code or install scripts"
    return Natives(Evidence(Basis.SEARCH, searched, found=_said(known)), known)


COMPILING = ("python3", "python", "python2", "make", "g++", "gcc", "cc")
"""Programs that compiling an addon calls."""
_GIT = re.compile(
    r"^(?:git[+:@]|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|$)|https?://[^#\s]{1,300}\.git(?:#|$))"
)


def tools_called(root: Site) -> tuple[str, ...]:
    """Programs that an install calls besides the package manager: for addons that it may compile, and for git."""
    manifests = packages(root)
    lock = lock_at(root.state.tree, root.directory)
    scripts = lock is not None and any(package.installs for package in lock.packages)
    compiling = COMPILING if scripts or natives_of(root).rows or addons(root) else ()
    specs = (spec for manifest in manifests for spec in manifest.every_dependency.values())
    return (*compiling, *(("git", "ssh") if any(_GIT.match(spec) for spec in specs) else ()))


def _own(manifests: tuple[Manifest, ...]) -> frozenset[str]:
    return frozenset(manifest.name for manifest in manifests)


def _rows(found: Iterable[Locked]) -> tuple[Row, ...]:
    rows = {row.package: row for package in found if (row := row_of(package.name)) is not None}
    return tuple(rows[name] for name in sorted(rows))


def _said(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """The rows that ask for something, as phrases."""
    return tuple(
        f"{row.package} needs {' '.join((*row.apt, *row.programs))}"
        for row in rows
        if row.apt or row.programs
    )


def needs_of(row: Row, site: Site) -> Iterator[Need]:
    """What one package needs, as far as the file does not show that it is not used."""
    why = f"the package {row.package}"
    if row.browser and not _has_browser(site):
        return
    for number in range(max(len(row.apt), len(row.apk))):
        apt = row.apt[number] if number < len(row.apt) else ""
        apk = row.apk[number] if number < len(row.apk) else ""
        yield PackageNeed(apt, apk, why)
    for program in row.programs:
        yield from called(program, why)
    if row.certificates:
        yield FacilityNeed(Facility.CERTIFICATES, why)


def _has_browser(site: Site) -> bool:
    return any(name.startswith(_BROWSERS) for name in site.state.packages)


def with_names(natives: Natives, names: tuple[str, ...]) -> Natives:
    """The same with packages that a command of the file installs by name."""
    if not names:
        return natives
    rows = _rows(Locked(row) for name in names for row in (name, brought_by(name)) if row)
    searched = f"{natives.evidence.searched}; {len(names)} packages installed by name"
    basis = Basis.SEARCH if natives.evidence.basis is Basis.RULE else natives.evidence.basis
    merged = {row.package: row for row in (*natives.rows, *rows)}
    found = (*natives.evidence.found, *_said(rows))
    return Natives(
        replace(natives.evidence, basis=basis, searched=searched, found=found), tuple(merged.values())
    )
