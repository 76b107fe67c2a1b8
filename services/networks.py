"""Networks of a setting (`10.1.0.0/16,2001:db8::/32`), and whether an address lies in one of them.

RFC 4632 (CIDR).
"""

import ipaddress
from collections.abc import Iterable


def listed(text: str) -> list[str]:
    """The words of a list with commas between."""
    return [each.strip() for each in text.split(",") if each.strip()]


def checked(text: str) -> str:
    """The list as it was written; ValueError where a word is no network."""
    for each in listed(text):
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise ValueError("a network is written as 10.1.0.0/16 or 2001:db8::/32") from None
    return text


def within(host: str, networks: Iterable[str]) -> bool:
    """Does an address lie in one of the networks (none named: in any)?"""
    known = [ipaddress.ip_network(each) for each in networks]
    if not known:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in known)
