"""The doctor's first page in a real browser: who comes, what is new, whose follow-up is overdue."""

from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Page

from fhir.summary.moment import CHENGDU
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import HOSPITAL, RESIDENT
from tests.support import axe

ZHOU = {"participant": [{"individual": {"reference": "Practitioner/zhou"}}]}


def _today(**more: Any) -> dict[str, Any]:
    now = datetime.now(CHENGDU)
    return {
        "resourceType": "Encounter",
        "id": "today",
        "status": "in-progress",
        "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{RESIDENT}"},
        "serviceProvider": {"reference": HOSPITAL},
        "period": {"start": now.isoformat(timespec="seconds")},
        "reasonCode": [{"text": "头晕"}],
    } | more  # fmt: skip


def _old(days: int) -> dict[str, Any]:
    start = (datetime.now(CHENGDU) - timedelta(days=days)).isoformat(timespec="seconds")
    return _today(id="old", status="finished", period={"start": start, "end": start}) | ZHOU


def _report(id: str, days: int) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": id,
        "status": "final",
        "code": {"text": "肾功能"},
        "subject": {"reference": f"Patient/{RESIDENT}"},
        "effectiveDateTime": (datetime.now(CHENGDU) - timedelta(days=days)).date().isoformat(),
        "performer": [{"reference": HOSPITAL}],
    }


async def _put(site: Site, *resources: dict[str, Any]) -> None:
    async def work(tx: Any) -> None:
        for resource in resources:
            tx.put(resource)

    await site.platform.store.resources.transact(work)


async def _list(tab: Page, name: str) -> str:
    return await tab.inner_text(f"section[aria-labelledby={name}]")


async def test_an_empty_day_says_so_in_words(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    assert "今天本机构还没有就诊" in await _list(tab, "today")
    assert "没有您还没看过的新报告" in await _list(tab, "news")
    assert "没有逾期" in await _list(tab, "overdue")


async def test_who_comes_what_is_new_and_what_is_late(site: Site, tab: Page) -> None:
    await _put(site, _today() | ZHOU, _report("r1", 2))
    await log_in(tab, site, "doctor")
    assert "王建国" in (today := await _list(tab, "today"))
    assert "找我" in today
    assert "头晕" in today
    assert "肾功能" in await _list(tab, "news")
    records = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 10)
    assert len(records) == 1, "the worklist is a look, and names whom it shows"


async def test_what_i_have_seen_is_not_new(site: Site, tab: Page) -> None:
    await _put(site, _old(30), _report("r1", 2))
    await log_in(tab, site, "doctor")
    assert "肾功能" in await _list(tab, "news")
    await tab.click("section[aria-labelledby=news] a")
    await tab.wait_for_selector("#problems")
    await tab.goto(f"{site.address}/clinician")
    assert "肾功能" not in await _list(tab, "news")
    await _put(site, _report("r2", 1) | {"code": {"text": "血常规"}})
    await tab.reload()
    assert "血常规" in (news := await _list(tab, "news"))
    assert "肾功能" not in news


async def test_a_page_without_values_takes_no_result_off_the_list(site: Site, tab: Page) -> None:
    await _put(site, _old(30), _report("r1", 2), _report("r2", 1) | {"code": {"text": "血常规"}})
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}/timeline")
    assert "肾功能" in await tab.inner_text("main")
    await tab.goto(f"{site.address}/clinician")
    assert "肾功能" in await _list(tab, "news")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}/documents/DiagnosticReport/r1")
    await tab.goto(f"{site.address}/clinician")
    assert "血常规" in (news := await _list(tab, "news"))
    assert "肾功能" not in news, "the report itself was read"


async def test_who_was_not_seen_for_a_quarter_is_overdue(site: Site, tab: Page) -> None:
    await _put(site, _old(12))
    await log_in(tab, site, "doctor")
    assert "王建国" not in await _list(tab, "overdue")


async def test_the_worklist_is_accessible(site: Site, scripted: Page) -> None:
    await _put(site, _today() | ZHOU, _report("r1", 2))
    await log_in(scripted, site, "doctor")
    assert await axe.violations(scripted) == []
