"""The apps that somebody has let in: each hat sees its own."""

from tests.support.smart_app import Scene


async def test_each_sees_his_own(scene: Scene) -> None:
    app, other = await scene.app(name="HTEST one"), await scene.app(name="HTEST two")
    await app.tokens(scene.resident)
    await other.tokens(scene.doctor, scope="openid user/Patient.rs")
    mine = await scene.resident.get("/resident/apps")
    his = await scene.doctor.get("/clinician/apps")
    assert ("HTEST one" in mine.text, "HTEST two" in mine.text) == (True, False)
    assert ("HTEST one" in his.text, "HTEST two" in his.text) == (False, True)
    assert (await scene.resident.get("/clinician/apps")).status == 403
    assert (await scene.resident.http.post(f"/resident/apps/{app.record.id}")).status_code in (403, 411)
