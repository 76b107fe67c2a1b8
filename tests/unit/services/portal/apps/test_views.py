"""The authorization endpoint in front of a person: who is asked, and who is not."""

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from tests.support.smart_app import PASSWORD, Scene


async def test_staff_without_files_have_nothing_to_give(scene: Scene) -> None:
    platform, app = scene.web.platform, await scene.app()
    account = await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="steward", name="HTEST steward",
        roles=(Role.STEWARD,), password=PASSWORD, totp_secret=None,
    )  # fmt: skip
    scene.resident.http.cookies.clear()
    scene.resident.http.cookies.set("furong_session", await sessions.start(platform.database, account))
    assert (await app.ask(scene.resident)).status == 403


async def test_no_address_holds_what_the_app_sent(scene: Scene) -> None:
    app = await scene.app()
    page = await app.ask(scene.resident, state="secret-state")
    assert page.reply.url.query == b""
    for part in ("secret-state", app.record.id):
        assert part not in str(page.reply.url)
        assert part not in page.text


async def test_an_answer_and_a_request_are_recorded(scene: Scene) -> None:
    app = await scene.app()
    await app.tokens(scene.resident)
    events = str(await scene.web.platform.archive.search(None))
    assert f"allowed to the app {app.record.id}: openid" in events
    assert "HTEST anna" in events
