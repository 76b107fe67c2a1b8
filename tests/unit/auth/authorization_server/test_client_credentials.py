"""Client credentials: a system's own scopes alone."""

from auth.authorization_server import AuthorizationServer
from auth.store import clients
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import Ask


async def test_a_client_that_is_both_gets_no_scope_of_persons(base: Database, ask: Ask) -> None:
    record, plain = await clients.register(
        base, name="HTEST", scope="system/*.rs user/*.rs openid introspect", regional=True,
        redirect_uris=["https://app.example/cb"],
    )  # fmt: skip
    proof = {"client_id": record.id, "client_secret": plain or ""}
    assert ask(**proof).body["scope"] == "system/*.rs introspect"
    assert ask(**proof, scope="user/*.rs openid").body["error"] == "invalid_scope"
    assert ask(**proof, scope="system/Patient.r user/*.rs").body["scope"] == "system/Patient.r"


async def test_an_app_of_no_house_is_no_system(base: Database, ask: Ask) -> None:
    record, plain = await clients.register(
        base, name="HTEST", scope="patient/*.rs", redirect_uris=["https://app.example/cb"]
    )
    reply = ask(client_id=record.id, client_secret=plain or "")
    assert reply.body["error"] == "unauthorized_client"


async def test_an_app_that_waits_is_unknown(base: Database, server: AuthorizationServer, ask: Ask) -> None:
    record, plain = await clients.register(
        base, name="HTEST", scope="system/*.rs", regional=True, pending=True
    )
    assert ask(client_id=record.id, client_secret=plain or "").body["error"] == "invalid_client"
    assert server.query_client(record.id) is None
    assert await clients.approve(base, record.id, "officer")
    assert not await clients.approve(base, record.id, "officer")
    assert ask(client_id=record.id, client_secret=plain or "").status == 200
