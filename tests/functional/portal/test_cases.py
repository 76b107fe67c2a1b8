"""A resident does not know a look, or says that a line is wrong, and is answered; without JavaScript."""

from playwright.async_api import BrowserContext, Page

from auth.audit.record import Interaction
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import RESIDENT


async def test_i_do_not_know_this_is_looked_into_and_answered(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await context.clear_cookies()
    await log_in(tab, site, "wang")
    first = tab.locator("section[aria-labelledby=looks] .looks > li").first
    assert "周敏" in await first.inner_text()
    await first.locator("a").click()
    await tab.fill("#words", "我没有找过这位医生")
    await tab.click("main form button.whole")
    await tab.wait_for_url(at("/resident/cases"))
    assert "正在处理" in await tab.inner_text("main")

    await context.clear_cookies()
    await log_in(tab, site, "privacy")
    await tab.click("nav a[href='/console/complaints']")
    text = await tab.inner_text("main")
    for expected in (
        "周敏",
        "医生",
        "诊疗（居民在这里看过病）",
        "整份档案",
        "我没有找过这位医生",
        "王建国 尾号",
    ):
        assert expected in text
    assert f"Patient/{RESIDENT}" not in text
    for clinical in ("糖尿病", "血"):
        assert clinical not in text
    await tab.fill("[name=note]", "周医生当天给您换药，已向他核实。")
    await tab.click("button[value=justified]")
    await tab.wait_for_url(at("/console/complaints"))
    assert "这次查看有正当理由" in await tab.inner_text("main")

    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/cases")
    text = await tab.inner_text("main")
    assert "这次查看有正当理由" in text
    assert "周医生当天给您换药" in text
    records = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 50)
    told = {(each.agent.role, each.interaction, each.reason) for each in records}
    assert ("resident", Interaction.CREATE, "complaint") in told
    assert ("privacy", Interaction.REVIEW, "complaint justified") in told


async def test_a_wrong_line_is_corrected_or_not_by_the_house_that_wrote_it(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/results")
    name = await tab.locator(".result .standard").first.inner_text()
    await tab.locator("a.wrong").first.click()
    assert name.strip("（）") in await tab.inner_text("main")
    await tab.fill("#words", "这不是我的结果")
    await tab.click("main form button.whole")
    await tab.wait_for_url(at("/resident/cases"))
    await tab.go_back()
    await tab.fill("#words", "太长" * 251)
    await tab.click("main form button.whole")
    assert "最多写500个字" in await tab.inner_text("[role=alert]")
    assert await tab.input_value("#words") == "太长" * 251
    await tab.fill("#words", "再说一遍")
    await tab.click("main form button.whole")
    assert "还在处理" in await tab.inner_text("[role=alert]")

    await context.clear_cookies()
    await log_in(tab, site, "steward")
    await tab.click("nav a[href='/console/corrections']")
    text = await tab.inner_text("main")
    assert "这不是我的结果" in text
    assert "王建国 尾号" in text
    assert f"Patient/{RESIDENT}" not in text
    assert name.strip("（）") in text
    await tab.fill("[name=note]", "标本条码核对过，是您的。")
    await tab.click("button[value=refused]")
    await tab.wait_for_url(at("/console/corrections"))

    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/cases")
    text = await tab.inner_text("main")
    assert "不更正" in text
    assert "标本条码核对过" in text


async def test_nobody_opens_a_case_about_what_is_not_his(site: Site, tab: Page) -> None:
    await log_in(tab, site, "li")
    of_another = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 1)
    observation = await site.platform.database["resources"].find_one({"type": "Observation"})
    assert observation is not None
    paths = [f"/resident/corrections/new?line=Observation/{observation['id']}"]
    paths += [f"/resident/access/{each.id}/complaint" for each in of_another]
    for path in (*paths, "/resident/access/unknown/complaint", "/resident/corrections/new?line=Patient/x"):
        reply = await tab.goto(site.address + path)
        assert reply is not None
        assert reply.status == 404, path
