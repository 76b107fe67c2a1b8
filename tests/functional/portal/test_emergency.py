"""Break-glass in a real browser, without JavaScript: open, see, the resident is told, another one reviews.

security-and-scale.md, line 19.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page

from auth import moment
from auth.login import accounts
from auth.roles import Role
from tests.functional.portal.conftest import PASSWORD, Site, at, log_in
from tests.functional.portal.region import RESIDENT, STRANGER, STRANGERS_NAME, STRANGERS_NUMBER
from tests.support.known_passwords import KnownPasswords

REASON = "路边昏倒送来，叫不醒，家属不在"
FILE = f"/clinician/patients/{STRANGER}"


async def aged(site: Site) -> None:
    """The doctor's second factor is an hour old."""
    old = {"$set": {"proved": moment.now() - timedelta(hours=1)}}
    await site.platform.database["sessions"].update_many({}, old)


async def step_up(tab: Page, site: Site) -> None:
    """From the search page over the second factor to the form."""
    await tab.goto(f"{site.address}/clinician")
    await tab.click("text=紧急查看")
    await tab.wait_for_url(at("/login/factor"))
    await tab.fill("#code", site.code())
    await tab.press("#code", "Enter")
    await tab.wait_for_url(at("/clinician/emergency"))


async def fill(tab: Page, said: str = STRANGERS_NAME, reason: str = REASON) -> None:
    """Fill the form in and send it."""
    await tab.fill("#number", STRANGERS_NUMBER)
    await tab.fill("#said", said)
    await tab.select_option("#code", "unconscious")
    await tab.fill("#reason", reason)
    await tab.select_option("#hours", "1")
    await tab.click("main form button.whole")


async def status(tab: Page, site: Site) -> int:
    reply = await tab.goto(site.address + FILE)
    assert reply is not None
    return reply.status


async def openings(site: Site) -> int:
    return int(await site.platform.database["emergencies"].count_documents({}))


async def other_tab(context: BrowserContext, site: Site, login: str) -> Page:
    """Somebody else at another computer."""
    browser = context.browser
    assert browser is not None
    elsewhere = await browser.new_context(locale="zh-CN", java_script_enabled=False)
    elsewhere.set_default_timeout(10_000)
    tab = await elsewhere.new_page()
    await log_in(tab, site, login)
    return tab


@pytest.fixture
async def relative(site: Site) -> None:
    """The stranger has an account of her own."""
    await accounts.create_demonstration(
        site.platform.database, KnownPasswords(), site.platform.store.vault, login="stranger",
        name=STRANGERS_NAME, roles=(Role.RESIDENT,), password=PASSWORD, totp_secret=None,
        patient=f"Patient/{STRANGER}",
    )  # fmt: skip


async def test_open_see_told_reviewed(site: Site, tab: Page, context: BrowserContext, relative: None) -> None:
    await log_in(tab, site, "doctor")
    await aged(site)
    assert await status(tab, site) == 404
    await step_up(tab, site)
    await fill(tab)
    await tab.wait_for_url(at(FILE))
    summary = await tab.inner_text("main")
    for expected in (STRANGERS_NAME, "紧急查看中", "昏迷或无法表达", REASON, "还剩", "小时"):
        assert expected in summary
    assert STRANGERS_NUMBER not in tab.url
    resident = await other_tab(context, site, "stranger")
    await resident.goto(f"{site.address}/resident")
    notice = await resident.inner_text(".opening")
    for expected in ("周敏", "芙蓉市第一人民医院", "昏迷或无法表达", REASON):
        assert expected in notice
    await resident.goto(f"{site.address}/resident/access")
    log = await resident.inner_text(".looks")
    assert "紧急打开档案" in log
    assert log.count("紧急情况") == 2
    officer = await other_tab(context, site, "privacy")
    await officer.goto(f"{site.address}/console/reviews")
    await officer.click("text=去核查")
    await officer.wait_for_url(at("/console/emergencies"))
    case = await officer.text_content("main") or ""
    for expected in ("周敏", "芙蓉市第一人民医院", REASON, "打开档案", "还开着"):
        assert expected in case
    await officer.fill("input[name=note]", "急诊病历属实")
    await officer.click("button[value=justified]")
    await officer.wait_for_selector("text=急诊病历属实")
    await resident.goto(f"{site.address}/resident")
    assert "理由成立" in await resident.inner_text(".opening")
    await tab.goto(site.address + FILE)
    await tab.click("text=现在关闭")
    await tab.wait_for_url(at("/clinician"))
    assert await status(tab, site) == 404
    for each in (resident, officer):
        await each.context.close()


async def test_what_was_not_justified_is_closed_by_the_verdict(
    site: Site, tab: Page, context: BrowserContext
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/emergency")
    await fill(tab)
    await tab.wait_for_url(at(FILE))
    officer = await other_tab(context, site, "privacy")
    await officer.goto(f"{site.address}/console/emergencies")
    await officer.fill("input[name=note]", "HTEST 没有急诊")
    await officer.click("button[value=not-justified]")
    await officer.wait_for_selector("text=HTEST 没有急诊")
    assert "还开着" not in (await officer.text_content("main") or "")
    assert await status(tab, site) == 404
    await officer.context.close()


async def test_a_wrong_second_factor_opens_nothing(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await aged(site)
    await tab.goto(f"{site.address}/clinician/emergency")
    await tab.wait_for_url(at("/login/factor"))
    await tab.fill("#code", "000000" if site.code() != "000000" else "000001")
    await tab.press("#code", "Enter")
    await tab.wait_for_selector("#error")
    await tab.goto(f"{site.address}/clinician/emergency")
    await tab.wait_for_url(at("/login/factor"))
    assert await openings(site) == 0


async def test_the_form_tells_what_is_missing_and_keeps_what_was_typed(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/emergency")
    await fill(tab, reason="昏 迷 不 醒 的 病 人")
    await tab.wait_for_selector("#reason-fault")
    assert await tab.input_value("#number") == STRANGERS_NUMBER
    assert await tab.input_value("#reason") == "昏 迷 不 醒 的 病 人"
    for reason, told in (("昏倒", "至少10个字"), ("啊" * 11, "写明出了什么事")):
        await fill(tab, reason=reason)
        await tab.wait_for_selector(f"#reason-fault:has-text('{told}')")
        assert await tab.get_attribute("#reason", "aria-describedby") == "reason-fault"
        assert await tab.input_value("#reason") == reason
        assert await tab.input_value("#said") == STRANGERS_NAME
    await tab.fill("#said", "")
    await tab.click("main form button.whole")
    await tab.wait_for_selector("#said-fault")
    await fill(tab, said="王建国")
    await tab.wait_for_selector("#number-fault")
    assert await openings(site) == 0
    await fill(tab)
    await tab.wait_for_url(at(FILE))


async def test_a_further_reason_for_what_is_open_is_said_to_be_unsaved(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    for reason in (REASON, REASON, "病人突然抽搐，要看用药"):
        await tab.goto(f"{site.address}/clinician/emergency")
        await fill(tab, reason=reason)
    await tab.wait_for_selector("#form-fault:has-text('没有保存')")
    assert re.search(REASON + r"\s*关闭时间 \d{4}-\d\d-\d\d \d\d:\d\d", await tab.inner_text("main form"))
    assert await tab.input_value("#reason") == "病人突然抽搐，要看用药"
    await tab.click("main form a:has-text('查看已打开的档案')")
    await tab.wait_for_url(at(FILE))
    assert REASON in await tab.inner_text(".opening")
    assert await openings(site) == 1


async def test_it_is_over_when_its_time_is(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/emergency")
    await fill(tab)
    await tab.wait_for_url(at(FILE))
    over = moment.now() - timedelta(seconds=1)
    await site.platform.database["emergencies"].update_many({}, {"$set": {"until": over}})
    assert await status(tab, site) == 404
    assert STRANGERS_NAME not in await tab.content()
    await tab.goto(f"{site.address}/clinician")
    await tab.fill("#query", STRANGERS_NAME)
    await tab.press("#query", "Enter")
    await tab.wait_for_url(re.compile(r"\?s="))
    assert "没有找到" in await tab.inner_text("#found")


async def test_what_a_label_hides_is_seen_and_what_was_denied_is_not(site: Site, tab: Page) -> None:
    hiv: dict[str, Any] = {
        "resourceType": "Condition", "id": "hidden", "subject": {"reference": "Patient/wang-jianyang"},
        "code": {"text": "隐藏的诊断",
                 "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}]},
    }  # fmt: skip

    async def work(tx: Any) -> None:
        tx.put(hiv)

    await site.platform.store.resources.transact(work)
    await log_in(tab, site, "doctor")
    before = await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    assert before is not None
    assert "隐藏的诊断" not in await tab.content()
    await tab.click("main >> text=紧急查看")
    await tab.wait_for_url(at("/clinician/emergency"))
    assert "王建国" in await tab.inner_text("main form")
    await tab.select_option("#code", "life-threat")
    await tab.fill("#reason", REASON)
    await tab.click("main form button.whole")
    await tab.wait_for_url(re.compile("/clinician/patients/"))
    assert "隐藏的诊断" in await tab.content()
    hiv |= {
        "resourceType": "Consent", "id": "no", "status": "active", "dateTime": "2026-01-01",
        "scope": {"coding": [{"code": "patient-privacy"}]}, "patient": {"reference": f"Patient/{RESIDENT}"},
        "provision": {"type": "deny"},
    }  # fmt: skip
    for name in ("subject", "code"):
        hiv.pop(name)
    await site.platform.store.resources.transact(work)
    reply = await tab.reload()
    assert reply is not None
    assert reply.status == 404


async def test_no_other_role_and_no_other_site_opens_anything(
    site: Site, tab: Page, context: BrowserContext
) -> None:
    await log_in(tab, site, "doctor")
    form = {
        "number": STRANGERS_NUMBER, "said": STRANGERS_NAME, "code": "other", "reason": REASON, "hours": "1",
        "form": "f1",
    }  # fmt: skip
    for path in ("/clinician/emergency", "/clinician/emergency/end", "/console/emergencies"):
        for token in ({}, {"csrf": "0" * 64}):
            reply = await tab.context.request.post(site.address + path, form=form | token, max_redirects=0)
            assert reply.status == 403
    assert (await tab.context.request.get(f"{site.address}/console/emergencies")).status == 403
    for login in ("wang", "steward", "privacy"):
        other = await other_tab(context, site, login)
        for path in ("/clinician/emergency", "/console/emergencies"):
            expected = 200 if (login, path) == ("privacy", "/console/emergencies") else 403
            assert (await other.context.request.get(site.address + path)).status == expected, (login, path)
        await other.goto(site.address)
        token = await other.get_attribute("main input[name=csrf], header input[name=csrf]", "value")
        sent = form | {"csrf": token or ""}
        reply = await other.context.request.post(f"{site.address}/clinician/emergency", form=sent)
        assert reply.status == 403
        await other.context.close()
    assert await openings(site) == 0


LONG = {
    "zh-CN": "昏迷送来，家属不在场，需要知道过敏和用药。" * 24,
    "en": "Found unconscious, no relative is here. " * 13,
}


@pytest.mark.parametrize("language", LONG)
async def test_a_long_reason_pushes_no_allergy_off_the_screen(site: Site, tab: Page, language: str) -> None:
    await log_in(tab, site, "doctor")
    await aged(site)
    await step_up(tab, site)
    await fill(tab, reason=LONG[language][:500].strip())
    await tab.wait_for_url(at(FILE))
    await tab.context.add_cookies([{"name": "furong_language", "value": language, "url": site.address}])
    for width, below in ((360, 560), (1440, 300)):
        await tab.set_viewport_size({"width": width, "height": 800})
        await tab.reload()
        assert await tab.get_attribute("html", "lang") == language
        box = await tab.locator(".redbar:has(#warnings)").bounding_box()
        assert box is not None
        assert box["y"] < below
        button = await tab.locator(".opening .button").bounding_box()
        assert button is not None
        assert button["height"] < 60
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    summary = tab.locator(".opening summary")
    closed = await summary.bounding_box()
    await summary.click()
    opened = await summary.bounding_box()
    assert closed is not None
    assert opened is not None
    assert opened["height"] > closed["height"], "the whole of it"
