"""Refresh tokens over HTTP: rotation, families, and what ends them.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import asyncio
from datetime import timedelta

from auth.store import accounts, clients, refresh_tokens
from tests.support.smart_app import App, Scene
from tests.unit.auth.conftest import Clock


async def gone(app: App, token: str) -> bool:
    """Within a second, as every process hears of it."""
    for _ in range(20):
        if (await app.read(token)).status_code == 401:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_each_use_gives_the_next_one(scene: Scene) -> None:
    """SMART kit lines 41, 42, 43, 44 and 45; RFC 9700 line 19: of public clients, too."""
    for app in (await scene.app(), await scene.app(public=True)):
        first = await app.tokens(scene.resident)
        reply = await app.refresh(first["refresh_token"])
        assert reply.status_code == 200
        assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
        second = reply.json()
        assert {"access_token", "token_type", "expires_in", "scope", "refresh_token"} <= second.keys()
        assert second["scope"] == first["scope"]
        assert second["patient"] == "anna"
        assert (await app.read(second["access_token"])).status_code == 200
        assert second["refresh_token"] != first["refresh_token"]
        third = await app.refresh(second["refresh_token"], scope=second["scope"])
        assert third.status_code == 200


async def test_narrower_for_once_and_never_wider(scene: Scene) -> None:
    """RFC 9700 line 23."""
    app = await scene.app()
    body = await app.tokens(scene.resident, scope="launch/patient patient/Patient.rs offline_access")
    for wider in ("patient/*.rs", "patient/Patient.cruds", "openid", "nonsense"):
        reply = await app.refresh(body["refresh_token"], scope=wider)
        assert (reply.status_code, reply.json()["error"]) == (400, "invalid_scope"), wider
    narrow = (await app.refresh(body["refresh_token"], scope="patient/Patient.r")).json()
    assert narrow["scope"] == "patient/Patient.r"
    whole = (await app.refresh(narrow["refresh_token"])).json()
    assert whole["scope"] == body["scope"]


async def test_one_that_comes_again_ends_its_family_alone(scene: Scene, clock: Clock) -> None:
    """RFC 9700 lines 20 and 22."""
    app = await scene.app()
    one, other = await app.tokens(scene.resident), await app.tokens(scene.resident)
    latest = (await app.refresh(one["refresh_token"])).json()
    clock.move(seconds=11)
    again = await app.refresh(one["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await app.refresh(latest["refresh_token"])).json()["error"] == "invalid_grant"
    assert await gone(app, latest["access_token"])
    assert (await app.read(other["access_token"])).status_code == 200
    assert (await app.refresh(other["refresh_token"])).status_code == 200
    events = await scene.web.platform.archive.search(None)
    assert any("a refresh token came twice" in str(event) for event in events)


async def test_two_tabs_at_once(scene: Scene) -> None:
    """RFC 9700 line 21: one wins, the other is refused, and nothing else happens for ten seconds."""
    app = await scene.app()
    token = (await app.tokens(scene.resident))["refresh_token"]
    replies = await asyncio.gather(*(app.refresh(token) for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200] + [400] * 7
    winner = next(reply.json() for reply in replies if reply.status_code == 200)
    assert {reply.json().get("error") for reply in replies} == {None, "invalid_grant"}
    assert (await app.read(winner["access_token"])).status_code == 200
    assert (await app.refresh(winner["refresh_token"])).status_code == 200


async def test_a_random_one_and_another_clients(scene: Scene) -> None:
    """SMART kit line 46; RFC 9700 line 19."""
    app, other = await scene.app(), await scene.app()
    assert (await app.refresh("random")).status_code == 400
    token = (await app.tokens(scene.resident))["refresh_token"]
    assert (await other.refresh(token)).json()["error"] == "invalid_grant"
    assert (await app.refresh(token)).status_code == 200


async def test_three_months_unused_and_no_end_while_it_is_used(scene: Scene, clock: Clock) -> None:
    """SMART kit line 88; RFC 9700 line 24."""
    assert timedelta(days=92) <= refresh_tokens.IDLE
    app = await scene.app(public=True, uri="com.example.app:/cb")
    token = (await app.tokens(scene.resident))["refresh_token"]
    for _ in range(5):
        clock.move(days=95)
        reply = await app.refresh(token)
        assert reply.status_code == 200
        token = reply.json()["refresh_token"]
    clock.move(days=101)
    assert (await app.refresh(token)).json()["error"] == "invalid_grant"


async def test_online_access_ends_with_the_log_out_and_offline_does_not(scene: Scene) -> None:
    """RFC 9700 line 24."""
    app, browser = await scene.app(), scene.resident
    offline = await app.tokens(browser)
    online = await app.tokens(browser, scope="launch/patient patient/*.rs online_access")
    neither = await app.tokens(browser, scope="launch/patient patient/*.rs")
    assert "refresh_token" not in neither
    page = await browser.get("/resident")
    await browser.post("/logout", {"csrf": page.csrf})
    assert await gone(app, online["access_token"])
    assert await gone(app, neither["access_token"])
    assert (await app.refresh(online["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await app.read(offline["access_token"])).status_code == 200
    assert (await app.refresh(offline["refresh_token"])).status_code == 200


async def test_a_new_password_ends_every_token(scene: Scene) -> None:
    """RFC 9700 line 24."""
    database, app = scene.web.platform.database, await scene.app()
    body = await app.tokens(scene.resident)
    account = await accounts.by_id(database, scene.resident.account)
    assert account is not None
    await accounts.change_password(database, account, account.password + "x")
    assert await gone(app, body["access_token"])
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_lock_ends_every_token(scene: Scene) -> None:
    """RFC 9700 line 24."""
    database, app = scene.web.platform.database, await scene.app()
    body, code = await app.tokens(scene.resident), await app.code(scene.resident)
    assert await accounts.disable(database, "anna")
    assert await gone(app, body["access_token"])
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await app.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_client_that_is_ended_refreshes_nothing(scene: Scene) -> None:
    app = await scene.app()
    body = await app.tokens(scene.resident)
    await clients.disable(scene.web.platform.database, app.record.id)
    assert await gone(app, body["access_token"])
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_client"
