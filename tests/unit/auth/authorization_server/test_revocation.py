"""Revocation (RFC 7009): one's own tokens, and no word about those of others."""

from auth.store import clients, refresh_tokens, tokens
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import FORM, Person


async def test_an_access_token_alone_and_a_refresh_token_with_its_family(person: Person) -> None:
    body, database = person.tokens(), person.server.database
    assert person.ask("revoke", token=body["access_token"]).status == 200
    assert tokens.find(database, body["access_token"]) is None
    assert refresh_tokens.peek(database, body["refresh_token"])
    other = person.ask(grant_type="refresh_token", refresh_token=body["refresh_token"]).body
    assert person.ask("revoke", token=other["refresh_token"]).status == 200
    assert tokens.find(database, other["access_token"]) is None


async def test_those_of_others_and_unknown_ones(person: Person, base: Database) -> None:
    body = person.tokens()
    stranger, plain = await clients.register(
        base, name="x", scope="openid", redirect_uris=["https://x.example/"]
    )
    for token in (body["access_token"], body["refresh_token"], "unknown"):
        form = f"client_id={stranger.id}&client_secret={plain}&token={token}".encode()
        assert person.server.revoke(FORM, [], form).status == 200
    assert tokens.find(person.server.database, body["access_token"])
    assert refresh_tokens.peek(person.server.database, body["refresh_token"])


async def test_proof_is_needed(person: Person) -> None:
    reply = person.server.revoke(FORM, [], f"token=x&client_id={person.app.id}".encode())
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")
    assert person.ask("revoke").body["error"] == "invalid_request"
    assert person.server.revoke("application/json", [], b"{}").status == 400
