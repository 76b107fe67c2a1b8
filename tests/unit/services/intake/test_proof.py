"""Who may send as which source: checklist line 5 of the feed."""

import pytest

from adapters.mllp.peer import Peer
from adapters.v2_to_fhir.source import Source
from services.intake.proof import Client, Folder, Sender, fault
from services.sources import Registration, Terms

CERTIFICATE = {"subject": ((("commonName", "his.htest.example"),),)}
HIS, LIS = "his.htest.example", "lis.htest.example"
PLAIN, PROVEN = Peer("10.1.2.3", 1), Peer("10.1.2.3", 1, CERTIFICATE)


@pytest.mark.parametrize(
    ("sender", "certificate", "terms", "expected"),
    [
        (PLAIN, None, Terms(), None),
        (PLAIN, "his.htest.example", Terms(), "sender-unproven"),
        (PROVEN, "his.htest.example", Terms(), None),
        (PROVEN, "lis.htest.example", Terms(), "sender-unproven"),
        (PROVEN, None, Terms(), "sender-unproven"),
        (PLAIN, None, Terms(networks=("10.1.0.0/16",)), None),
        (PLAIN, None, Terms(networks=("10.2.0.0/16", "192.0.2.0/24")), "sender-network"),
        (Client("10.1.2.3", 1, "abc"), None, Terms(client="abc"), None),
        (Client("10.1.2.3", 1, "abc"), "his.htest.example", Terms(client="abc"), None),
        (Client("10.1.2.3", 1, "abc"), None, Terms(client="xyz"), "sender-unproven"),
        (Client("10.1.2.3", 1, "abc"), None, Terms(), "sender-unproven"),
        (Client("10.1.2.3", 1, "a"), None, Terms(client="a", networks=("10.2.0.0/16",)), "sender-network"),
        (Client("10.1.2.3", 1, "a", True), None, Terms(client="a"), None),
        (Client("10.1.2.3", 1, "a", True), HIS, Terms(client="a"), "sender-unproven"),
        (Client("10.1.2.3", 1, "a", True, CERTIFICATE), HIS, Terms(client="a"), None),
        (Client("10.1.2.3", 1, "a", True, CERTIFICATE), LIS, Terms(client="a"), "sender-unproven"),
        (Client("10.1.2.3", 1, "b", True, CERTIFICATE), HIS, Terms(client="a"), "sender-unproven"),
        (Folder("H1"), "his.htest.example", Terms(networks=("10.2.0.0/16",)), None),
        (Folder("H2"), None, Terms(), "sender-unproven"),
    ],
)  # fmt: skip
def test_line_5_what_a_sender_has_to_prove(
    sender: Sender, certificate: str | None, terms: Terms, expected: str | None
) -> None:
    registration = Registration(Source("H1", "Organization/h1"), None, certificate, terms)
    assert fault(sender, registration) == expected
