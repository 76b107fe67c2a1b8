"""The code grant: what a code is bound to, and what a second use costs."""

from auth.store import accounts, tokens
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import Person


async def test_a_code_gives_tokens_once(person: Person) -> None:
    code = person.code()
    first, second = person.redeem(code), person.redeem(code)
    assert (first.status, second.status, second.body["error"]) == (200, 400, "invalid_grant")
    assert second.alarm == "an authorization code came twice"
    assert tokens.find(person.server.database, first.body["access_token"]) is None


async def test_whatever_is_wrong_spends_it(person: Person) -> None:
    for changed in ({"redirect_uri": "https://app.example/"}, {"code_verifier": "w" * 43}):
        code = person.code()
        assert person.redeem(code, **changed).body["error"] == "invalid_grant"
        assert person.redeem(code).status == 400


async def test_offline_access_does_not_hang_on_the_session(person: Person) -> None:
    for scope, session in (("openid offline_access", None), ("openid online_access", person.session)):
        person.server.database["authorizations"].delete_many({})
        person.server.database["clients"].update_one({}, {"$set": {"scope": scope}})
        asked = person.server.asked(person.request(scope=scope))
        assert asked.allow(person.answer(scope))
        row = person.server.database["authorizations"].find_one({})
        assert row is not None
        assert row["session"] == session


async def test_a_locked_account_gets_nothing_for_its_code(person: Person, base: Database) -> None:
    code = person.code()
    assert await accounts.disable(base, "anna")
    reply = person.redeem(code)
    assert reply.body["error"] == "invalid_grant"
