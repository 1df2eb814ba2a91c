"""Which libraries a program of C or C++ needs in the image that it runs in (claim `c-linkage`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from restage.api import (
    BaseImage,
    Basis,
    Case,
    Changed,
    Claim,
    ClaimKind,
    Command,
    Evidence,
    Need,
    PackageManager,
    PackageNeed,
    Placed,
    Region,
    State,
)
from restage_strategies.cpp.stage import builds_of, is_compiler
from restage_strategies.cpp.survey import Survey
from restage_strategies.cpp.telling import recipes

_TOOLCHAIN = re.compile(
    r"(?:build-essential|build-base|alpine-sdk|gcc|g\+\+|clang|cpp|make|cmake|cmake-data|ninja|ninja-build|samurai|meson"
    r"|pkg-config|pkgconf|pkgconfig|autoconf|automake|autotools-dev|autoconf-archive|libtool|binutils|lld|mold|ccache|bison"
    r"|flex|m4|nasm|yasm|xxd|musl-dev|libc-dev|libc6-dev|linux-headers|linux-libc-dev|protobuf-compiler|doxygen|cppcheck"
    r"|clang-tidy|clang-format)(?:-\d[\d.]*)?"
)
"""Packages of which a compiled program needs at most the libraries that come in their place."""
_TOOLS = frozenset("git wget curl unzip zip file patch xz-utils bzip2 gnupg python3 perl sudo".split())
"""Packages that a program needs only where it calls them by name."""
_OF_GCC = (
    ("libstdc++6", "libstdc++", None),
    ("libgcc-s1", "libgcc", None),
    ("libgomp1", "libgomp", re.compile(r"-fopenmp|-lgomp")),
    ("libatomic1", "libatomic", re.compile(r"-latomic")),
)
"""Libraries of GCC, and the options with which a program links to them."""
_QUAD = re.compile(r"quadmath|__float128")
_PLAIN_OPTION = re.compile(
    r"-(?:[OWUDI].*|g\d?|std=.*|ansi|pedantic.*|pthread|pipe|[cosv]|static|pie|no-pie|m(?:arch|tune)=.*"
    r"|f(?:no-)?(?:pi[ce]|PI[CE]|common|strict-aliasing|stack-protector.*|omit-frame-pointer|lto)"
    r"|l(?:m|pthread|rt|dl|c|util|resolv))"
)
_BEYOND_C = re.compile(
    r"_Atomic|stdatomic|__atomic|__sync_|__float128|_Decimal|_Unwind_|__attribute__\s*\(\(\s*cleanup"
)
"""What may take libraries of the compiler beside the C library."""
_SANITIZED = re.compile(r"-fsanitize|-lasan|-lubsan|-ltsan|SANITIZE|b_sanitize", re.IGNORECASE)


def linkage(project: str, survey: Survey, state: State, case: Case) -> tuple[Claim, tuple[Need, ...]]:
    """The claim on one project, and the packages that its programs take along."""
    needs = tuple(_needs(survey, state, case))
    missing = tuple(_missing(survey, state, case))
    headers = sorted(name for name in state.packages if _has_headers(name))
    rest = f", and those of {', '.join(headers)}" if headers else ""
    searched = f"the linker finds only the libraries of the base and of the compiler{rest}"
    evidence = Evidence(Basis.PARTIAL if missing else Basis.RULE, searched, missing=missing)
    return Claim(ClaimKind.C_LINKAGE, project, evidence), needs


def plain_c(project: str, survey: Survey, state: State, case: Case) -> Claim | None:
    """The claim that a program of a compiler's image links to the C library alone, so that it runs on the plain release.

    The compiler's own libraries (libstdc++, libgomp) are newer there than those of the release. None: nothing shows it.
    """
    if not isinstance(state.base, BaseImage) or state.base.family != "gcc":
        return None
    if not all(_links_plainly(command) for command in builds_of(case)):
        return None
    if any(_BEYOND_C.search(source.text) for source in survey.sources) or any(_missing(survey, state, case)):
        return None
    evidence = Evidence(
        Basis.RULE, "C alone, compiled with options that link to the C library of the release alone"
    )
    return Claim(ClaimKind.C_LINKAGE, project, evidence)


def _links_plainly(command: Command) -> bool:
    """Whether the words are a C compiler, sources of C, and options that add no library."""
    if command.name not in ("gcc", "cc") or not command.all_known or command.environment:
        return False
    words = [word for before, word in pairwise(command.words) if before not in ("-o", "-I", "-D", "-U")]
    return all(_PLAIN_OPTION.fullmatch(word) or re.fullmatch(r"[^-@].*\.[co]", word) for word in words)


def _has_headers(name: str) -> bool:
    return "-dev" in name and _TOOLCHAIN.fullmatch(name) is None


def _needs(survey: Survey, state: State, case: Case) -> Iterator[PackageNeed]:
    told = None if any(not is_compiler(c) or not c.all_known for c in builds_of(case)) else builds_of(case)
    for apt, apk, option in _OF_GCC:
        if option is None or told is None or any(option.search(str(command)) for command in told):
            yield PackageNeed(apt, apk, "compilers bring it, and programs link to it")
    if any(_QUAD.search(source.text) for source in survey.sources):
        yield PackageNeed("libquadmath0", "libquadmath", "a source names what it offers")
    for name in sorted(state.packages):
        if not (_has_headers(name) or _TOOLCHAIN.fullmatch(name) or name in _TOOLS):
            yield PackageNeed(name, name, "what it is for is not the build alone")
        elif _has_headers(name):
            yield PackageNeed(name, name, f"the build links to what {name} offers")


def _missing(survey: Survey, state: State, case: Case) -> Iterator[str]:
    """What by no rule can be told."""
    base = state.base
    if not isinstance(base, BaseImage) or base.package_manager is PackageManager.DNF:
        yield "the libraries of the base image"
    tree = survey.tree
    for event in tree.events:
        if isinstance(event, Placed | Changed) and Region("/etc/apt").covers(event.target):
            yield "what the package repositories of the file offer"
        if isinstance(event, Changed) and event.by.startswith("COPY or ADD"):
            yield f"what {event.target} links to, which comes from elsewhere"
    told = [*(str(command) for command in case.commands), *state.environment.values()]
    told += [text for kind in ("make", "cmake", "meson") for _, text in recipes(tree, "/", kind)]
    if any(text and _SANITIZED.search(text) for text in told):
        yield "the libraries of the compiler's sanitizers"
