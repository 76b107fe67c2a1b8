"""The authorization endpoint: what is sent back to an app, and what never leaves for anywhere.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

from urllib.parse import quote

from auth.store import clients
from tests.support.smart_app import CALLBACK, PASSWORD, Page, Scene, challenge


def shown_here(page: Page) -> None:
    """A page of ours, and no redirect."""
    assert page.status == 400
    assert "location" not in page.reply.headers
    assert "应用" in page.text


UNREGISTERED = (
    CALLBACK + "/",
    CALLBACK + "?x=1",
    CALLBACK + "#f",
    "https://APP.example/callback",
    "https://user@app.example/callback",
    "http://app.example/callback",
    "https://app.example:444/callback",
    "https://app.example/callback/../callback",
    "https://app.example.evil.example/callback",
    'https://app.example/"',
    "https://app.example/回",
    "",
)


async def test_a_redirect_uri_that_is_not_registered_is_a_page(scene: Scene) -> None:
    """RFC 9700 lines 1, 2 and 3: letter for letter, and no open redirector."""
    app = await scene.app()
    for uri in UNREGISTERED:
        shown_here(await app.ask(scene.resident, redirect_uri=uri))
        shown_here(await app.ask(scene.resident, redirect_uri=uri, response_type="token"))


async def test_unknown_disabled_and_waiting_apps_are_a_page(scene: Scene) -> None:
    """RFC 9700 line 3."""
    app, waiting = await scene.app(), await scene.app(pending=True)
    shown_here(await app.ask(scene.resident, client_id="0" * 32))
    shown_here(await app.ask(scene.resident, client_id=None))
    shown_here(await waiting.ask(scene.resident))
    await clients.disable(scene.web.platform.database, app.record.id)
    shown_here(await app.ask(scene.resident))


async def test_a_native_app_listens_on_any_port_of_the_loopback(scene: Scene) -> None:
    """RFC 9700 lines 1 and 33."""
    app = await scene.app(public=True, uri="http://127.0.0.1/cb")
    page = await app.ask(scene.resident, redirect_uri="http://127.0.0.1:51004/cb")
    assert page.status == 200
    assert (await scene.resident.answer(page)).location.startswith("http://127.0.0.1:51004/cb?code=")
    shown_here(await app.ask(scene.resident, redirect_uri="http://127.0.0.1:51004/other"))
    shown_here(await app.ask(scene.resident, redirect_uri="http://localhost:51004/cb"))


FAULTS: tuple[tuple[dict[str, str | None], str], ...] = (
    ({"scope": "nonsense patient/Observation.sr"}, "invalid_scope"),
    ({"scope": None}, "invalid_scope"),
    ({"scope": "system/*.rs"}, "invalid_scope"),
    ({"scope": "fhirUser offline_access"}, "invalid_scope"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": None}, "unsupported_response_type"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"aud": None}, "invalid_request"),
    ({"aud": "https://other.example/fhir"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "surprise"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"request": "e30."}, "request_not_supported"),
    ({"request_uri": "https://app.example/r"}, "request_not_supported"),
)


async def test_other_faults_go_back_to_the_app(scene: Scene) -> None:
    """RFC 9700 lines 4, 5, 13, 14 and 16; SMART kit line 55: state and iss in every answer, and no code."""
    app = await scene.app()
    for changed, error in FAULTS:
        page = await app.ask(scene.resident, state="ä 1&=", **changed)
        assert page.status == 303, changed
        assert page.location.startswith(CALLBACK + "?")
        assert page.answer["error"] == error, changed
        assert (page.answer["state"], page.answer["iss"]) == ("ä 1&=", scene.web.address)
        assert "code" not in page.answer


async def test_no_parameter_stands_twice(scene: Scene) -> None:
    """RFC 9700 line 15."""
    app = await scene.app()
    request = app.request()
    for name in request:
        pairs = [*request.items(), (name, request[name])]
        query = "&".join(f"{key}={quote(value)}" for key, value in pairs)
        shown_here(await scene.resident.get(f"/oauth/authorize?{query}"))


async def test_state_comes_back_byte_for_byte(scene: Scene) -> None:
    """RFC 9700 line 15; SMART kit lines 13, 15 and 16."""
    app = await scene.app(public=True, uri=CALLBACK)
    for state in ("x" * 1024, "病人 😀", "a+b%20c&d=e", "", "\x7f"):
        page = await scene.resident.answer(await app.ask(scene.resident, state=state, prompt="consent"))
        assert page.answer["state"] == state
        assert page.answer["code"]
        assert "error" not in page.answer


async def test_authorize_by_post_and_parameters_of_others(scene: Scene) -> None:
    """SMART kit line 14; an unknown parameter changes nothing."""
    app = await scene.app()
    page = await app.ask(scene.resident, post=True, unheard_of="x")
    assert page.status == 200
    assert (await scene.resident.answer(page)).answer["code"]
    wrong = await scene.resident.http.post("/oauth/authorize", json=app.request())
    assert wrong.status_code == 400


async def test_a_query_in_the_redirect_uri_stays_as_it_is(scene: Scene) -> None:
    """RFC 9700 line 2."""
    app = await scene.app(uri="https://app.example/cb?tenant=a%20b")
    page = await scene.resident.answer(await app.ask(scene.resident))
    assert page.location.startswith("https://app.example/cb?tenant=a%20b&code=")


async def test_a_log_in_lies_in_between(scene: Scene) -> None:
    """RFC 9700 lines 3 and 29: after the log-in a page goes on, since its form may not redirect elsewhere."""
    app, browser = await scene.app(), scene.resident
    browser.http.cookies.clear()
    page = await app.ask(browser)
    assert page.reply.url.path == "/login"
    assert "app.example" not in str(page.reply.url)
    going = page.reply.url.params["next"]
    assert going.startswith("/oauth/consent/")
    form = {"csrf": page.csrf, "login": "anna", "password": PASSWORD, "next": going}
    page = await browser.post("/login", form)
    assert page.status == 200
    assert (await browser.answer(page)).answer["code"]
    browser.http.cookies.clear()
    page = await app.ask(browser)
    form |= {"csrf": page.csrf, "next": page.reply.url.params["next"]}
    page = await browser.post("/login", form)
    assert page.status == 200
    assert f"0; url={CALLBACK}?code=" in page.reply.headers["refresh"]


async def test_guessing_is_slowed_and_a_first_step_is_no_session(scene: Scene) -> None:
    """RFC 9700 line 38: the same answer for an unknown name, and a wait after ten tries."""
    browser = scene.resident
    answers: dict[str, list[tuple[int, int]]] = {"anna": [], "nobody at all": []}
    before = browser.http.cookies["furong_session"]
    browser.http.cookies.clear()
    for _ in range(12):
        for login, seen in answers.items():
            page = await browser.get("/login")
            form = {"csrf": page.csrf, "login": login, "password": "wrong", "next": "/"}
            reply = await browser.post("/login", form)
            seen.append((reply.status, reply.text.count('role="alert"')))
    assert answers["anna"][:4] == answers["nobody at all"][:4] == [(422, 1)] * 4
    assert answers["anna"][-1] == answers["nobody at all"][-1] == (429, 1)
    browser.http.cookies.set("furong_session", before[::-1])
    assert "/login" in str((await browser.get("/resident")).reply.url)


async def test_no_prompt_no_page(scene: Scene) -> None:
    """RFC 9700 line 40: prompt=none never logs in, asks or grants anything new."""
    app, browser = await scene.app(), scene.resident
    assert (await app.ask(browser, prompt="none")).answer["error"] == "consent_required"
    await browser.answer(await app.ask(browser))
    assert (await app.ask(browser, prompt="none")).answer["code"]
    wider = await app.ask(browser, prompt="none", scope="openid launch/patient patient/*.rs user/*.rs")
    assert wider.answer["error"] == "consent_required"
    assert (await app.ask(browser, prompt="consent")).status == 200
    browser.http.cookies.clear()
    page = await app.ask(browser, prompt="none")
    assert page.answer["error"] == "login_required"


async def test_max_age_and_prompt_login_ask_who_it_is_again(scene: Scene) -> None:
    """RFC 9700 line 40."""
    app, browser = await scene.app(), scene.resident
    await browser.answer(await app.ask(browser))
    assert (await app.ask(browser, max_age="3600")).answer["code"]
    for changed in ({"max_age": "0"}, {"prompt": "login"}):
        page = await app.ask(browser, **changed)
        assert page.reply.url.path.startswith("/login/")
    silent = await app.ask(browser, max_age="0", prompt="none")
    assert silent.answer["error"] == "login_required"


async def test_headers_and_cors_of_the_pages(scene: Scene) -> None:
    """RFC 9700 lines 30, 31 and 32: no frame, no referrer, and no other origin reads it."""
    app = await scene.app()
    page = await app.ask(scene.resident)
    headers = page.reply.headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self' https://app.example;" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert 'src="http' not in page.text
    origin = {"Origin": "https://app.example"}
    for method in ("GET", "OPTIONS"):
        reply = await scene.resident.http.request(method, "/oauth/authorize", headers=origin)
        assert "access-control-allow-origin" not in reply.headers


async def test_hostile_bytes_are_no_fault_of_ours(scene: Scene) -> None:
    """RFC 9700 line 37."""
    odd = ("%ff=%fe", "client_id=%22&redirect_uri=%22", "&&&", "a=1&" * 500, "x" * 40_000, "client_id=%00")
    for query in odd:
        reply = await scene.resident.http.get(f"/oauth/authorize?{query}")
        assert reply.status_code == 400, query[:40]


def test_the_challenge_of_the_support_is_the_one_of_rfc_7636() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
