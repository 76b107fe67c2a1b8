"""Introspection: what is told, to whom (RFC 9700 line 39)."""

from auth.store import clients
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import FORM, SCOPE, Person


async def test_own_tokens(person: Person) -> None:
    body = person.tokens()
    told = person.ask("introspect", token=body["access_token"]).body
    assert (told["active"], told["scope"], told["patient"]) == (True, SCOPE, "p")
    assert told["sub"] == person.account
    assert person.ask("introspect", token=body["refresh_token"]).body["active"] is True
    assert person.ask("introspect", token="unknown", token_type_hint="x").body == {"active": False}


async def test_without_proof_only_where_a_client_is_open(person: Person, base: Database) -> None:
    token = person.tokens()["access_token"]
    form = f"token={token}".encode()
    assert person.server.introspect(FORM, [], form).status == 401
    await base["clients"].update_one({"_id": person.app.id}, {"$set": {"open_introspection": True}})
    assert person.server.introspect(FORM, [], form).body["active"] is True
    assert person.server.introspect(FORM, [], b"token=bad").body == {"active": False}


async def test_a_bearer_token_needs_the_scope(person: Person, base: Database) -> None:
    token, bearer = person.tokens()["access_token"], [f"Bearer {person.tokens()['access_token']}"]
    assert person.server.introspect(FORM, bearer, f"token={token}".encode()).status == 401
    server, plain = await clients.register(base, name="HTEST server", scope="introspect", regional=True)
    form = f"grant_type=client_credentials&client_id={server.id}&client_secret={plain}".encode()
    mine = person.server.token("POST", FORM, [], "", form).body
    assert mine["scope"] == "introspect"
    reply = person.server.introspect(FORM, [f"Bearer {mine['access_token']}"], f"token={token}".encode())
    assert reply.body["client_id"] == person.app.id


async def test_what_ended_is_inactive(person: Person, base: Database) -> None:
    body = person.tokens()
    await base["accounts"].update_one({}, {"$set": {"disabled": True}})
    assert person.ask("introspect", token=body["refresh_token"]).body == {"active": False}
