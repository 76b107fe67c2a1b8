"""Whose file an app is about: nobody's but one that the person may see."""

from datetime import UTC, datetime

from auth.store import authorization_requests as requests
from tests.support.smart_app import HOUSE, PATIENT, STRANGER, Scene

LAUNCH = "openid launch/patient patient/*.rs"


async def test_what_another_has_picked_is_not_mine(scene: Scene) -> None:
    app = await scene.app()
    await scene.web.platform.relations.encounter(None, PATIENT, HOUSE, datetime.now(UTC))
    page = await app.ask(scene.doctor, scope=LAUNCH)
    name = page.reply.url.path.rpartition("/")[2]
    await requests.pick(scene.web.platform.database, name, PATIENT, "account-other post-1")
    assert "为应用选择居民" in (await scene.doctor.get(page.reply.url.path)).text
    for odd in ("../anna", "", "x" * 65, "Patient/anna"):
        reply = await scene.doctor.post(f"{page.reply.url.path}/patient", {"csrf": page.csrf, "patient": odd})
        assert reply.status == 404 or "为应用选择居民" in reply.text
    mine = await scene.doctor.post(f"{page.reply.url.path}/patient", {"csrf": page.csrf, "patient": "anna"})
    assert "HTEST Anna" in mine.text


async def test_no_code_for_a_patient_whom_he_may_not_see_any_more(scene: Scene) -> None:
    app = await scene.app()
    page = await app.ask(scene.doctor, scope=LAUNCH)
    name = page.reply.url.path.rpartition("/")[2]
    picker = f"{scene.doctor.account} {scene.doctor.hat}"
    await requests.pick(scene.web.platform.database, name, STRANGER, picker)
    refused = await scene.doctor.get(page.reply.url.path)
    assert refused.answer["error"] == "access_denied"


async def test_a_resident_has_his_own_and_picks_none(scene: Scene) -> None:
    app = await scene.app()
    page = await app.ask(scene.resident, scope=LAUNCH)
    reply = await scene.resident.post(
        f"{page.reply.url.path}/patient", {"csrf": page.csrf, "patient": "bert"}
    )
    assert reply.status == 403
    body = (await app.redeem((await scene.resident.answer(page)).answer["code"])).json()
    assert body["patient"] == "anna"
