"""The offer to do without shell, user table and package manager (reduction `minimal-base`)."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Basis, Claim, ClaimKind, Evidence, Need, PathNeed, Start, State, program_paths
from restage_strategies.go.linkage import alone
from restage_strategies.go.product import Binary
from restage_strategies.go.programs import origin_of
from restage_strategies.go.rows import called_by
from restage_strategies.go.survey import Survey

_LINKS_C = frozenset(
    "archive/tar crypto/tls crypto/x509 expvar log/syslog mime/multipart net net/http net/http/cgi "
    "net/http/cookiejar net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/pprof net/mail "
    "net/rpc net/rpc/jsonrpc net/smtp net/textproto os/user plugin runtime/cgo".split()
)
"""Packages of the standard library that use cgo where it is on, themselves or by an import (`go list -deps`)."""
_NEEDS_LOADER = frozenset({"pie", "plugin", "shared", "c-shared"})
_TEMPORARY = (
    "TempDir(",
    "CreateTemp(",
    "MkdirTemp(",
    "TempFile(",
    "FormFile(",
    "ParseMultipartForm(",
    '"/tmp',
)
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "busybox"})


def minimal_claims(
    binary: Binary, survey: Survey, starts: tuple[Start, ...], state: State
) -> tuple[Claim, ...]:
    """What has to hold for an image that has nothing but the program, which a start comes to."""
    subject = str(binary.region)
    return (
        Claim(ClaimKind.GO_LINKAGE, subject, _linked(binary, survey)),
        Claim(ClaimKind.MINIMAL_CONTENTS, subject, _contents(binary, survey, starts, state)),
    )


def unreached_claims(binary: Binary) -> tuple[Claim, ...]:
    """What has to hold for a program that no start comes to: nothing but that."""
    evidence = Evidence(Basis.SEARCH, "no start reaches it")
    return (Claim(ClaimKind.MINIMAL_CONTENTS, str(binary.region), evidence),)


def minimal_needs(survey: Survey) -> Iterator[Need]:
    """Files that such an image may lack, beyond those that any base may lack."""
    place = survey.first(_TEMPORARY)
    if place or survey.closure.foreign:
        yield PathNeed("/tmp", f"{place or 'a module'} may write temporary files")
    if "os/user" in survey.closure.standard:
        yield PathNeed("/etc/passwd", "the program looks up users")


def _linked(binary: Binary, survey: Survey) -> Evidence:
    """Whether the program is static; without `-static` only if nothing in it uses cgo."""
    invocation = binary.invocation
    mode = invocation.flag("buildmode") or ""
    if mode in _NEEDS_LOADER or invocation.on("linkshared") or invocation.on("race"):
        return Evidence(
            Basis.RULE, "the build command", (f"`{mode or 'race'}` needs the loader of the C library",)
        )
    why = alone(binary)
    if why:
        return Evidence(Basis.RULE, f"{why}: no library is linked")
    against = tuple(f"{file.path} uses cgo" for file in survey.closure.files if file.uses_cgo)
    if not {"netgo", "osusergo"} <= survey.tags.given:
        against += tuple(
            f"{path} links to the C library" for path in sorted(survey.closure.standard & _LINKS_C)
        )
    missing = tuple(f"whether {path} uses cgo" for path in sorted(survey.closure.foreign))
    if not (survey.closure.complete and survey.closure.files and survey.tags.known):
        missing += ("whether sources elsewhere use cgo",)
    return Evidence(Basis.RULE, "every package that it imports, for cgo", against[:3], missing)


def _contents(binary: Binary, survey: Survey, starts: tuple[Start, ...], state: State) -> Evidence:
    calls = survey.calls
    against = [f"{call.where} calls {call.program}" for call in calls.named]
    against += [f"{path} calls {name}" for path in sorted(survey.closure.foreign) for name in called_by(path)]
    against += _beside(binary, starts, state)
    if not (state.user in ("root", "") or state.user.isdigit()):
        against.append(f"the user {state.user} is known by name alone")
    missing = [f"what {place} calls" for place in (*calls.computed, *calls.from_arguments)]
    missing += [start.unknown[0] for start in starts if start.unknown]
    if binary.origin.elsewhere or not survey.closure.files:
        missing.append("sources that are not in the build context")
    searched = f"{survey.searched}, and every start, for programs, shells and users"
    return Evidence(Basis.SEARCH, searched, tuple(against), tuple(missing))


def _beside(binary: Binary, starts: tuple[Start, ...], state: State) -> Iterator[str]:
    """What the starts run beside Go programs: a shell first of all."""
    for start in starts:
        if start.command.name in _SHELLS:
            yield f"{start.where} goes through a shell"
        for command in start.reached:
            paths = program_paths(command, state)
            case = binary.settings.case
            if command.name not in _SHELLS and not any(origin_of(path, state, case) for path in paths):
                yield f"{start.where} runs `{command}`"
