"""Userinfo: the person behind a token with `openid`."""

from auth.authorization_server.userinfo import userinfo
from tests.unit.auth.authorization_server.conftest import ISSUER, Person


async def test_claims(person: Person) -> None:
    reply = userinfo(person.server, [f"Bearer {person.tokens('openid fhirUser')['access_token']}"])
    assert reply.body == {"sub": person.account, "fhirUser": f"{ISSUER}/fhir/Patient/p"}


async def test_refusals(person: Person) -> None:
    bare = person.tokens("patient/Patient.r")["access_token"]
    for header, status in (("", 401), ("Bearer x", 401), ("Basic x", 401), (f"Bearer {bare}", 403)):
        reply = userinfo(person.server, [header] if header else [])
        assert reply.status == status
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_several_headers(person: Person) -> None:
    """RFC 6750, section 3.1."""
    good = f"Bearer {person.tokens('openid')['access_token']}"
    reply = userinfo(person.server, [good, good])
    assert (reply.status, reply.body["error"]) == (400, "invalid_request")
    assert 'error="invalid_request"' in reply.headers["WWW-Authenticate"]
