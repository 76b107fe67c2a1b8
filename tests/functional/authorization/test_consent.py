"""The question to the person, his choice, and taking it back.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

from urllib.parse import urlsplit

from auth.smart.selection import CATEGORIES
from auth.store import clients
from tests.functional.authorization.test_refresh import gone
from tests.support.smart_app import PATIENT, App, Browser, Scene

_TYPES = """
Patient AllergyIntolerance CarePlan CareTeam Condition Device DiagnosticReport DocumentReference Goal
Immunization MedicationRequest Observation Procedure Encounter ServiceRequest Coverage MedicationDispense
"""
TYPES = _TYPES.split()
ASKED = "openid fhirUser launch/patient offline_access " + " ".join(f"patient/{each}.rs" for each in TYPES)


async def choose(app: App, browser: Browser, scope: str, *kept: str) -> str:
    """Ask for `scope`, keep these resource scopes, and tell what is granted."""
    page = await app.ask(browser, scope=scope, prompt="consent")
    boxes = page.boxes
    done = await browser.answer(page, keep=[boxes[each] for each in kept])
    body = (await app.redeem(done.answer["code"])).json()
    granted: str = body["scope"]
    return granted


async def test_the_question_is_true_and_plain(scene: Scene) -> None:
    """RFC 9700 line 40; SMART kit line 87: true name, redirect host, plain words, the offline warning."""
    app = await scene.app(name="HTEST 健康 <b>app</b>")
    page = await app.ask(scene.resident)
    assert "HTEST 健康 &lt;b&gt;app&lt;/b&gt;" in page.text
    assert ">app.example</strong>" in page.text
    assert "您不在时也能使用" in page.text
    assert "全部健康档案" in page.text
    assert "HTEST Anna" in page.text
    english = await scene.resident.http.get(page.reply.url.path, headers={"Accept-Language": "en"})
    assert "Go on while you are away" in english.text
    assert "the whole health record" in english.text
    native = await scene.app(public=True, uri="com.example.app:/cb")
    assert "这是您设备上的程序" in (await native.ask(scene.resident)).text


async def test_what_is_unticked_is_not_granted_and_not_seen(scene: Scene) -> None:
    """SMART kit lines 47, 48, 49 and 50; RFC 9700 line 17."""
    app = await scene.app()
    page = await app.ask(scene.resident, scope=ASKED)
    kept = ("Patient", "Condition", "Observation", "Encounter")
    done = await scene.resident.answer(page, keep=[page.boxes[f"patient/{each}.rs"] for each in kept])
    body = (await app.redeem(done.answer["code"])).json()
    expected = "openid fhirUser launch/patient " + " ".join(
        f"patient/{each}.rs" for each in TYPES if each in kept
    )
    assert body["scope"] == expected
    assert "refresh_token" not in body
    for type in TYPES:
        query = f"{type}?_id=anna" if type == "Patient" else f"{type}?patient=anna"
        status = (await app.read(body["access_token"], query)).status_code
        assert status == (200 if type in kept else 403), type


async def test_parts_of_a_wildcard_and_of_a_type(scene: Scene) -> None:
    """SMART kit lines 47, 69 and 72."""
    app = await scene.app()
    all = "openid launch/patient patient/*.rs"
    granted = await choose(app, scene.resident, all, "patient/Patient.rs", "patient/Condition.rs")
    assert granted == "openid launch/patient patient/Condition.rs patient/Patient.rs"
    asked = "launch/patient patient/Condition.rs patient/Observation.rs patient/Patient.rs"
    parts = [
        f"patient/{type}.rs?category={system}|{code}"
        for type in ("Condition", "Observation")
        for system, code in CATEGORIES[type]
    ]
    granted = await choose(app, scene.resident, asked, *parts, "patient/Patient.rs")
    assert granted.split() == ["launch/patient", *parts, "patient/Patient.rs"]


async def test_granular_scopes_of_the_app_are_granted_word_for_word(scene: Scene) -> None:
    """SMART kit lines 67, 68 and 69."""
    app = await scene.app()
    for codes in (
        {
            "Condition": ("encounter-diagnosis", "health-concern"),
            "Observation": ("laboratory", "social-history"),
        },
        {"Condition": ("problem-list-item",), "Observation": ("vital-signs", "survey", "sdoh")},
    ):
        asked = [
            f"patient/{type}.{letters}?category={system}|{code}"
            for type, wanted in codes.items()
            for system, code in CATEGORIES[type]
            if code in wanted
            for letters in ("rs", "r", "s")
        ]
        body = await app.tokens(scene.resident, scope=f"launch/patient patient/Patient.rs {' '.join(asked)}")
        assert body["scope"].split() == ["launch/patient", "patient/Patient.rs", *asked]


async def test_scopes_of_version_1_are_granted_and_work(scene: Scene) -> None:
    """SMART kit line 66."""
    app = await scene.app()
    asked = "launch/patient " + " ".join(f"patient/{each}.read" for each in TYPES)
    body = await app.tokens(scene.resident, scope=asked)
    assert body["scope"] == asked
    for type in TYPES[1:]:
        assert (await app.read(body["access_token"], f"{type}?patient=anna")).status_code == 200, type


async def test_a_form_grants_no_more_than_was_asked(scene: Scene) -> None:
    """RFC 9700 line 17."""
    app = await scene.app()
    page = await app.ask(scene.resident, scope="launch/patient patient/Observation.rs")
    forged = ["s1", "s1.0", "s0", "s9", "patient/*.cruds", "offline_access", "openid"]
    done = await scene.resident.answer(page, keep=forged)
    assert (await app.redeem(done.answer["code"])).json()["scope"] == "launch/patient patient/Observation.rs"
    page = await app.ask(scene.resident, scope="launch/patient patient/Observation.rs", prompt="consent")
    assert (await scene.resident.answer(page, keep=[])).answer["error"] == "access_denied"


async def test_no_and_forms_of_others(scene: Scene) -> None:
    """RFC 9700 lines 29 and 30: 303 after the answer, and no answer without the form's token, nor twice."""
    app, browser = await scene.app(), scene.resident
    page = await app.ask(browser)
    path = urlsplit(str(page.reply.url)).path
    forged = await browser.http.post(path, data={"answer": "allow", "csrf": "x"})
    assert forged.status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    form = {"answer": "allow", "csrf": page.csrf, "s4": "on"}
    assert (await browser.http.post(path, data=form, headers=cross)).status_code == 403
    denied = await browser.answer(page, "deny")
    assert (denied.status, denied.answer["error"], denied.answer["state"]) == (303, "access_denied", "s1")
    assert (await browser.post(path, form)).status == 400
    other = await app.ask(browser)
    once = await browser.answer(other)
    assert once.status == 303
    assert (await browser.answer(other)).status == 400


async def test_an_answer_is_remembered_for_exactly_the_same_question(scene: Scene) -> None:
    """RFC 9700 line 40."""
    app, native = await scene.app(), await scene.app(public=True, uri="http://127.0.0.1/cb")
    for each, again in ((app, 303), (native, 200)):
        await scene.resident.answer(await each.ask(scene.resident))
        page = await each.ask(scene.resident)
        assert page.status == again, "a program that another could pass for is asked about every time"
    page = await app.ask(scene.resident, scope="openid launch/patient patient/*.rs user/Patient.rs")
    assert page.status == 200


async def test_apps_with_access_to_my_record(scene: Scene) -> None:
    """SMART kit lines 52, 53 and 54; RFC 9700 line 24: the resident takes it back, and it is over at once."""
    app, browser = await scene.app(name="HTEST 步数"), scene.resident
    body = await app.tokens(browser)
    page = await browser.get("/resident/apps")
    assert "HTEST 步数" in page.text
    assert "全部健康档案" in page.text
    await browser.post(f"/resident/apps/{app.record.id}", {"csrf": page.csrf})
    assert await gone(app, body["access_token"])
    refused = await app.refresh(body["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert "没有应用获得您的授权" in (await browser.get("/resident/apps")).text
    assert (await app.ask(browser)).status == 200, "it is asked anew"
    events = await scene.web.platform.archive.search([PATIENT])
    told = str(events)
    assert f"allowed to the app {app.record.id}" in told
    assert f"withdrawn from the app {app.record.id}" in told


async def test_nobody_else_can_take_it_back(scene: Scene) -> None:
    app = await scene.app()
    body = await app.tokens(scene.resident)
    page = await scene.doctor.get("/clinician/apps")
    assert (await scene.doctor.post(f"/clinician/apps/{app.record.id}", {"csrf": page.csrf})).status == 404
    assert (await app.read(body["access_token"])).status_code == 200


async def test_an_app_that_is_ended_meanwhile_gets_no_code(scene: Scene) -> None:
    app = await scene.app()
    page = await app.ask(scene.resident)
    await clients.disable(scene.web.platform.database, app.record.id)
    assert (await scene.resident.answer(page)).status == 400
