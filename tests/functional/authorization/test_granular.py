"""Granular scopes at work: every search and read sees what they name and nothing else.

Numbers name the lines of "what the SMART kits check".
"""

from typing import Any

import pytest

from auth.smart.selection import CATEGORIES
from tests.support.smart_app import PATIENT, App, Scene

SYSTEM = {code: system for codes in CATEGORIES.values() for system, code in codes}
LOINC = "http://loinc.org"


def categorised(type: str, code: str, **more: Any) -> dict[str, Any]:
    """A resource of Anna's whose id is its category."""
    return {
        "resourceType": type,
        "id": code,
        "subject": {"reference": PATIENT},
        "category": [{"coding": [{"system": SYSTEM[code], "code": code}]}],
        "code": {"coding": [{"system": LOINC, "code": "8480-6"}], "text": "HTEST"},
        **more,
    }


@pytest.fixture
async def filled(scene: Scene) -> Scene:
    """One Condition and one Observation of each category."""
    clinical = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    conditions = [
        categorised(
            "Condition", code, clinicalStatus={"coding": [clinical]}, onsetDateTime="2026-01-01",
            recordedDate="2026-01-02", encounter={"reference": "Encounter/visit"},
        )
        for _, code in CATEGORIES["Condition"]
    ]  # fmt: skip
    observations = [
        categorised("Observation", code, status="final", effectiveDateTime="2026-01-01")
        for _, code in CATEGORIES["Observation"]
    ]
    await scene.web.put(*conditions, *observations)
    return scene


SEARCHES = {
    "Condition": [
        "patient=anna",
        "patient=anna&code=8480-6",
        "patient=anna&clinical-status=active",
        "patient=anna&onset-date=ge2025",
        "patient=anna&recorded-date=ge2025",
        "patient=anna&category={category}",
        "patient=anna&category={category}&clinical-status=active",
        "patient=anna&category={category}&encounter=Encounter/visit",
    ],
    "Observation": [
        "patient=anna&code=8480-6",
        "patient=anna&code=8480-6&date=ge2025",
        "patient=anna&category={category}",
        "patient=anna&category={category}&date=ge2025",
        "patient=anna&category={category}&status=final",
    ],
}
GRANTED = (
    {"Condition": ("encounter-diagnosis", "health-concern"), "Observation": ("laboratory", "social-history")},
    {"Condition": ("problem-list-item",), "Observation": ("vital-signs", "survey", "sdoh")},
)


async def found(app: App, token: str, type: str, query: str, *, post: bool) -> set[str]:
    """The ids that a search shows."""
    headers = {"Authorization": f"Bearer {token}"}
    if post:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{app.web.fhir}/{type}/_search"
        reply = await app.web.http.post(url, content=query, headers=headers | form)
    else:
        reply = await app.web.http.get(f"{app.web.fhir}/{type}?{query}", headers=headers)
    assert reply.status_code == 200, (type, query, reply.text)
    return {entry["resource"]["id"] for entry in reply.json().get("entry", ())}


async def test_searches_and_reads(filled: Scene) -> None:
    """SMART kit lines 70 and 71: nothing is missing, nothing is too much, by GET and by POST."""
    app = await filled.app()
    for granted in GRANTED:
        scopes = [
            f"patient/{type}.rs?category={SYSTEM[code]}|{code}"
            for type, codes in granted.items()
            for code in codes
        ]
        body = await app.tokens(filled.resident, scope=f"launch/patient {' '.join(scopes)}")
        token = body["access_token"]
        for type, codes in granted.items():
            for query in SEARCHES[type]:
                for category in [code for _, code in CATEGORIES[type]] if "{" in query else [""]:
                    expected = set(codes) & {category} if category else set(codes)
                    for post in (False, True):
                        shown = await found(app, token, type, query.format(category=category), post=post)
                        assert shown == expected, (query, category)
            for _, code in CATEGORIES[type]:
                status = (await app.read(token, f"{type}/{code}")).status_code
                assert status == (200 if code in codes else 404), code
