"""A resident opens a file, or a part, to whom does not treat him: seen ahead, within a second, taken back."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from auth import moment
from auth.login import hats
from auth.principal import Principal
from auth.store import accounts
from fhir.interactions.search import search
from fhir.summary.moment import CHENGDU
from services.portal.visit import context_of
from tests.functional.portal.conftest import PASSWORD, Site
from tests.functional.portal.region import HOSPITAL, STRANGERS_NAME
from tests.functional.portal.test_forms import send
from tests.support.http_client import http_client
from tests.support.resources import observation, put

HOME, DOCTOR = "/resident/consents", "Practitioner/zhou"
RULE = {
    "effect": "permit",
    "who": "house",
    "house": HOSPITAL,
    "what": "everything",
    "purpose": "",
    "until": "always",
}
RESULTS = {"what": "kinds", "kinds": "results"}
REPORT = {"what": "document", "document": "DiagnosticReport/granted"}
HIM = {"who": "doctor", "doctor": DOCTOR}


@pytest.fixture
async def li(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """She, whose file the hospital's doctor has tried to open."""
    store, about = site.platform.store, {"reference": "Patient/stranger"}
    await put(
        store,
        observation("granted", "stranger"),
        observation("other", "stranger"),
        {"resourceType": "Condition", "id": "granted", "subject": about, "code": {"text": "HTEST"}},
        {"resourceType": "DiagnosticReport", "id": "granted", "status": "final", "subject": about,
         "code": {"text": "HTEST"}, "result": [{"reference": "Observation/granted"}]},
    )  # fmt: skip
    async with http_client(base_url=site.address) as http:
        http.headers["accept-language"] = "zh-CN"
        await send(http, "/login", login="doctor", password=PASSWORD, next="/clinician")
        await send(http, "/login/factor", code=site.code())
        assert (await http.get("/clinician/patients/stranger")).status_code == 404
        http.cookies.clear()
        await send(http, "/login", login="li", password=PASSWORD, next=HOME)
        yield http


async def doctor(site: Site) -> Principal:
    account = await accounts.by_login(site.platform.database, "doctor")
    assert account is not None
    return hats.principal(account, hats.hats(account)[0])


async def seen(site: Site) -> dict[str, int]:
    """How much of the stranger's file the hospital's doctor finds; asked again until a second is over."""
    context = context_of(site.platform, await doctor(site))
    await asyncio.sleep(1)
    found = {}
    for type in ("Patient", "Observation", "Condition", "DiagnosticReport"):
        asked = [("_id" if type == "Patient" else "patient", "stranger"), ("_summary", "count")]
        found[type] = (await search(context, type, asked)).total or 0
    return found


SHUT = {"Patient": 0, "Observation": 0, "Condition": 0, "DiagnosticReport": 0}


@pytest.mark.parametrize(
    ("rule", "opened"),
    [
        ({}, {"Patient": 1, "Observation": 2, "Condition": 1, "DiagnosticReport": 1}),
        (RESULTS, {"Patient": 1, "Observation": 2, "Condition": 0, "DiagnosticReport": 1}),
        (REPORT, {"Patient": 1, "Observation": 1, "Condition": 0, "DiagnosticReport": 1}),
        (HIM | RESULTS, {"Patient": 1, "Observation": 2, "Condition": 0, "DiagnosticReport": 1}),
        (HIM | REPORT, {"Patient": 1, "Observation": 1, "Condition": 0, "DiagnosticReport": 1}),
    ],
)
async def test_given_seen_ahead_and_taken_back(
    site: Site, li: httpx.AsyncClient, rule: dict[str, str], opened: dict[str, int]
) -> None:
    assert await seen(site) == SHUT
    ahead = await send(li, f"{HOME}/preview", at=f"{HOME}/new", **RULE | rule)
    count = sum(opened.values()) - 1
    assert re.search(rf"现在看到 0 条，以后看到 {count} 条，档案共 4 条", ahead.text), ahead.text
    assert "只看得到这是谁的档案" in ahead.text
    assert await seen(site) == SHUT
    await send(li, HOME, at=f"{HOME}/new", **RULE | rule)
    assert await seen(site) == opened
    shown = await li.get(HOME)
    assert "最多十二个月" in shown.text
    listed = re.search(rf'href="({HOME}/[0-9a-f-]{{36}})"', shown.text)
    assert listed
    taken = await li.get(listed[1])
    assert re.search(rf"现在看到 {count} 条，以后看到 0 条", taken.text)
    version = re.search(r'name="version" value="([^"]+)"', taken.text)
    assert version
    await send(li, listed[1], at=listed[1], version=version[1])
    assert await seen(site) == SHUT


async def test_a_new_denial_tells_what_a_doctor_loses(site: Site, li: httpx.AsyncClient) -> None:
    await send(li, HOME, at=f"{HOME}/new", **RULE | HIM | RESULTS)
    denial = RULE | {"effect": "deny", "who": "all"}
    ahead = await send(li, f"{HOME}/preview", at=f"{HOME}/new", **denial)
    assert re.search(
        r"周敏.{0,80}在其他任何单位.{0,80}现在看到 3 条，以后看到 0 条", ahead.text, re.DOTALL
    ), ahead.text


async def test_the_doctor_opens_the_page_until_the_last_day_is_over(
    site: Site, li: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(CHENGDU).date()
    await send(
        li, HOME, at=f"{HOME}/new", **RULE | HIM | RESULTS | {"until": "day", "end": today.isoformat()}
    )
    assert (await seen(site))["Observation"] == 2
    li.cookies.clear()
    await send(li, "/login", login="doctor", password=PASSWORD, next="/clinician")
    await send(li, "/login/factor", code=site.code())
    page = await li.get("/clinician/patients/stranger")
    assert page.status_code == 200
    assert STRANGERS_NAME in page.text
    tomorrow = moment.milliseconds(datetime.combine(today, datetime.max.time(), CHENGDU))
    monkeypatch.setattr(moment, "now", lambda: moment.after(tomorrow, 1))
    assert await seen(site) == SHUT
