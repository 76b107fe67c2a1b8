"""What a token response says, and that nothing in it works when something has ended meanwhile."""

import json

from auth import moment
from auth.authorization_server.issuing import identity
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store import authorizations, clients, posts, tokens
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import ISSUER, Person

DOCTOR = Principal(Kind.PERSON, "account-1", "HTEST Zhou", Role.CLINICIAN, practitioner="Practitioner/z")


async def test_the_body(person: Person) -> None:
    body = person.tokens()
    assert body["expires_in"] == 3600
    assert (body["patient"], body["need_patient_banner"]) == ("p", True)
    assert body["smart_style_url"] == f"{ISSUER}/smart-style.json"
    claims = json.loads(body["id_token"])
    assert (claims["sub"], claims["aud"]) == (person.account, person.app.id)
    assert claims["fhirUser"] == f"{ISSUER}/fhir/Patient/p"
    record = tokens.find(person.server.database, body["access_token"])
    assert record is not None
    assert (record.account, record.role, record.launched) == (person.account, "resident", "Patient/p")


async def test_who_it_is_as_far_as_it_was_asked() -> None:
    base = f"{ISSUER}/fhir"
    assert identity(DOCTOR, "openid", base) == {}
    assert identity(DOCTOR, "openid fhirUser", base) == {"fhirUser": f"{base}/Practitioner/z"}
    assert identity(DOCTOR, "profile", base) == {"name": "HTEST Zhou", "profile": f"{base}/Practitioner/z"}


async def test_no_token_outlives_the_post(person: Person, base: Database) -> None:
    ends = moment.after(moment.now(), 600)
    post = posts.fresh(Role.CLINICIAN, "Organization/o", "Practitioner/z", ends=ends)
    await base["accounts"].update_one({}, {"$set": {"posts": posts.rows([post])}})
    asked = person.server.asked(person.request())
    given = person.answer()
    location = asked.allow(
        type(given)(given.account, post.id, given.session, given.amr, given.proved, given.scope)
    )
    assert location
    body = person.redeem(location.split("code=")[1].split("&")[0]).body
    assert body["expires_in"] <= 600


async def test_what_ends_while_a_token_is_made_takes_it_away(person: Person, base: Database) -> None:
    code = person.code()
    sign = person.server.issuing._sign

    def ended_meanwhile(claims: object) -> str:
        person.server.database["clients"].update_one({}, {"$set": {"disabled": True}})
        return sign(claims)  # type: ignore[arg-type]

    person.server.issuing._sign = ended_meanwhile
    body = person.redeem(code).body
    assert tokens.find(person.server.database, body["access_token"]) is None
    family = person.server.database["authorizations"].find_one({})
    assert family is not None
    assert not authorizations.stands(person.server.database, family["_id"])
    assert await clients.by_id(base, person.app.id)


async def test_a_token_follows_an_app_that_is_changed_while_it_is_made(
    person: Person, base: Database
) -> None:
    code = person.code()
    sign = person.server.issuing._sign

    def changed_meanwhile(claims: object) -> str:
        person.server.database["clients"].update_one({}, {"$set": {"linked": False}})
        return sign(claims)  # type: ignore[arg-type]

    person.server.issuing._sign = changed_meanwhile
    record = tokens.find(person.server.database, person.redeem(code).body["access_token"])
    assert record is not None
    assert record.linked is False
