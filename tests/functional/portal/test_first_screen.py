"""The doctor's summary of a man with much the matter needs no scrolling.

Those of all residents of the demonstration: tests/conformance/test_first_screens.py.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize

from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.summary.home import CODE, SYSTEM
from services.platform import Platform
from services.portal.clinician.referrals.referral import made
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import CENTRE, ELSEWHERE, HOSPITAL, RESIDENT, moved
from tests.support import people

SUMMARY = f"/clinician/patients/{RESIDENT}"
BLOCKS = ("warnings", "problems", "medications", "results", "visits", "referrals", "doctor", "sources")
MORE: list[dict[str, Any]] = [
    people.allergy("碘造影剂", "p3", 90, reaction=[{"manifestation": [{"text": "荨麻疹"}]}]),
    people.condition("脑梗死后遗症", "I69.300", 60),
    people.condition("慢性乙型病毒性肝炎", "B18.100", 80, "p3"),
    people.condition("腰椎间盘突出", "M51.202", 25, "p2"),
    people.request("硫酸氢氯吡格雷片", "每次75 mg，每日1次，口服", 30),
    people.request("恩替卡韦分散片", "每次0.5 mg，每日1次，空腹", 30, "p3"),
    people.request("洛索洛芬钠片", "每次60 mg，必要时", 15, "p2"),
    people.observation("1742-6", "丙氨酸氨基转移酶", "88", "U/L", 20, "9", "50"),
    *(people.encounter("AMB", 20 * each, f"复诊{each}", people.JINJIANG, "p2") for each in range(1, 6)),
]


@pytest.fixture
async def much(site: Site) -> None:
    """Eight problems, nine drugs, thirteen series, ten visits, two referrals, a family doctor."""
    platform = site.platform
    today = datetime.now(UTC).date()
    kept = {
        "resourceType": "EpisodeOfCare",
        "id": "home",
        "status": "active",
        "type": [{"coding": [{"system": SYSTEM, "code": CODE}]}],
        "patient": {"reference": f"Patient/{RESIDENT}"},
        "managingOrganization": {"reference": CENTRE},
        "careManager": {"reference": "Practitioner/zhao"},
        "period": {"start": "2024-01-01"},
    }
    zhao = {
        "resourceType": "Practitioner",
        "id": "zhao",
        "name": [{"text": "赵家医"}],
        "telecom": [{"system": "phone", "use": "work", "value": "028-85550101"}],
    }
    referred = [
        *await _referral(platform, HOSPITAL, CENTRE, "血压控制不好，请会诊", urgent=True),
        *await _referral(platform, ELSEWHERE, HOSPITAL, "康复训练", urgent=False),
    ]

    async def work(tx: Any) -> None:
        for number, each in enumerate(moved(MORE, today - people.TODAY)):
            tx.put({"id": f"more-{number}"} | each)
        for each in (zhao, kept, *referred):
            tx.put(each)

    await platform.store.resources.transact(work)


async def _referral(platform: Platform, to: str, by: str, reason: str, *, urgent: bool) -> list[Any]:
    who = Principal(
        Kind.PERSON, "x", "赵家医", Role.CLINICIAN, organization=by, practitioner="Practitioner/zhao"
    )
    house = {"reference": to, "display": "HTEST 转往"}
    request, task = made(who, f"Patient/{RESIDENT}", house, "HTEST 转出", reason, urgent, datetime.now(UTC))
    id = f"to-{to.rpartition('/')[2]}"
    return [request | {"id": id}, task | {"id": f"{id}-task", "focus": {"reference": f"ServiceRequest/{id}"}}]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_what_a_doctor_needs_stands_on_the_first_screen(
    site: Site, scripted: Page, much: None, language: str
) -> None:
    await log_in(scripted, site, "doctor")
    if language == "en":
        await scripted.click("button[name=language]")
    await scripted.goto(f"{site.address}{SUMMARY}")
    ends = {each: await _end(scripted, each) for each in BLOCKS}
    assert {each: end for each, end in ends.items() if end > 900} == {}
    assert "028-85550101" in await scripted.inner_text("section.doctor")
    assert await scripted.locator("main > .notice a").count() == 1, "the referral to one's own house"
    await scripted.set_viewport_size(ViewportSize(width=320, height=640))
    assert await scripted.evaluate("document.documentElement.scrollWidth") <= 320


async def _end(tab: Page, block: str) -> float:
    """Where the last line of a block ends that is shown without opening anything."""
    last = (
        "id => document.getElementById(id).closest('section').lastElementChild.getBoundingClientRect().bottom"
    )
    found: float = await tab.evaluate(last, block)
    return found
