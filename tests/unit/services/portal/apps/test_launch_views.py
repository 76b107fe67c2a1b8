"""The launch from a doctor's page: recorded, and with the latest visit."""

import html
import re
from datetime import UTC, datetime

from tests.support.smart_app import HOUSE, PATIENT, Scene


async def test_the_resident_sees_that_an_app_was_started(scene: Scene) -> None:
    platform = scene.web.platform
    await platform.relations.encounter(None, PATIENT, HOUSE, datetime.now(UTC))
    app = await scene.app(launch_url="https://app.example/launch", name="HTEST <app>")
    summary = await scene.doctor.get("/clinician/patients/anna")
    form = {"csrf": summary.csrf, "app": app.record.id, "patient": "anna"}
    page = await scene.doctor.post("/clinician/launches", form)
    assert "HTEST &lt;app&gt;" in page.text
    link = re.search(r'href="(https://app\.example/launch\?[^"]*)"', page.text)
    assert link
    assert page.reply.headers["refresh"] == f"0; url={html.unescape(link[1])}"
    row = await platform.database["launches"].find_one({})
    assert row is not None
    assert (row["patient"], row["encounter"]) == (PATIENT, "Encounter/visit")
    assert "launch=" in link[1]
    assert html.unescape(link[1]).rpartition("launch=")[2] not in str(row), "its hash alone is stored"
    assert f"launch of the app {app.record.id}" in str(await platform.archive.search([PATIENT]))
    assert (await scene.resident.post("/clinician/launches", form)).status == 403
