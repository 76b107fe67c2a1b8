"""The refresh grant: rotation, the family, the second tab."""

from auth.store.refresh_tokens import GRACE
from tests.unit.auth.authorization_server.conftest import Person
from tests.unit.auth.conftest import Clock


def refreshed(person: Person, token: str, **more: str) -> tuple[int, str | None]:
    reply = person.ask(grant_type="refresh_token", refresh_token=token, **more)
    return reply.status, reply.body.get("error") or reply.body.get("refresh_token")


async def test_rotation(person: Person) -> None:
    first = person.tokens()["refresh_token"]
    status, second = refreshed(person, first)
    assert (status, second != first) == (200, True)
    assert refreshed(person, first) == (400, "invalid_grant")
    assert second is not None
    assert refreshed(person, second)[0] == 200, "the second of two tabs ends nothing"


async def test_again_later_ends_the_family(person: Person, clock: Clock) -> None:
    first = person.tokens()["refresh_token"]
    _, second = refreshed(person, first)
    clock.move(seconds=GRACE.total_seconds() + 0.001)
    reply = person.ask(grant_type="refresh_token", refresh_token=first)
    assert reply.alarm == "a refresh token came twice"
    assert refreshed(person, second or "") == (400, "invalid_grant")


async def test_a_request_for_too_much_spends_nothing(person: Person) -> None:
    token = person.tokens("openid patient/Patient.rs offline_access")["refresh_token"]
    assert refreshed(person, token, scope="patient/*.rs") == (400, "invalid_scope")
    assert refreshed(person, token, scope="patient/Patient.r")[0] == 200


async def test_without_one(person: Person) -> None:
    reply = person.ask(grant_type="refresh_token")
    assert reply.body["error"] == "invalid_request"
    assert "refresh_token" not in person.tokens("openid")
