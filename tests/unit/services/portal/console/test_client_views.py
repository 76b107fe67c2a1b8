"""The page of clients: what waits stands first, and an invitation is shown once."""

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from tests.support.smart_app import PASSWORD, Page, Scene


async def test_what_waits_stands_first_and_changes_are_recorded(scene: Scene) -> None:
    platform, http = scene.web.platform, scene.doctor.http
    account = await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="officer", name="HTEST officer",
        roles=(Role.SECURITY,), password=PASSWORD, totp_secret=None,
    )  # fmt: skip
    http.cookies.clear()
    http.cookies.set("furong_session", await sessions.start(platform.database, account, amr=("pwd", "hwk")))
    waiting, ready = await scene.app(pending=True, name="HTEST waiting"), await scene.app(name="HTEST ready")
    page = Page(await http.get("/console/clients"))
    assert page.text.index("HTEST waiting") < page.text.index("HTEST ready")
    invited = Page(await http.post("/console/clients/invitations", data={"csrf": page.csrf, "note": "n"}))
    assert "注册邀请" in invited.text
    assert "只显示这一次" not in Page(await http.get("/console/clients")).text
    form = {"csrf": page.csrf}
    assert (await http.post(f"/console/clients/{ready.record.id}/approval", data=form)).status_code == 404
    assert (await http.post(f"/console/clients/{waiting.record.id}/approval", data=form)).status_code == 303
    assert (await http.post(f"/console/clients/{waiting.record.id}/end", data={})).status_code in (403, 411)
    row = await platform.database["clients"].find_one({"_id": waiting.record.id})
    assert row is not None
    assert (row["pending"], row["approved_by"]) == (False, account.id)
    events = str(await platform.archive.search(None))
    assert f"approval of the client {waiting.record.id}" in events
    assert "invitation to register an app" in events
