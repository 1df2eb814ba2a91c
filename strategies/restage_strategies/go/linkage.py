"""Which libraries a Go program needs in the image that it runs in (claim `go-linkage`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import BaseImage, Basis, Claim, ClaimKind, Evidence, Need, PackageManager, PackageNeed
from restage_strategies.go.product import Binary
from restage_strategies.go.rows import has_cplusplus, has_openmp, loaded_by
from restage_strategies.go.survey import Survey

_STATIC = re.compile(r"-extldflags[= ][\"']?[^\"']{0,200}-static\b(?!-)")
_LIBRARY = re.compile(r"-l(gomp|atomic|quadmath|gfortran)\b|-f(openmp)\b")
_OF_GCC = {
    "gomp": ("libgomp1", "libgomp"),
    "openmp": ("libgomp1", "libgomp"),
    "atomic": ("libatomic1", "libatomic"),
    "quadmath": ("libquadmath0", "libquadmath"),
    "gfortran": ("libgfortran5", "libgfortran"),
}
_PLAIN_FAMILIES = frozenset({"golang", "debian", "ubuntu", "alpine"})
_OF_THE_COMPILER = re.compile(
    r"(libc6-dev|libc-dev|musl-dev|linux-libc-dev|linux-headers|libstdc\+\+-\d+-dev|libgcc-\d+-dev|dpkg-dev)$"
)
_CPLUSPLUS = frozenset({"g++", "build-base", "alpine-sdk", "clang"})


def linkage(binary: Binary, survey: Survey) -> tuple[Claim, tuple[Need, ...]]:
    """The claim on one binary, and the packages that it takes."""
    opened = tuple(_opened_by_name(survey))
    if opened:
        evidence = Evidence(Basis.PARTIAL, f"{survey.searched}, for libraries that they open", missing=opened)
        return Claim(ClaimKind.GO_LINKAGE, str(binary.region), evidence), ()
    why = alone(binary)
    if why:
        evidence = Evidence(Basis.RULE, f"{why}: no library is linked")
        return Claim(ClaimKind.GO_LINKAGE, str(binary.region), evidence), ()
    if _is_without_c(binary, survey):
        evidence = Evidence(Basis.RULE, f"{survey.searched}: none calls C, so the C library alone is linked")
        return Claim(ClaimKind.GO_LINKAGE, str(binary.region), evidence), ()
    needs = tuple(dict.fromkeys(_needs(binary, survey))) if binary.origin.tool is None else ()
    missing = tuple(_missing(binary, survey))
    base = binary.settings.state.base
    where = base.reference.text if isinstance(base, BaseImage) else "the base"
    named = [need.apt or need.apk for need in needs]
    rest = f" and those of {', '.join(named)}" if named else ""
    searched = f"the linker finds only the C libraries of {where}{rest}"
    evidence = Evidence(Basis.PARTIAL if missing else Basis.RULE, searched, missing=missing)
    return Claim(ClaimKind.GO_LINKAGE, str(binary.region), evidence), needs


_OPENERS = frozenset(
    {"github.com/ebitengine/purego", "github.com/coreos/pkg/dlopen", "github.com/rainycape/dl"}
)


def _opened_by_name(survey: Survey) -> Iterator[str]:
    """Libraries that the project's own code opens while it runs: nothing tells which package has them under that name."""
    for file in survey.closure.own:
        if "dlopen(" in file.preamble or any(each.path in _OPENERS for each in file.imports):
            place = file.path.removeprefix(survey.root.rstrip("/") + "/")
            yield f"which libraries {place} opens by name"


def alone(binary: Binary) -> str | None:
    """Why the program is linked to nothing, or None."""
    told = binary.invocation.find("ldflags")
    if told is not None and told.known and _STATIC.search(told.value):
        return "-extldflags -static"
    return binary.settings.without_cgo if binary.invocation.verb else None


def _is_without_c(binary: Binary, survey: Survey) -> bool:
    """Whether no package in the program calls C but those of Go itself, which link to the C library alone."""
    closure = survey.closure
    read = closure.complete and bool(closure.files) and not closure.foreign and survey.tags.known
    shared = binary.invocation.on("linkshared") or binary.invocation.flag("buildmode") == "shared"
    checked = any(binary.invocation.on(name) for name in ("asan", "msan", "race"))
    told = binary.settings.get("CGO_LDFLAGS") or "extldflags" in (binary.invocation.flag("ldflags") or "")
    known = isinstance(binary.settings.state.base, BaseImage) and bool(binary.invocation.verb) and not told
    return known and read and not shared and not checked and not any(file.uses_cgo for file in closure.files)


def _needs(binary: Binary, survey: Survey) -> Iterator[PackageNeed]:
    installed = binary.settings.installed
    base = binary.settings.state.base
    apk = isinstance(base, BaseImage) and base.package_manager is PackageManager.APK
    for name in sorted(installed):
        if "-dev" in name and not _OF_THE_COMPILER.match(name):
            yield PackageNeed(
                "" if apk else name, name if apk else "", f"the build links to what {name} offers"
            )
    modules = survey.modules
    for file in survey.closure.files:
        for found in _LIBRARY.finditer(file.preamble):
            pair = _OF_GCC[found.group(1) or found.group(2)]
            yield PackageNeed(*pair, why=f"{file.path} links to it")
    if any(has_openmp(path) for path in modules):
        yield PackageNeed(*_OF_GCC["openmp"], why="a module links to GCC's OpenMP library")
    for path in sorted(survey.closure.foreign):
        loaded = loaded_by(path)
        if loaded is not None:
            yield PackageNeed(*loaded, why=f"{path} links to it")


def _may_be_cplusplus(survey: Survey) -> bool:
    if any(has_cplusplus(path) for path in survey.modules):
        return True
    tree = survey.space.tree
    folders = {file.path.rpartition("/")[0] for file in survey.closure.files if file.uses_cgo}
    return any(name.endswith((".cc", ".cpp", ".cxx")) for folder in folders for name in tree.entries(folder))


def _missing(binary: Binary, survey: Survey) -> Iterator[str]:
    """What by no rule can be told."""
    base = binary.settings.state.base
    musl = isinstance(base, BaseImage) and base.package_manager is PackageManager.APK
    if musl and binary.settings.installed & _CPLUSPLUS and _may_be_cplusplus(survey):
        yield "the C++ library, which Alpine itself lacks"
    if not isinstance(base, BaseImage):
        yield "the libraries of a base image that isn't known"
    elif base.family not in _PLAIN_FAMILIES:
        yield f"the libraries whose headers {base.family} brings"
    elif base.package_manager is PackageManager.DNF:
        yield "the libraries of -devel packages"
    if binary.invocation.on("linkshared") or binary.invocation.flag("buildmode") == "shared":
        yield "Go's standard library, linked as a shared one"
    if binary.invocation.on("asan") or binary.invocation.on("msan"):
        yield "the sanitizer's library of the compiler"
