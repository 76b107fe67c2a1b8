"""Networks of a setting."""

import pytest

from services.networks import checked, listed, within


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fe80::1%eth0", False),
        ("", False),
    ],
)
def test_line_5_an_address_and_its_networks(host: str, inside: bool) -> None:
    assert within(host, ["10.1.0.0/16"]) is inside
    assert within(host, [])


def test_what_is_no_network_is_refused() -> None:
    assert checked("10.1.0.0/16, 2001:db8::/32") == "10.1.0.0/16, 2001:db8::/32"
    assert listed(" 10.1.0.0/16 ,,2001:db8::/32") == ["10.1.0.0/16", "2001:db8::/32"]
    with pytest.raises(ValueError, match="a network is written as"):
        checked("10.1.0.0/16,hospital")
