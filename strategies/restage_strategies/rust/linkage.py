"""Which libraries a Rust program needs in the image that it runs in (claim `rust-linkage`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import (
    BaseImage,
    Basis,
    Claim,
    ClaimKind,
    Evidence,
    Need,
    PackageManager,
    PackageNeed,
    Variant,
)
from restage_strategies.rust.libraries import native_crates, needs_of_crate, undecided
from restage_strategies.rust.outputs import triples
from restage_strategies.rust.programs import Origin
from restage_strategies.rust.rows import elsewhere, first_of
from restage_strategies.rust.tokens import is_literal

_PLAIN_FAMILIES = frozenset({"debian", "ubuntu", "alpine"})
_OF_THE_COMPILER = re.compile(
    r"(libc6-dev|libc-dev|musl-dev|linux-libc-dev|linux-headers|libstdc\+\+-\d+-dev|libgcc-\d+-dev|dpkg-dev|"
    r"lib(?:clang|llvm)[\w.-]*|(?:clang|llvm)[\w.-]*|libprotobuf-dev|protobuf-dev)$"
)
_SYSTEM_LIBRARIES = frozenset("c m dl pthread rt util gcc_s gcc stdc++ unwind resolv".split())


def linkage(origin: Origin, subject: str) -> tuple[Claim, tuple[Need, ...]]:
    """The claim on one program, and the packages that it takes."""
    alone = static_by(origin)
    if alone:
        evidence = Evidence(Basis.RULE, f"{alone}: no library is linked")
        return Claim(ClaimKind.RUST_LINKAGE, subject, evidence), ()
    needs = tuple(dict.fromkeys((*_of_headers(origin), *_of_crates(origin), *_of_musl(origin))))
    missing = tuple(dict.fromkeys(_missing(origin)))
    evidence = Evidence(Basis.PARTIAL if missing else Basis.RULE, _searched(origin), missing=missing)
    return Claim(ClaimKind.RUST_LINKAGE, subject, evidence), needs


def static_by(origin: Origin) -> str | None:
    """Why the program is linked to nothing, or None."""
    flags = origin.settings.rust_flags
    if "-crt-static" in flags:
        return None
    named = triples(origin.invocation, origin.settings)
    if named and all("musl" in triple for triple in named):
        return f"built for {named[0]}"
    if "+crt-static" in flags and (named or origin.settings.on_musl):
        return "built with crt-static"
    base = origin.settings.state.base
    if not named and isinstance(base, BaseImage) and base.family == "rust" and base.variant is Variant.ALPINE:
        return f"{base.reference.text} builds for musl, statically"
    return None


def _is_closed(origin: Origin) -> bool:
    """Whether the base has no library to link to but those of the C compiler: then the file names all others."""
    base = origin.settings.state.base
    if not isinstance(base, BaseImage) or base.package_manager is PackageManager.DNF:
        return False
    return base.family in _PLAIN_FAMILIES or (base.family == "rust" and base.variant is not Variant.FULL)


def _searched(origin: Origin) -> str:
    base = origin.settings.state.base
    where = base.reference.text if isinstance(base, BaseImage) else "the base"
    names = [name for name in sorted(origin.settings.installed) if _is_headers(name)]
    if _is_closed(origin):
        rest = f" and those of {', '.join(names)}" if names else ""
        return f"the linker finds only the C libraries of {where}{rest}"
    lock = origin.survey.space.lock
    if lock is None:
        count = len(origin.survey.space.fetched)
        return f"{count} dependencies of the manifests (there is no Cargo.lock) have a row"
    native = sorted(package.name for package in native_crates(lock))
    told = f": {', '.join(native[:6])}" if native else ""
    return f"Cargo.lock with {len(lock.packages)} packages, {len(native)} of them native{told}"


def _is_headers(name: str) -> bool:
    return "-dev" in name and not _OF_THE_COMPILER.match(name)


def _of_headers(origin: Origin) -> Iterator[PackageNeed]:
    base = origin.settings.state.base
    apk = isinstance(base, BaseImage) and base.package_manager is PackageManager.APK
    for name in sorted(origin.settings.installed):
        if _is_headers(name):
            yield PackageNeed(
                "" if apk else name, name if apk else "", f"the build links to what {name} offers"
            )


def _of_crates(origin: Origin) -> Iterator[PackageNeed]:
    for crate in undecided(origin.survey.space):
        yield from needs_of_crate(crate)


def _of_musl(origin: Origin) -> Iterator[PackageNeed]:
    """What a program that isn't static needs on Alpine, which has neither library by itself."""
    if origin.settings.on_musl:
        yield PackageNeed("", "libgcc", "a Rust program links to it")
        if first_of("cplusplus", origin.survey.named_crates):
            yield PackageNeed("", "libstdc++", "a crate compiles C++")


def _missing(origin: Origin) -> Iterator[str]:
    """What by no rule can be told."""
    base = origin.settings.state.base
    if "prefer-dynamic" in origin.settings.rust_flags:
        yield "Rust's standard library, linked as a shared one"
    if not isinstance(base, BaseImage):
        yield "the libraries of a base image that isn't known"
    for crate in sorted(origin.survey.named_crates):
        why = elsewhere(crate)
        if why:
            yield f"{crate}: {why}"
    for package in origin.survey.packages:
        if "dylib" in package.manifest.crate_types:
            yield f"{package.name} is a Rust library that is linked as a shared one"
        if any(
            d.name in ("libloading", "dlopen", "dlopen2", "sharedlib") for d in package.manifest.dependencies
        ):
            yield f"what {package.name} opens with libloading"
    if not _is_closed(origin):
        yield from _untold(origin)


def _untold(origin: Origin) -> Iterator[str]:
    """On a base with many headers: crates without a row, and what the project itself links to."""
    base = origin.settings.state.base
    if isinstance(base, BaseImage) and base.family != "rust":
        yield f"the libraries whose headers {base.family} brings"
    yield from (f"{crate} has no row" for crate in undecided(origin.survey.space) if not crate.is_told)
    for package in origin.survey.packages:
        script = package.build_script
        text = package.tree.text(script) if script else None
        if text is not None and ("rustc-link-lib" in text or "pkg_config" in text or "system_deps" in text):
            yield f"what {script} links to"
    for source in origin.survey.sources:
        if "#[link" in source.text:
            for at, token in enumerate(source.tokens):
                names = [t[1] for t in source.tokens[at : at + 9] if is_literal(t)]
                if token[1] == "link" and names and names[0] not in _SYSTEM_LIBRARIES:
                    yield f"{source.path} links to {names[0]}"
