"""The files of two images are compared on paper: what may be missing or differ, and what may not."""

from __future__ import annotations

import pytest

from filesystems import Contents, files
from restage.verify.excuses import Explained
from restage.verify.failures import FacilityMissing, PathDiffers, PathMissing, UserDiffers, part_of, sentence
from restage.verify.files import Files, Promise, compare_files, may_vary, varied
from restage.verify.filesystem import EMPTY
from restage.verify.installed import build_tools, packages


def compared(
    before: Contents,
    after: Contents,
    base: Contents | None = None,
    promise: Promise | None = None,
) -> Files:
    return compare_files(files(before), files(base) if base else EMPTY, files(after), promise or Promise())


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


def test_a_planned_place_may_be_named_through_a_link() -> None:
    """Today's `/bin` is a link to `/usr/bin`, and `COPY --from=… /uv /bin/` names that."""
    had = {"/bin": "-> usr/bin", "/usr/bin/uv": "u", "/usr/bin/ux": "x"}
    found = compared(had, {"/b": "b"}, promise=Promise((Explained("/bin/uv", "build tools"),)))
    assert found.failures == (PathMissing("/bin"), PathMissing("/usr/bin/ux"))


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
    had: Contents = {"/etc/mime.types": "a", "/etc/ssl/certs/ca-certificates.crt": "b"}
    own = compared(had, {"/x": "x"})
    assert [part_of(failure) for failure in own.failures][:2] == ["files", "files"]
    of_base = compared(had, {"/x": "x"}, had)
    assert of_base.failures == (FacilityMissing("certificates", "/etc/ssl/certs/ca-certificates.crt"),)
    assert of_base.warnings == (FacilityMissing("MIME types", "/etc/mime.types"),)
    planned = compared(had, {"/x": "x"}, had, Promise(()))
    assert (planned.failures, planned.warnings) == ((), ())


STATUS = "Package: gcc\nStatus: install ok installed\n\nPackage: old\nStatus: deinstall ok config-files\n"
FONTS: Contents = {
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


@pytest.mark.parametrize(("planned", "wrong"), [("/app/node_modules/acorn", 0), ("/srv", 2)])
def test_the_link_to_a_program_goes_to_the_version_that_stays(planned: str, wrong: int) -> None:
    deep = {"/app/node_modules/pack/node_modules/acorn/bin": "b"}
    had = {"/app/node_modules/acorn/bin": "a", **deep, "/app/node_modules/.bin/acorn": "-> ../acorn/bin"}
    now = {**deep, "/app/node_modules/.bin/acorn": "-> ../pack/node_modules/acorn/bin"}
    found = compared(had, now, promise=Promise((Explained(planned, "dev dependencies"),)))
    assert len(found.failures) == wrong
