"""The authorization server as a whole: one way of proof, and a token that is dead with its client."""

import pytest

from auth.authorization_server import AuthorizationServer
from auth.store import clients, tokens
from auth.store.database import Database, SyncDatabase
from tests.unit.auth.authorization_server.conftest import FORM, Person


@pytest.mark.parametrize("issuer", ["http://furong.example", "ftp://furong.example", "furong.example"])
async def test_the_issuer_is_https(base: Database, blocking_base: SyncDatabase, issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        AuthorizationServer(blocking_base, issuer)


async def test_a_confidential_client_can_not_pose_as_a_public_one(person: Person) -> None:
    """RFC 9700 line 26."""
    body = f"grant_type=refresh_token&refresh_token=x&client_id={person.app.id}".encode()
    reply = person.server.token("POST", FORM, [], "", body)
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


async def test_a_client_that_ends_while_its_token_is_made(
    base: Database, blocking_base: SyncDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = AuthorizationServer(blocking_base, "https://furong.example")
    record, plain = await clients.register(base, name="HTEST", scope="system/*.rs", regional=True)
    insert = tokens.insert

    def late(database: SyncDatabase, token: str, row: tokens.TokenRecord) -> None:
        insert(database, token, row)
        blocking_base["clients"].update_one({"_id": record.id}, {"$set": {"disabled": True}})

    monkeypatch.setattr(tokens, "insert", late)
    form = f"grant_type=client_credentials&client_id={record.id}&client_secret={plain}".encode()
    assert server.token("POST", FORM, [], "", form).body["error"] == "invalid_client"
    assert await base["tokens"].count_documents({}) == 0


async def test_a_client_that_is_changed_while_its_token_is_made(
    base: Database, blocking_base: SyncDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = AuthorizationServer(blocking_base, "https://furong.example")
    record, plain = await clients.register(base, name="HTEST", scope="system/*.rs", regional=True)
    insert = tokens.insert

    def early(database: SyncDatabase, token: str, row: tokens.TokenRecord) -> None:
        blocking_base["clients"].update_one({"_id": record.id}, {"$set": {"linked": False}})
        insert(database, token, row)

    monkeypatch.setattr(tokens, "insert", early)
    form = f"grant_type=client_credentials&client_id={record.id}&client_secret={plain}".encode()
    token = server.token("POST", FORM, [], "", form).body["access_token"]
    known = tokens.find(blocking_base, token)
    assert known is not None
    assert known.linked is False
