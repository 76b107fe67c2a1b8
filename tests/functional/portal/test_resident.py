"""A resident in a real browser, without JavaScript: the own record, and who looked at it."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import BrowserContext, Page

from fhir.summary.home import CODE, SYSTEM
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import CENTRE, RESIDENT, moved
from tests.support import people


async def test_reads_the_own_record_in_plain_words(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.wait_for_url("**/resident")
    text = await tab.inner_text("main")
    for expected in (
        "血糖高，伤到了肾",
        "（2型糖尿病性肾病）",
        "降血糖",
        "比正常范围高",
        "最近谁看过我的档案",
    ):
        assert expected in text


async def test_has_a_short_page_for_each_kind_of_what_is_there(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    for noun, expected in (
        ("results", "近两三个月平均的血糖"),
        ("medications", "降血糖"),
        ("vaccinations", "流感疫苗"),
        ("visits", "门诊"),
        ("documents", "胸部正侧位片"),
    ):
        await tab.click(f".contents a[href='/resident/{noun}']")
        await tab.wait_for_url(f"**/resident/{noun}")
        assert expected in await tab.inner_text("main"), noun
        await tab.click("nav.nav a[href='/resident']")


async def test_every_result_is_reached_a_part_at_a_time(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/results")
    shown = await tab.locator(".result").count()
    assert shown == 8
    await tab.click("a[href='/resident/results?from=8']")
    await tab.wait_for_url("**/resident/results?from=8")
    assert await tab.locator(".result").count() > 0
    await tab.click(".contents a[href='/resident/results']")
    assert await tab.locator(".result").count() == shown


async def test_the_log_is_narrowed_without_a_word_in_the_address(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/access")
    await tab.click("main summary")
    await tab.select_option("#who", "周敏")
    await tab.click("[role=search] button")
    await tab.wait_for_url(lambda url: "?s=" in url)
    assert "%E5%91%A8" not in tab.url
    names = await tab.locator(".looks > li h2").all_inner_texts()
    assert names
    assert all("周敏" in name for name in names)
    await tab.fill("#until", "2020-01-01")
    await tab.select_option("#who", "")
    await tab.click("[role=search] button")
    assert "没有这样的查看" in await tab.inner_text("main")


async def test_sees_the_doctors_look_of_a_minute_ago(site: Site, context: BrowserContext, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.click("nav a[href='/resident/access']")
    await tab.wait_for_url("**/resident/access")
    looks = await tab.locator(".looks > li").all_inner_texts()
    assert "您本人" in looks[0]
    doctors = next(look for look in looks if "周敏" in look)
    for expected in ("芙蓉市第一人民医院", "医生", "诊疗（在这里看过病）", "整份档案", "已允许"):
        assert expected in doctors


async def test_has_no_doctors_pages(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    for path in ("/clinician", f"/clinician/patients/{RESIDENT}"):
        reply = await tab.goto(site.address + path)
        assert reply is not None
        assert reply.status == 403
    refused = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 10)
    assert all(record.agent.role == "resident" for record in refused)


async def test_a_critical_result_comes_first_with_whom_to_call(site: Site, tab: Page) -> None:
    critical = people.observation(
        "718-7", "血红蛋白", "52", "g/L", 1, "130", "175", interpretation=[{"coding": [{"code": "LL"}]}]
    )
    report = people.of() | {
        "resourceType": "DiagnosticReport", "id": "blood", "status": "final",
        "code": {"text": "HTEST 血常规"},
        "effectiveDateTime": critical["effectiveDateTime"], "result": [{"reference": "Observation/low"}],
    }  # fmt: skip
    kept = {
        "resourceType": "EpisodeOfCare", "id": "home", "status": "active", "period": {"start": "2024"},
        "type": [{"coding": [{"system": SYSTEM, "code": CODE}]}],
        "patient": {"reference": f"Patient/{RESIDENT}"}, "managingOrganization": {"reference": CENTRE},
        "careManager": {"reference": "Practitioner/zhao"},
    }  # fmt: skip
    zhao = {
        "resourceType": "Practitioner", "id": "zhao", "name": [{"text": "HTEST 赵家医"}],
        "telecom": [{"system": "phone", "use": "work", "value": "028-8555 0101"}],
    }  # fmt: skip
    lines = moved([critical | {"id": "low"}, report], datetime.now(UTC).date() - people.TODAY)

    async def work(tx: Any) -> None:
        for each in (*lines, kept, zhao):
            tx.put(each)

    await site.platform.store.resources.transact(work)
    await tab.set_viewport_size({"width": 360, "height": 740})
    await log_in(tab, site, "wang")
    await tab.click("header button[name=elder]")
    await tab.wait_for_selector("html.elder")
    block = tab.locator("section[aria-labelledby=critical]")
    text = await block.inner_text()
    for expected in ("请现在就联系医生", "血红蛋白", "52", "HTEST 赵家医", "028-8555 0101"):
        assert expected in text
    assert await block.locator("a").get_attribute("href") == "tel:02885550101"
    box = await block.locator("h2").bounding_box()
    assert box is not None
    assert box["y"] < 740, "on the first screen"
    await tab.goto(f"{site.address}/resident/documents/DiagnosticReport/blood")
    assert "请现在就联系医生" in await tab.inner_text("main")
