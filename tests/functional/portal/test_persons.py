"""The pages of persons in a real browser, without JavaScript: who waits, side by side, decide, take back."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page

from auth import moment
from auth.audit.record import PROPOSED
from auth.login import accounts, sessions
from auth.roles import Role
from auth.store import accounts as stored
from fhir.store.possible_matches import State
from services.worker.linking import link
from tests.functional.portal.conftest import PASSWORD, Site, at, log_in
from tests.functional.portal.identities import NUMBER, OTHER, fill
from tests.functional.portal.region import HOSPITAL, RESIDENT
from tests.functional.portal.test_looks import MEASURE
from tests.support.known_passwords import KnownPasswords
from tests.support.person import record

QUEUE, FIND = "/console/persons", "/console/persons/find"
CHEN, LIU, SUN = (f"{QUEUE}/{name}-a~20{name}-b" for name in ("chen", "liu", "sun"))
WAITING = ".contents a[aria-current=page] .number"
REASON = "本人持身份证到窗口"


async def enter(tab: Page, site: Site, house: str | None) -> None:
    """As the steward of a house."""
    login = "htest-steward"
    await accounts.create_demonstration(
        site.platform.database, KnownPasswords(), site.platform.store.vault, login=login, name="院内管理员",
        roles=(Role.STEWARD,), password=PASSWORD, totp_secret=None, organization=house,
    )  # fmt: skip
    account = await stored.by_login(site.platform.database, login)
    assert account is not None
    token = await sessions.start(site.platform.database, account, amr=("pwd", "otp"))
    await tab.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])


async def said(tab: Page, act: str, reason: str = REASON) -> None:
    await tab.fill("#reason", reason)
    await tab.click(f"button[name=act][value={act}]")


async def search(tab: Page, site: Site, query: str) -> None:
    await tab.goto(site.address + FIND)
    await tab.fill("#query", query)
    await tab.click("main form[role=search] button")


async def status(tab: Page, address: str) -> int:
    reply = await tab.goto(address)
    assert reply is not None
    return reply.status


async def members(site: Site, id: str) -> set[str]:
    found = await site.platform.store.persons.linked([f"Patient/{id}"])
    return {each.removeprefix("Patient/") for each in found[f"Patient/{id}"]}


async def test_the_queue_tells_why_and_each_look_names_both(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.click("nav >> text=核对身份")
    text = await tab.inner_text("main")
    for words in (
        "出生日期相同，性别相同，姓名读音相同而字不同，住在同一个区县。",
        "可能是双胞胎",
        "身份证号相同，出生日期不同，姓名不同，性别不同。",
        "可能借用了证件",
        "新生儿还没有自己的姓名",
    ):
        assert words in text
    assert NUMBER not in text
    assert await tab.inner_text(WAITING) == "3"
    (record, *_) = await site.platform.archive.records(["Patient/chen-a"], None, 5)
    assert {"Patient/chen-b", "Patient/liu-a"} <= set(record.patients)
    assert (record.agent.role, record.purpose, record.reason) == ("steward", "HOPERAT", "compare")
    await tab.click("main a:has-text('无名氏、新生儿、改名')")
    assert "孙丽之女" in await tab.inner_text("main")
    assert "陈卫国" not in await tab.inner_text("main")


async def test_a_steward_of_a_house_finds_its_own_pairs_alone(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await enter(tab, site, HOSPITAL)
    await tab.goto(site.address + QUEUE)
    text = await tab.inner_text("main")
    assert "陈卫国" in text
    assert "刘洋" not in text
    assert await tab.inner_text(WAITING) == "1"
    assert [await status(tab, site.address + path) for path in (CHEN, LIU, SUN)] == [200, 404, 404]
    await search(tab, site, OTHER)
    text = await tab.inner_text("main")
    assert "刘洋" in text
    assert "赵敏" not in text


async def test_two_records_stand_side_by_side_with_what_differs_marked(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + CHEN)
    row = tab.locator("tr", has=tab.locator("th:text-is('姓名')"))
    assert await row.locator("mark").all_inner_texts() == ["伟", "卫"]
    assert "wei" in await row.inner_text()
    assert "相近" in await row.inner_text()
    shown = await tab.inner_text("main")
    assert NUMBER not in shown.replace(" ", "")
    assert "510104 ******** " in shown
    assert "华西" in shown or "医院" in shown
    assert "0 次就诊" in shown
    (record, *_) = await site.platform.archive.records(["Patient/chen-b"], None, 5)
    assert record.reason == PROPOSED


async def test_link_is_confirmed_recorded_told_and_taken_back(
    site: Site, tab: Page, context: BrowserContext
) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + CHEN)
    await said(tab, "link")
    assert "会同时看到另一份的就诊和结果" in await tab.inner_text("main")
    assert "以更严的为准" in await tab.inner_text("main")
    assert await members(site, "chen-a") == {"chen-a"}, "nothing is done before it is confirmed"
    await tab.click("button:has-text('确认')")
    await tab.wait_for_url(at(CHEN))
    assert await members(site, "chen-a") == {"chen-a", "chen-b"}
    shown = await tab.inner_text("main")
    assert "已合并" in shown
    assert REASON in shown
    assert "数据管理员" in shown
    row = await site.platform.database["possible_matches"].find_one({"_id": "Patient/chen-a Patient/chen-b"})
    assert row is not None
    assert REASON not in str(row), "what a clerk writes is sealed"
    done = [
        (each.interaction, each.reason, set(each.patients))
        for each in await site.platform.archive.records(["Patient/chen-b"], None, 20)
        if (each.reason or "").startswith("link")
    ]
    assert done == [("update", "link", {"Patient/chen-a", "Patient/chen-b"})]
    await said(tab, "reopen", "看错了")
    assert "恢复原样" in await tab.inner_text("main")
    await tab.click("button:has-text('确认')")
    await tab.wait_for_url(at(CHEN))
    await link(site.platform.store)
    assert await members(site, "chen-a") == {"chen-a"}
    assert "撤回了决定" in await tab.inner_text("main")


async def test_the_resident_reads_what_was_decided(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await accounts.create_demonstration(
        site.platform.database, KnownPasswords(), site.platform.store.vault, login="li.chen", name="陈伟国",
        roles=(Role.RESIDENT,), password=PASSWORD, totp_secret=None, patient="Patient/chen-a",
    )  # fmt: skip
    await log_in(tab, site, "steward")
    await tab.goto(site.address + CHEN)
    await said(tab, "separate")
    await tab.click("button:has-text('确认')")
    await tab.wait_for_url(at(CHEN))
    account = await stored.by_login(site.platform.database, "li.chen")
    assert account is not None
    token = await sessions.start(site.platform.database, account)
    await tab.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])
    await tab.goto(f"{site.address}/resident/access")
    text = await tab.inner_text("main")
    for words in ("认定两份记录是两个人的，分开", "对照了登记信息", "核对哪些记录是同一个人的", "数据管理员"):
        assert words in text
    assert REASON not in text, "a reason may name others"


async def test_a_shared_number_is_given_to_one(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + LIU)
    await said(tab, "separate")
    assert "号码是谁的" in await tab.inner_text(".error")
    assert await tab.input_value("#reason") == REASON
    await tab.check("input[name=holder][value='Patient/liu-a']")
    await said(tab, "separate")
    assert "算在这一份上" in await tab.inner_text("main")
    await tab.click("button:has-text('确认')")
    await tab.wait_for_url(at(LIU))
    assert await members(site, "liu-b") == {"liu-b"}
    assert "已分开" in await tab.inner_text("h1")


async def test_what_is_postponed_comes_back(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + SUN)
    await tab.fill("#until", (moment.now() + timedelta(days=30)).date().isoformat())
    await said(tab, "postpone", "孩子还没有上户口")
    await tab.wait_for_url(at(SUN))
    assert "已暂缓" in await tab.inner_text("h1")
    await tab.goto(f"{site.address}{QUEUE}?state=postponed")
    assert "孙丽之女" in await tab.inner_text("main")
    assert "孩子还没有上户口" in await tab.inner_text("main")
    past = {"$set": {"until": moment.now() - timedelta(minutes=1)}}
    await site.platform.database["possible_matches"].update_many({"state": "postponed"}, past)
    await link(site.platform.store)
    await tab.goto(site.address + QUEUE)
    assert "孙丽之女" in await tab.inner_text("main")


async def test_what_can_not_be_done_is_said_in_words(site: Site, tab: Page) -> None:
    both = {"name": "吴一凡", "sex": "male", "birth": "1961-07-15"}
    more = (
        (None, record("wu-a", **both, number=NUMBER)),
        (
            None,
            record("wu-b", name="何苗", birth="1990-07-01", number=OTHER, sex="male"),
        ),
    )
    await fill(site.platform, *more)
    await log_in(tab, site, "steward")
    pair = f"{QUEUE}/wu-a~20wu-b"
    await tab.goto(site.address + pair)
    assert "应当是两个人" in await tab.inner_text(".notice")
    await said(tab, "link")
    await tab.click("button:has-text('确认')")
    assert "不能合并：两个人各有不同的有效身份证号" in await tab.inner_text(".error")
    assert await members(site, "wu-a") == {"wu-a"}


async def test_who_decides_on_what_was_decided_meanwhile_looks_again(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + CHEN)
    review = site.platform.store.clerical_review
    await review.separate("Patient/chen-a", "Patient/chen-b", "another", "two cousins")
    await said(tab, "link")
    assert "刚刚有人" in await tab.inner_text(".error")
    assert "two cousins" in await tab.inner_text("main")
    match = await site.platform.store.possible_matches.get("Patient/chen-a Patient/chen-b")
    assert match is not None
    assert match.state is State.SEPARATE


async def test_a_person_is_found_with_all_records_and_why(site: Site, tab: Page) -> None:
    same: dict[str, Any] = {"name": "陈伟国", "sex": "male", "birth": "1961-07-15"}
    await fill(site.platform, (None, record("chen-c", **same, number=NUMBER)))
    await log_in(tab, site, "steward")
    await search(tab, site, NUMBER)
    assert NUMBER not in tab.url
    text = await tab.inner_text("main")
    assert "一个人，2 份记录" in text
    assert "身份证号相同，姓名或出生日期也对得上" in text
    await tab.check("input[value=chen-a]")
    await tab.click("button:has-text('对照')")
    assert "正好选两份" in await tab.inner_text(".error")
    for id in ("chen-a", "chen-c"):
        await tab.check(f"input[value={id}]")
    await tab.click("button:has-text('对照')")
    await tab.wait_for_url(at(f"{QUEUE}/chen-a~20chen-c"))
    await tab.check("input[name=holder][value='Patient/chen-a']")
    await said(tab, "separate", "号码录错了")
    await tab.click("button:has-text('确认')")
    await tab.wait_for_url(at(f"{QUEUE}/chen-a~20chen-c"))
    assert await members(site, "chen-c") == {"chen-c"}


@pytest.mark.parametrize("settings", [{"lookups_per_hour": 2}])
async def test_numbers_are_not_tried_through(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    for number in (NUMBER, OTHER):
        await search(tab, site, number)
        assert "找到" in await tab.inner_text("h2")
    await search(tab, site, "510104195803129013")
    await tab.wait_for_selector("h1:has-text('请求太多')")


@pytest.mark.parametrize("login", ["doctor", "wang", "privacy", "security"])
async def test_nobody_else_comes_here(site: Site, tab: Page, login: str) -> None:
    await fill(site.platform)
    await log_in(tab, site, login)
    for path in (QUEUE, FIND, CHEN):
        assert await status(tab, site.address + path) == 403


async def test_the_pages_fit_every_width_language_and_size(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await search(tab, site, "陈")
    found = tab.url.removeprefix(site.address)
    paths = (QUEUE, f"{QUEUE}?state=decided", CHEN, LIU, SUN, found)
    for language, elder in (("zh-CN", "0"), ("en", "0"), ("zh-CN", "1")):
        await context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        for path in paths:
            await tab.goto(site.address + path)
            for width in (320, 360, 768, 1440):
                await tab.set_viewport_size({"width": width, "height": 900})
                measured = await tab.evaluate(MEASURE, 60 if elder == "1" else 24)
                assert measured["over"] <= 0, (path, language, elder, width)
                assert measured["small"] == [], (path, language, elder, width)
                assert measured["type"] >= (18 if elder == "1" else 13), (path, language, elder, width)


async def test_the_keyboard_is_enough(site: Site, tab: Page) -> None:
    await fill(site.platform)
    await log_in(tab, site, "steward")
    await tab.goto(site.address + CHEN)
    await tab.focus("#reason")
    await tab.keyboard.type(REASON)
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("h1:has-text('请确认')")
    await tab.focus("main form button")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("h1:has-text('已合并')")
    assert await members(site, "chen-a") == {"chen-a", "chen-b"}
    assert RESIDENT not in await members(site, "chen-a")
