"""Users and groups of two images are compared: a number may change only where a package chose it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filesystems import files
from restage.verify.failures import PathDiffers, UserDiffers
from restage.verify.files import Promise, compare_files
from restage.verify.filesystem import EMPTY
from restage.verify.installed import packages
from restage.verify.system import users

DBUS = {
    "/var/lib/dpkg/status": "Package: dbus\nStatus: install ok installed\n",
    "/var/lib/dpkg/info/dbus.list": "/usr/lib/helper\n/var/lib/dbus\n/var/spool/cron/tabs\n",
    "/var/lib/dpkg/info/dbus.postinst": "#!/bin/sh\nU=messagebus\nadduser --system --group $U\n",
}

OF_THE_IMAGE = ("/usr/lib/helper", "/var/spool/cron/tabs", "/var/spool/cron/tabs/root")
"""What a package brought, and what was put into one of its folders that no volume covers."""


@pytest.mark.parametrize("own", ["/srv/state", "/var/lib/dbus", *OF_THE_IMAGE])
@pytest.mark.parametrize("name", ["messagebus", "app"])
def test_only_a_package_may_number_its_users_anew(name: str, own: str) -> None:
    group = {"/etc/group": f"{name}:x:102:\n", **DBUS}
    before = files({**group, own: "x"})
    owned = {own: replace(before.entries[own], owner=(0, 102))}
    before = replace(before, entries={**before.entries, **owned})
    after = files({"/etc/group": f"{name}:x:101:\n", **DBUS})
    expected = (
        [] if name == "messagebus" and own in OF_THE_IMAGE else [UserDiffers(f"group {name}", 102, 101)]
    )
    assert list(users(before, EMPTY, after, packages(before))) == expected


@pytest.mark.parametrize(
    ("own", "group", "differs"),
    [
        ("/usr/lib/helper", "messagebus", False),
        ("/usr/lib/helper", "other", True),
        ("/srv/state", "messagebus", True),
    ],
)
def test_a_program_of_a_package_belongs_to_the_same_by_name(own: str, group: str, differs: bool) -> None:
    before, after = (
        files({"/etc/group": f"{name}:x:{number}:\n", **DBUS, own: "x"})
        for name, number in (("messagebus", 102), (group, 101))
    )
    owned = [
        replace(one, entries={**one.entries, own: replace(one.entries[own], owner=(0, number))})
        for one, number in ((before, 102), (after, 101))
    ]
    found = compare_files(owned[0], EMPTY, owned[1], Promise()).failures
    assert (PathDiffers(own, "owner", "0:102", "0:101") in found) is differs
