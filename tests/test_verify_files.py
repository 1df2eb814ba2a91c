"""The files and links of two images are compared on paper: tar streams made here, no engine needed."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from restage.api.observation import MissingFile, MissingLibrary, MissingProgram, MissingVariable, Opened
from restage.verify.compare import ContractDiffers
from restage.verify.elf import cached_libraries, read_elf
from restage.verify.excuses import Explained
from restage.verify.exporting import Memory, read_tar
from restage.verify.failures import (
    FacilityMissing,
    Failure,
    InterpreterMissing,
    LibraryMissing,
    LinkDangling,
    PathDiffers,
    PathMissing,
    ProgramMissing,
    UserDiffers,
    observed,
    part_of,
    sentence,
)
from restage.verify.files import Files, Promise, compare_files, may_vary, varied
from restage.verify.filesystem import EMPTY, FileSystem, Kind
from restage.verify.images import ImageConfig
from restage.verify.installed import build_tools, packages
from restage.verify.links import Side, compare_links
from restage.verify.loader import Loader
from restage.verify.seen_files import Trace, observations

MEMORY = Memory()


def files(of: Mapping[str, str | bytes | None], **modes: int) -> FileSystem:
    """A file system: text or bytes make a file, `-> target` a link, None a directory; executable if it is a script."""
    stream = io.BytesIO()
    folders = {str(parent): None for path in of for parent in Path(path).parents if str(parent) != "/"}
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in {**dict(sorted(folders.items())), **of}.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            data = content.encode() if isinstance(content, str) else content or b""
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            elif data.startswith(b"-> "):
                member.type, member.linkname, data = tarfile.SYMTYPE, data[3:].decode(), b""
            else:
                member.size, member.mode = len(data), 0o755 if data[:2] == b"#!" else 0o644
            member.mode = modes.get(path, member.mode)
            archive.addfile(member, io.BytesIO(data))
    stream.seek(0)
    return read_tar(stream, MEMORY)


def compared(
    before: Mapping[str, str | bytes | None],
    after: Mapping[str, str | bytes | None],
    base: Mapping[str, str | bytes | None] | None = None,
    promise: Promise | None = None,
) -> Files:
    return compare_files(files(before), files(base) if base else EMPTY, files(after), promise or Promise())


def test_a_tar_stream_is_a_file_system() -> None:
    found = files(
        {"/usr/bin": None, "/usr/bin/tool": "#!/bin/sh\n", "/bin": "-> usr/bin", "/tool": "-> bin/tool"}
    )
    assert found.resolve("/tool") == "/usr/bin/tool"
    assert found.resolve("/bin/../bin/tool") == "/usr/bin/tool"
    assert found.resolve("/bin/none") is None
    assert found.entries["/bin"].kind is Kind.LINK
    assert found.text("/tool") == "#!/bin/sh\n"


def test_links_in_a_ring_lead_nowhere() -> None:
    assert files({"/a": "-> b", "/b": "-> a"}).resolve("/a") is None


def test_hard_links_are_one_file() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("one")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
        other = tarfile.TarInfo("two")
        other.type, other.linkname = tarfile.LNKTYPE, "one"
        archive.addfile(other)
    stream.seek(0)
    found = read_tar(stream, MEMORY)
    assert found.entries["/one"] == found.entries["/two"]


def test_what_is_the_same_has_no_failures() -> None:
    tree = {"/app": None, "/app/a.py": "print(1)\n", "/app/b": "-> a.py"}
    found = compared(tree, tree)
    assert (found.failures, found.left) == ((), ())
    assert found.kept == 3


def test_a_missing_directory_is_named_once() -> None:
    found = compared(
        {"/app": None, "/app/t/a.html": "a", "/app/t/b.html": "b", "/app/x": "x"},
        {"/app": None, "/app/x": "x"},
    )
    assert found.failures == (PathMissing("/app/t", 2),)


@pytest.mark.parametrize(
    "path",
    [
        "/app/__pycache__/a.cpython-312.pyc",
        "/root/.cache/pip/http/a",
        "/tmp/build/a",
        "/var/lib/apt/lists/a",
        "/var/log/apt/history.log",
        "/go/pkg/mod/a",
        "/app/main.go",
        "/app/go.mod",
        "/app/src/main.rs",
        "/usr/local/go/bin/go",
    ],
)
def test_what_only_a_build_reads_may_be_missing(path: str) -> None:
    assert compared({path: "a"}, {"/b": "b", "/tmp": None}).failures == ()


@pytest.mark.parametrize(
    "path", ["/app/templates/a.html", "/app/data.csv", "/app/tmp/a", "/srv/run/a", "/app/a.py"]
)
def test_everything_else_is_missed(path: str) -> None:
    assert compared({path: "a"}, {"/b": "b"}).failures == (PathMissing(path),)


def test_a_plan_answers_for_what_it_leaves_out_and_for_nothing_else() -> None:
    promise = Promise(
        (Explained("/app/cache", "its cache"), Explained("/app/out", "narrowed", ("/app/out/bin",)))
    )
    before = {"/app/cache/a": "a", "/app/main.go": "b", "/app/out/lib": "c", "/app/out/bin": "d"}
    found = compared(before, {"/b": "b"}, promise=promise)
    assert [sentence(failure) for failure in found.failures] == ["/app is missing (2 files)"]
    assert {left.why for left in found.left} == {"its cache", "narrowed"}


def test_what_the_user_allows_is_no_failure() -> None:
    promise = Promise(allowed=("/app/docs", "/app/*.map"))
    assert compared({"/app/docs/a": "a", "/app/b.map": "b"}, {"/x": "x"}, promise=promise).failures == ()


def test_files_of_the_base_may_go_with_the_base() -> None:
    assert (
        compared({"/usr/bin/gcc": "gcc", "/app": "a"}, {"/app": "a"}, {"/usr/bin/gcc": "gcc"}).failures == ()
    )


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [("a", "b", "content"), ("#!/bin/sh\n", "-> b", "kind"), ("-> a", "-> b", "target"), ("a", None, "kind")],
)
def test_what_is_not_as_it_was_has_a_name(before: str, after: str | None, what: str) -> None:
    (failure,) = compared({"/x": before}, {"/x": after}).failures
    assert isinstance(failure, PathDiffers)
    assert (failure.path, failure.what) == ("/x", what)


def test_mode_and_owner_count() -> None:
    before, after = files({"/x": "a"}, **{"/x": 0o4755}), files({"/x": "a"}, **{"/x": 0o755})
    assert compare_files(before, EMPTY, after, Promise()).failures == (
        PathDiffers("/x", "mode", "4755", "0755"),
    )


def test_content_that_varies_between_builds_is_not_compared() -> None:
    assert compared({"/x": "1"}, {"/x": "2"}, promise=Promise(varying=frozenset({"/x"}))).failures == ()


PASSWD = "root:x:0:0::/root:/bin/sh\n"


def test_names_that_every_build_makes_anew_are_not_missed() -> None:
    before, again = files({"/app/page-1a2.js": "a", "/app/same": "b"}), files({"/app/page-9f3.js": "a"})
    first = compare_files(before, EMPTY, files({"/app/page-7c5.js": "a"}), Promise(()))
    assert first.failures == (PathMissing("/app/page-1a2.js"), PathMissing("/app/same"))
    assert [may_vary(failure) for failure in first.failures] == [True, False]
    promise = Promise((), varying=varied(before, again) - {"/app/same"})
    second = compare_files(before, EMPTY, files({"/app/page-7c5.js": "a"}), promise)
    assert second.failures == (PathMissing("/app/same"),)


def test_users_keep_their_numbers() -> None:
    before = {"/etc/passwd": f"{PASSWD}app:x:1000:1000::/:/bin/sh\nold:x:1001:1001::/:/bin/sh\n"}
    after = {"/etc/passwd": f"{PASSWD}app:x:1001:1001::/:/bin/sh\n"}
    assert compared(before, after, {"/etc/passwd": PASSWD}).failures == (
        UserDiffers("user app", 1000, 1001),
        UserDiffers("user old", 1001, None),
    )


def test_a_lost_facility_weighs_by_who_brought_it() -> None:
    had: dict[str, str | bytes | None] = {"/etc/mime.types": "a", "/etc/ssl/certs/ca-certificates.crt": "b"}
    own = compared(had, {"/x": "x"})
    assert [part_of(failure) for failure in own.failures][:2] == ["files", "files"]
    of_base = compared(had, {"/x": "x"}, had)
    assert of_base.failures == (FacilityMissing("certificates", "/etc/ssl/certs/ca-certificates.crt"),)
    assert of_base.warnings == (FacilityMissing("MIME types", "/etc/mime.types"),)
    planned = compared(had, {"/x": "x"}, had, Promise(()))
    assert (planned.failures, planned.warnings) == ((), ())


STATUS = "Package: gcc\nStatus: install ok installed\n\nPackage: old\nStatus: deinstall ok config-files\n"


FONTS: dict[str, str | bytes | None] = {
    "/var/lib/dpkg/status": "Package: fonts-dejavu-core\nStatus: install ok installed\n",
    "/var/lib/dpkg/info/fonts-dejavu-core.list": "/usr/share/fonts\n/usr/share/fonts/a.ttf\n",
    "/usr/share/fonts/a.ttf": "x",
    "/etc/fonts/conf.d/57-dejavu.conf": "-> /usr/share/fontconfig/57-dejavu.conf",
}


def test_fonts_that_came_with_a_build_tool_may_go_with_it() -> None:
    states = "Package: fonts-dejavu-core\nArchitecture: amd64\nAuto-Installed: 1\n"
    came_along = {**FONTS, "/var/lib/apt/extended_states": states}
    assert compared(came_along, {"/x": "x"}, promise=Promise(())).failures == ()
    assert compared(FONTS, {"/x": "x"}, promise=Promise(())).failures == (
        FacilityMissing("fonts", "/usr/share/fonts"),
    )


def test_files_of_packages_that_are_gone_are_left_out() -> None:
    before = {
        "/usr/bin": None,
        "/bin": "-> usr/bin",
        "/usr/bin/gcc": "gcc",
        "/usr/bin/cc": "-> /etc/alternatives/cc",
        "/var/lib/dpkg/status": STATUS,
        "/var/lib/dpkg/info/gcc.list": "/.\n/bin/gcc\n",
    }
    assert packages(files(before)).names == {"gcc"}
    found = compared(before, {"/usr/bin": None, "/bin": "-> usr/bin"})
    assert (found.failures, found.packages_left) == ((), ("gcc",))
    assert build_tools(files(before)) == ("gcc",)


def test_what_the_script_of_a_package_made_goes_with_the_package() -> None:
    script = "#!/bin/sh\nsite=/usr/local/lib/gcc/site\nmkdir -p $site\ncp /usr/share/rc /etc/gccrc.d/x\n"
    before = {
        "/usr/local/lib/gcc/site": None,
        "/etc/gccrc": "a",
        "/etc/gccrc.d/x": "b",
        "/var/lib/dpkg/status": STATUS,
        "/var/lib/dpkg/info/gcc:amd64.postinst": script,
    }
    found = compared(before, {"/x": "x"})
    assert found.failures == (PathMissing("/etc/gccrc"),)
    package_stays = compared(before, {"/var/lib/dpkg/status": STATUS})
    assert PathMissing("/usr/local/lib/gcc/site") in package_stays.failures


@pytest.mark.parametrize("path", ["/usr/local/cargo/.package-cache", "/usr/local/cargo/.global-cache"])
def test_what_cargo_locks_with_may_go(path: str) -> None:
    assert compared({path: ""}, {"/x": "x"}, promise=Promise(())).failures == ()
    assert compared({"/usr/local/cargo/config": ""}, {"/x": "x"}, promise=Promise(())).failures != ()


def test_a_lockfile_may_be_written_anew_but_not_go() -> None:
    lock = "/app/package-lock.json"
    assert compared({lock: "a"}, {lock: "b"}, promise=Promise(())).failures == ()
    assert compared({lock: "a"}, {"/app": None}, promise=Promise(())).failures == (PathMissing(lock),)


def test_the_place_of_virtual_environments_may_go_and_an_environment_may_not() -> None:
    place = "/root/.local/share/virtualenvs"
    assert compared({place: None}, {"/x": "x"}, promise=Promise(())).failures == ()
    found = compared({f"{place}/app/bin/python": "x"}, {"/x": "x"}, promise=Promise(()))
    assert [type(failure) for failure in found.failures] == [PathMissing]


# --- links

CONFIG = ImageConfig(
    environment={"PATH": "/bin"},
    entrypoint=(),
    command=("/start.sh",),
    user="",
    directory="/",
    exposed=frozenset(),
    volumes=frozenset(),
    labels={},
    healthcheck='{"Test": ["CMD-SHELL", "curl -f localhost || exit 1"]}',
    stopsignal="",
    shell=(),
    onbuild=(),
)
SOUND = {
    "/bin/sh": "#!",
    "/bin/curl": "#!",
    "/bin/envsubst": "#!",
    "/bin/python": "#!",
    "/start.sh": "#!/bin/sh\nenvsubst < a > b\nexec app\n",
    "/app/tool": "#!/usr/bin/env python\n",
    "/bin/env": "#!",
    "/app/current": "-> releases/1",
    "/app/releases/1": "a",
}


def linked(lost: str) -> tuple[Failure, ...]:
    after = {path: content for path, content in SOUND.items() if path != lost}
    return compare_links(Side(files(SOUND), CONFIG), Side(files(after), CONFIG))


@pytest.mark.parametrize(
    ("lost", "failure"),
    [
        ("/bin/curl", ProgramMissing("curl", "HEALTHCHECK")),
        ("/bin/envsubst", ProgramMissing("envsubst", "/start.sh")),
        ("/start.sh", ProgramMissing("/start.sh", "CMD")),
        ("/bin/python", InterpreterMissing("python", "/app/tool")),
        ("/app/releases/1", LinkDangling("/app/current", "/app/releases/1")),
    ],
)
def test_what_is_named_and_gone_is_a_failure(lost: str, failure: Failure) -> None:
    assert linked(lost) == (failure,)
    assert linked("nothing") == ()


def test_a_failure_becomes_an_observation() -> None:
    assert observed(PathMissing("/app/t")) == MissingFile("/app/t")
    assert observed(LibraryMissing("libpq.so.5", "/app/x")) == MissingLibrary("libpq.so.5")
    assert observed(ProgramMissing("git", "CMD")) == MissingProgram("git")
    assert observed(UserDiffers("user app", 1, 2)) is None
    assert observed(ContractDiffers("environment CA", "/ca.pem", None)) == MissingVariable("CA", "/ca.pem")
    for failure in (
        ContractDiffers("environment CA", "$HOME 'a'", None),
        ContractDiffers("environment CA", "/ca.pem", "/other"),
        ContractDiffers("labels", "a=b", None),
    ):
        assert observed(failure) is None


OWN_LIBRARIES = [
    path for path in Path("/usr/lib").glob("*-linux-gnu/libstdc++.so.6*") if not path.is_symlink()
]


@pytest.mark.skipif(not OWN_LIBRARIES, reason="this machine has no C++ library to read")
def test_a_library_of_this_machine_is_read_and_found() -> None:
    elf = read_elf(OWN_LIBRARIES[0].read_bytes())
    assert elf is not None
    assert "libc.so.6" in elf.needed
    assert "GLIBCXX_3.4" in elf.provides
    assert any(library == "libc.so.6" and version.startswith("GLIBC_2") for library, version in elf.versions)
    content = OWN_LIBRARIES[0].read_bytes()
    image = files({"/opt/lib/libstdc++.so.6": content, "/app/x": content})
    assert Loader(image, {}).library("libstdc++.so.6", elf, "/app/x") is None
    given = Loader(image, {"LD_LIBRARY_PATH": "/opt/lib"})
    assert given.library("libstdc++.so.6", elf, "/app/x") == "/opt/lib/libstdc++.so.6"


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF", b"\x7fELF" + bytes(60), b"\x7fELF\x02\x01\x01" + b"\xff" * 200]
)
def test_what_is_no_elf_file_is_passed_over(content: bytes) -> None:
    assert read_elf(content) is None or read_elf(content) is not None


def test_a_broken_cache_of_the_loader_ends() -> None:
    assert [*cached_libraries(b"")] == []
    assert [*cached_libraries(b"glibc-ld.so.cache1.1" + b"\xff" * 40)] == []


def test_of_packages_seen_in_use_those_that_come_with_another_are_not_told() -> None:
    told = {
        "libpq5": "Depends: libc6 (>= 2.36), libssl3 (>= 3.0)\n",
        "libssl3": "Depends: libc6\n",
        "zlib1g": "",
    }
    of = {
        f"/var/lib/dpkg/info/{name}.list": f"/usr/lib\n/usr/lib/{name}.so\n/usr/share/{name}\n"
        for name in told
    }
    status = "\n".join(
        f"Package: {name}\nStatus: install ok installed\n{text}" for name, text in told.items()
    )
    opened = {f"/usr/lib/{name}.so": "x" for name in told}
    side = Side(files({**of, **opened, "/var/lib/dpkg/status": status, "/app/x": "y"}), CONFIG)
    found = observations(Trace(frozenset({*opened, "/app/x"})), side)
    assert {*found} == {
        Opened("/usr/lib/libpq5.so", "libpq5"),
        Opened("/usr/lib/zlib1g.so", "zlib1g"),
        Opened("/app/x"),
    }
