"""SMART App Launch from a doctor's page, and an app that a doctor opens by itself.

Numbers name the lines of "what the SMART kits check".
"""

import html
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from auth.store import launches
from tests.support.smart_app import HOUSE, PATIENT, App, Page, Scene
from tests.unit.auth.conftest import Clock

LAUNCH = "https://app.example/launch?tenant=1"
SCOPE = "openid fhirUser launch launch/encounter offline_access user/*.rs"


@pytest.fixture
async def cared(scene: Scene) -> Scene:
    """Anna is in the doctor's care."""
    await scene.web.platform.relations.encounter(None, PATIENT, HOUSE, datetime.now(UTC))
    return scene


async def launched(scene: Scene, app: App, patient: str = "anna") -> tuple[Page, dict[str, str]]:
    """Press the app's button on the summary; the page, and what the app's launch URL is called with."""
    summary = await scene.doctor.get("/clinician/patients/anna")
    assert app.record.name in summary.text
    form = {"csrf": summary.csrf, "app": app.record.id, "patient": patient}
    page = await scene.doctor.post("/clinician/launches", form)
    link = re.search(r'href="(https://app\.example/launch[^"]*)"', page.text)
    query = parse_qs(urlsplit(html.unescape(link[1])).query) if link else {}
    return page, {name: values[0] for name, values in query.items()}


async def test_launch_from_the_doctors_page(cared: Scene) -> None:
    """SMART kit lines 20, 26, 27, 28, 29, 30, 31 and 32."""
    app = await cared.app(launch_url=LAUNCH, intent="summary-timeline-view", scope=f"{SCOPE} patient/*.rs")
    page, called = await launched(cared, app)
    assert called["tenant"] == "1"
    assert called["iss"] == cared.web.fhir
    assert called["launch"]
    assert page.reply.headers["referrer-policy"] == "no-referrer"
    body = await app.tokens(cared.doctor, scope=SCOPE, launch=called["launch"])
    assert body["scope"] == SCOPE
    assert (body["patient"], body["encounter"]) == ("anna", "visit")
    assert body["need_patient_banner"] is True
    assert body["intent"] == "summary-timeline-view"
    assert body["fhirContext"] == [{"reference": HOUSE}]
    style = await cared.web.http.get(body["smart_style_url"])
    assert style.status_code == 200
    assert style.json()["color_text"].startswith("#")
    assert (await app.read(body["access_token"], "Encounter/visit")).status_code == 200
    assert (await app.read(body["access_token"], "Patient/anna")).status_code == 200
    refreshed = (await app.refresh(body["refresh_token"])).json()
    assert (refreshed["patient"], refreshed["encounter"]) == ("anna", "visit")


async def test_patient_scopes_in_a_launch(cared: Scene) -> None:
    """SMART kit line 32."""
    app = await cared.app(launch_url=LAUNCH, scope="launch openid fhirUser patient/*.rs")
    _, called = await launched(cared, app)
    body = await app.tokens(cared.doctor, scope="launch patient/Patient.rs", launch=called["launch"])
    assert body["scope"] == "launch patient/Patient.rs"
    assert body["patient"] == "anna"


async def test_a_launch_is_one_persons_one_apps_and_for_once(cared: Scene, clock: Clock) -> None:
    app = await cared.app(launch_url=LAUNCH, scope=SCOPE)
    other = await cared.app(scope=SCOPE)
    _, called = await launched(cared, app)
    launch = called["launch"]
    stolen = await other.ask(cared.doctor, scope=SCOPE, launch=launch)
    assert stolen.answer["error"] == "invalid_request"
    others = await app.ask(cared.resident, scope=SCOPE, launch=launch)
    assert others.answer["error"] == "invalid_request"
    assert (await app.ask(cared.doctor, scope=SCOPE, launch="x")).answer["error"] == "invalid_request"
    assert await app.code(cared.doctor, scope=SCOPE, launch=launch)
    again = await app.ask(cared.doctor, scope=SCOPE, launch=launch)
    assert again.answer["error"] == "invalid_request"
    _, called = await launched(cared, app)
    clock.move(seconds=launches.LIFE.total_seconds() + 1)
    late = await app.ask(cared.doctor, scope=SCOPE, launch=called["launch"])
    assert late.answer["error"] == "invalid_request"


async def test_no_launch_for_whom_the_doctor_may_not_see(cared: Scene) -> None:
    app = await cared.app(launch_url=LAUNCH)
    hidden, called = await launched(cared, app, "bert")
    unknown, _ = await launched(cared, app, "nobody")
    assert (hidden.status, unknown.status, called) == (404, 404, {})
    waiting = await cared.app(launch_url=LAUNCH, pending=True, name="HTEST waiting")
    summary = await cared.doctor.get("/clinician/patients/anna")
    assert "HTEST waiting" not in summary.text
    form = {"csrf": summary.csrf, "app": waiting.record.id, "patient": "anna"}
    assert (await cared.doctor.post("/clinician/launches", form)).status == 404


async def test_without_a_launch_there_is_no_launch_scope(cared: Scene) -> None:
    app = await cared.app(scope=SCOPE)
    body = await app.tokens(cared.doctor, scope=SCOPE)
    assert body["scope"] == "openid fhirUser offline_access user/*.rs"
    assert not {"patient", "encounter", "fhirContext"} & body.keys()


async def test_the_doctor_picks_a_patient_among_his(cared: Scene) -> None:
    """SMART kit lines 15, 16 and 25, for a clinician."""
    app = await cared.app()
    page = await app.ask(cared.doctor)
    assert "为应用选择居民" in page.text
    path = page.reply.url.path
    found = await cared.doctor.post(f"{path}/patient", {"csrf": page.csrf, "query": "HTEST"})
    assert "HTEST Anna" in found.text
    assert "HTEST Bert" not in found.text
    hidden = await cared.doctor.post(f"{path}/patient", {"csrf": page.csrf, "patient": "bert"})
    assert hidden.status == 404
    early = await cared.doctor.post(path, {"csrf": page.csrf, "answer": "allow"})
    assert "为应用选择居民" in early.text, "nothing is granted before there is a patient"
    question = await cared.doctor.post(f"{path}/patient", {"csrf": page.csrf, "patient": "anna"})
    body = (await app.redeem((await cared.doctor.answer(question)).answer["code"])).json()
    assert body["patient"] == "anna"
    silent = await app.ask(cared.doctor, prompt="none")
    assert silent.answer["error"] == "interaction_required"
