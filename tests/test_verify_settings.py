"""How an application is tried: addresses and settings as people write them, ports as the kernel lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.config import BadConfig, VerifySettings, port_and_path, verify_settings
from restage.verify.ports import listed

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0B00007F:9C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0100007F:A001 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3
   3: 0100007F:1F91 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 4
"""


def test_only_ports_that_someone_chose_and_listens_on_count() -> None:
    assert listed(TABLE) == {8080}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://localhost:8080/health?a=b", (8080, "/health?a=b")),
        ("http://localhost", (80, "/")),
        (":3000", (3000, "/")),
        (":3000/x", (3000, "/x")),
    ],
)
def test_addresses_are_read(text: str, found: tuple[int, str]) -> None:
    assert port_and_path(text) == found


@pytest.mark.parametrize("text", ["localhost", "http://localhost:x/", "https://localhost/"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        port_and_path(text)


def test_settings_lie_next_to_the_dockerfile(tmp_path: Path) -> None:
    assert verify_settings(tmp_path) == VerifySettings()
    (tmp_path / "pyproject.toml").write_text(
        "[tool.restage.verify]\nurl = ':80/a'\ntimeout = 5\nallow = ['/x']\n"
    )
    found = verify_settings(tmp_path)
    assert (found.urls, found.timeout, found.allow) == (((80, "/a"),), 5.0, ("/x",))
    (tmp_path / "restage.toml").write_text("[verify]\ncommand = ['a \"b c\"']\nenvironment = {N = 1}\n")
    assert verify_settings(tmp_path).commands == (("a", "b c"),)
    assert verify_settings(tmp_path).environment == {"N": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "[verify]\nurl = 5\n",
        "[verify]\nurls = 'a'\n",
        "verify = 3\n",
        "[",
        "[verify]\ntimeout='x'\n",
        pytest.param(f"# {' ' * 1_100_000}\n", id="large"),
    ],
)
def test_settings_that_cannot_be_understood_name_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "restage.toml").write_text(text)
    with pytest.raises(BadConfig, match=r"restage\.toml"):
        verify_settings(tmp_path)
