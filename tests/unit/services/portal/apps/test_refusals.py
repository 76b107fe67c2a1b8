"""Requests that go no further: recorded, and no redirect where the app can't be trusted."""

from tests.support.smart_app import CALLBACK, Scene


async def test_a_page_or_back_to_the_app_and_always_recorded(scene: Scene) -> None:
    app, browser = await scene.app(), scene.resident
    unknown = await app.ask(browser, client_id="x")
    assert (unknown.status, "location" in unknown.reply.headers) == (400, False)
    assert "平台不认识这个应用" in unknown.text
    assert unknown.reply.headers["referrer-policy"] == "no-referrer"
    odd = await app.ask(browser, redirect_uri="https://evil.example/")
    assert "evil.example" not in odd.text
    back = await app.ask(browser, aud="x")
    assert back.location.startswith(CALLBACK)
    events = await scene.web.platform.archive.search(None)
    reasons = [event.get("outcomeDesc") for event in events if event["outcome"] == "4"]
    assert sorted(map(str, reasons)) == ["invalid_client", "invalid_request", "invalid_request"]
    over = await browser.get("/oauth/consent/unknown")
    assert (over.status, "回到应用，重新开始" in over.text) == (400, True)
