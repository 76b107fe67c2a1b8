"""Rights end with a licence or a post: real tokens, a web session, and the API that keeps the directory."""

import asyncio
from typing import Any

import pytest

from auth.login import sessions
from auth.store import accounts
from tests.functional.api.test_interactions import JSON
from tests.support.smart_app import DOCTOR, HOUSE, Scene

PERSON = {"resourceType": "Practitioner", "id": "doctor", "name": [{"text": "HTEST Zhou"}]}
ROLE = {
    "resourceType": "PractitionerRole", "id": "role",
    "practitioner": {"reference": DOCTOR}, "organization": {"reference": HOUSE},
}  # fmt: skip


def licence(end: str) -> dict[str, Any]:
    """The doctor with a licence until `end`, and a degree, which does not end."""
    licensed = {"code": {"text": "HTEST licence"}, "period": {"start": "2010-01-01", "end": end}}
    return PERSON | {"qualification": [licensed, {"code": {"text": "HTEST degree"}}]}


ENDINGS = {
    "licence": (licence("2020-12-31"), licence("2099-12-31")),
    "not active": (PERSON | {"active": False}, PERSON | {"active": True}),
    "post": (ROLE | {"period": {"end": "2020-12-31"}}, ROLE | {"period": {"end": "2099-12-31"}}),
    "post not active": (ROLE | {"active": False}, ROLE | {"active": True}),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_tokens_and_sessions_are_dead_at_once(scene: Scene, ending: str) -> None:
    web, app = scene.web, await scene.app()
    body = await app.tokens(scene.doctor, scope="openid user/Organization.r offline_access")
    assert (await app.read(body["access_token"], "Organization/house")).status_code == 200
    assert (await scene.doctor.get("/clinician")).status == 200
    regional, (over, on) = await web.client(), ENDINGS[ending]
    path = f"/{over['resourceType']}/{over['id']}"
    assert (await regional.put(path, json=over, headers=JSON)).status_code in (200, 201)
    await asyncio.sleep(1)
    assert (await app.read(body["access_token"], "Organization/house")).status_code == 401
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_grant"
    assert "/login" in str((await scene.doctor.get("/clinician")).reply.url)
    account = await accounts.by_id(web.platform.database, scene.doctor.account)
    assert account is not None
    with pytest.raises(ValueError, match="hat"):
        await sessions.start(web.platform.database, account, amr=("pwd", "otp"))
    assert (await regional.put(path, json=on, headers=JSON)).status_code == 200
    account = await accounts.by_id(web.platform.database, scene.doctor.account)
    assert account is not None
    assert await sessions.start(web.platform.database, account, amr=("pwd", "otp"))


async def test_a_token_ends_with_the_last_day_of_a_licence(scene: Scene) -> None:
    web, app = scene.web, await scene.app()
    body = await app.tokens(scene.doctor, scope="openid user/Organization.r offline_access")
    today = accounts.moment.now().astimezone(accounts.moment.LOCAL).date()
    regional = await web.client()
    reply = await regional.put("/Practitioner/doctor", json=licence(today.isoformat()), headers=JSON)
    assert reply.status_code == 200
    record = await web.platform.tokens.find(body["access_token"])
    midnight = accounts.posts.end_of(today)
    account = await accounts.by_id(web.platform.database, scene.doctor.account)
    assert account is not None
    assert record is not None
    assert account.posts[0].until == midnight
    assert record.expires <= midnight
    assert (await app.read(body["access_token"], "Organization/house")).status_code == 200
