"""A resident in a real browser, without JavaScript: the own record, and who looked at it."""

from playwright.async_api import BrowserContext, Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT


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
