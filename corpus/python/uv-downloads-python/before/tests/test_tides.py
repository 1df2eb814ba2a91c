from checks import check
from tides import high


def test_tides() -> None:
    check(high())
