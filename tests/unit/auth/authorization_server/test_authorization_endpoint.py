"""What is asked for, and the two answers to it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from auth.authorization_server.authorization_endpoint import Refused
from tests.unit.auth.authorization_server.conftest import CALLBACK, ISSUER, SCOPE, Person


def parameters(location: str | None) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location or "").query))


async def test_yes_and_no(person: Person) -> None:
    asked = person.server.asked(person.request(max_age="5", prompt="consent"))
    assert (asked.client, asked.scope, asked.redirect_uri) == (person.app, SCOPE, CALLBACK)
    assert (asked.max_age, asked.prompts, asked.launch) == (5, {"consent"}, None)
    assert not asked.impersonable
    assert parameters(asked.refuse("access_denied")) == {
        "error": "access_denied",
        "state": "s",
        "iss": ISSUER,
    }
    allowed = parameters(asked.allow(person.answer()))
    assert allowed.keys() == {"code", "state", "iss"}


async def test_no_more_than_asked_whatever_the_pages_say(person: Person) -> None:
    """RFC 9700 line 17."""
    asked = person.server.asked(person.request(scope="openid patient/Patient.r"))
    assert asked.allow(person.answer("patient/*.cruds system/*.rs"))
    rows = list(person.server.database["authorizations"].find())
    assert [row["scope"] for row in rows] == ["patient/Patient.r"]
    assert asked.allow(person.answer("launch/patient")) is None
    assert asked.allow(person.answer("")) is None


async def test_a_launch_that_is_none(person: Person) -> None:
    asked = person.server.asked(person.request(scope="openid launch patient/*.rs", launch="x"))
    assert asked.launch is None, "the app may not ask for it"
    person.server.database["clients"].update_one({}, {"$set": {"scope": "openid launch patient/*.rs"}})
    asked = person.server.asked(person.request(scope="openid launch patient/*.rs", launch="x"))
    assert asked.launch == "x"
    assert asked.allow(person.answer("openid launch patient/*.rs")) is None


async def test_refused_with_and_without_a_way_back(person: Person) -> None:
    with pytest.raises(Refused) as caught:
        person.server.asked(person.request(redirect_uri="https://evil.example/"))
    assert caught.value.location is None
    with pytest.raises(Refused) as caught:
        person.server.asked(person.request(aud="x"))
    assert parameters(caught.value.location)["error"] == "invalid_request"
