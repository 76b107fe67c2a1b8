"""As whom a source asks, and what proves it."""

import pytest

from adapters.mllp.peer import Peer
from adapters.v2_to_fhir.source import Source
from auth.smart.scope import parse_all
from services.intake.proof import Client, Folder, Sender
from services.queries import asker
from services.sources import Registration, Terms

SOURCE = Source("H1", "Organization/h1")
PLAIN, NETWORK = Registration(SOURCE), Registration(SOURCE, terms=Terms(networks=("10.0.0.0/8",)))
PROVED = Peer("10.0.0.1", 1, {"subject": ()})


@pytest.mark.parametrize(
    ("sender", "registration", "proved"),
    [
        (Peer("10.0.0.1", 1), PLAIN, False),
        (Peer("10.0.0.1", 1), NETWORK, True),
        (PROVED, PLAIN, True),
        (Client("10.0.0.1", 1, "c"), PLAIN, True),
        (Folder("H1"), PLAIN, True),
    ],
)
def test_more_than_a_name(sender: Sender, registration: Registration, proved: bool) -> None:
    assert asker.proved(sender, registration) is proved


def test_a_source_is_the_system_of_its_organisation() -> None:
    principal = asker.principal(PROVED, PLAIN)
    assert (principal.id, principal.name, principal.organization) == ("source:H1", "H1", "Organization/h1")
    assert (principal.regional, principal.kind.value) == (False, "system")
    assert asker.principal(PROVED, Registration(SOURCE, terms=Terms(regional_queries=True))).regional


def test_over_http_it_is_the_client_with_its_scopes() -> None:
    scopes = parse_all("system/*.c")
    principal = asker.principal(Client("10.0.0.1", 1, "c", scopes=scopes), PLAIN)
    assert (principal.client_id, principal.scopes) == ("c", scopes)
