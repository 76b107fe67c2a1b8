"""PKCE (RFC 9700 lines 5 and 6): S256 alone, from every client."""

import pytest

from auth.authorization_server.authorization_endpoint import Refused
from tests.unit.auth.authorization_server.conftest import VERIFIER, Person


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge": "a" * 42},
        {"code_challenge": "a" * 44},
        {"code_challenge": "+" * 43},
    ],
)
async def test_at_the_authorization_endpoint(person: Person, changed: dict[str, str | None]) -> None:
    with pytest.raises(Refused) as caught:
        person.server.asked(person.request(**changed))
    assert caught.value.error == "invalid_request"
    assert caught.value.location is not None


@pytest.mark.parametrize("verifier", ["", "v" * 42, "w" * 43, "v" * 129, "v" * 42 + "é"])
async def test_at_the_token_endpoint(person: Person, verifier: str) -> None:
    reply = person.redeem(person.code(), code_verifier=verifier)
    assert reply.status == 400
    assert reply.body["error"] in ("invalid_grant", "invalid_request")
