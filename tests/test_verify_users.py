"""Users and groups of two images are compared: a number may change only where a package chose it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filesystems import files
from restage.verify.failures import UserDiffers
from restage.verify.filesystem import EMPTY
from restage.verify.installed import packages
from restage.verify.system import users

DBUS = {
    "/var/lib/dpkg/status": "Package: dbus\nStatus: install ok installed\n",
    "/var/lib/dpkg/info/dbus.list": "/usr/lib/helper\n/var/lib/dbus\n",
    "/var/lib/dpkg/info/dbus.postinst": "#!/bin/sh\nU=messagebus\nadduser --system --group $U\n",
}


@pytest.mark.parametrize("own", ["/srv/state", "/var/lib/dbus", "/usr/lib/helper"])
@pytest.mark.parametrize("name", ["messagebus", "app"])
def test_only_a_package_may_number_its_users_anew(name: str, own: str) -> None:
    group = {"/etc/group": f"{name}:x:102:\n", **DBUS}
    before = files({**group, own: "x"})
    owned = {own: replace(before.entries[own], owner=(0, 102))}
    before = replace(before, entries={**before.entries, **owned})
    after = files({"/etc/group": f"{name}:x:101:\n", **DBUS})
    expected = (
        [] if (name, own) == ("messagebus", "/usr/lib/helper") else [UserDiffers(f"group {name}", 102, 101)]
    )
    assert list(users(before, EMPTY, after, packages(before))) == expected
