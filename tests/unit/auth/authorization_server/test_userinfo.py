"""Userinfo: the person behind a token with `openid`."""

from auth.authorization_server.userinfo import userinfo
from tests.unit.auth.authorization_server.conftest import ISSUER, Person


async def test_claims(person: Person) -> None:
    reply = userinfo(person.server, f"Bearer {person.tokens('openid fhirUser')['access_token']}")
    assert reply.body == {"sub": person.account, "fhirUser": f"{ISSUER}/fhir/Patient/p"}


async def test_refusals(person: Person) -> None:
    bare = person.tokens("patient/Patient.r")["access_token"]
    for header, status in (("", 401), ("Bearer x", 401), ("Basic x", 401), (f"Bearer {bare}", 403)):
        reply = userinfo(person.server, header)
        assert reply.status == status
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
