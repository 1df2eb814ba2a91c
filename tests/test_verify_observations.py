"""What verifying saw becomes what planning takes for seen."""

from __future__ import annotations

from filesystems import side
from restage.api.observation import MissingFile, MissingLibrary, MissingProgram, MissingVariable, Opened
from restage.verify.compare import ContractDiffers
from restage.verify.failures import LibraryMissing, PathMissing, ProgramMissing, UserDiffers, observed
from restage.verify.seen_files import Trace, observations


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
    image = side({**of, **opened, "/var/lib/dpkg/status": status, "/app/x": "y"})
    found = observations(Trace(frozenset({*opened, "/app/x"})), image)
    assert {*found} == {
        Opened("/usr/lib/libpq5.so", "libpq5"),
        Opened("/usr/lib/zlib1g.so", "zlib1g"),
        Opened("/app/x"),
    }
