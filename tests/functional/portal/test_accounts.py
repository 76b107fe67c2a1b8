"""Accounts in a browser without JavaScript: an administrator brings in a roster, a new doctor logs in."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page

from auth.login import hats, sessions
from auth.roles import Role
from auth.store import accounts, posts
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import ELSEWHERE, HOSPITAL
from tests.support.resources import put

HEAD = "账号,姓名,角色,机构,医务人员,结束日期\n"
PLACE = HOSPITAL.removeprefix("Organization/")


@pytest.fixture
async def administrator(site: Site) -> None:
    """The doctor's post is that of his hospital's administrator."""
    database = site.platform.database
    doctor = await accounts.by_login(database, "doctor")
    assert doctor is not None
    held = [replace(post, administrator=True) for post in doctor.posts]
    await database["accounts"].update_one({"_id": doctor.id}, {"$set": {"posts": posts.rows(held)}})
    await put(site.platform.store, {"resourceType": "Practitioner", "id": "xin"})


async def test_a_roster_comes_in_and_its_doctor_logs_in(
    site: Site, tab: Page, administrator: None, tmp_path: Path
) -> None:
    roster = tmp_path / "名册.csv"
    wrong = f"xin,测试辛夷,clinician,{ELSEWHERE.removeprefix('Organization/')},xin,\n"
    right = f"xin,测试辛夷,clinician,{PLACE},xin,2999-12-31\n"
    await log_in(tab, site, "doctor")
    await tab.click("text=账号管理")
    await tab.click("text=导入名册")
    roster.write_bytes((HEAD + wrong).encode("gb18030"))
    await tab.set_input_files("#file", roster)
    await tab.click("main button")
    assert "line 2: role, organization: not yours to give" in await tab.inner_text("main")
    assert await accounts.by_login(site.platform.database, "xin") is None
    roster.write_bytes((HEAD + right).encode("gb18030"))
    await tab.set_input_files("#file", roster)
    async with tab.expect_download() as started:
        await tab.click("main button")
    saved = tmp_path / "passwords.csv"
    await (await started.value).save_as(saved)
    login, password = saved.read_text("utf-8-sig").splitlines()[1].split(",")
    await tab.click("text=退出")
    await tab.goto(f"{site.address}/login")
    await tab.fill("#login", login)
    await tab.fill("#password", password)
    await tab.press("#password", "Enter")
    assert "设置新密码" in await tab.inner_text("h1")
    await tab.fill("#password", "lotus in a pond of rain")
    await tab.fill("#again", "lotus in a pond of rain")
    await tab.press("#again", "Enter")
    assert "设置验证器" in await tab.inner_text("h1")


async def test_a_reset_doctor_is_told_at_the_next_log_in(site: Site, tab: Page, administrator: None) -> None:
    post = posts.fresh(Role.CLINICIAN, HOSPITAL, "Practitioner/xin")
    made = accounts.fresh("xin", "测试辛夷", [post], "x", one_time=False, totp=b"sealed")
    await accounts.insert(site.platform.database, made)
    open_session = await sessions.start(site.platform.database, made)
    await log_in(tab, site, "doctor")
    await tab.click("text=账号管理")
    await tab.fill("#text", "xi")
    await tab.press("#text", "Enter")
    await tab.click("li a")
    await tab.click("text=重设为一次性密码")
    password = await tab.inner_text("dt:text-is('一次性密码') + dd")
    assert await sessions.resume(site.platform.database, open_session) is None
    await tab.click("text=退出")
    await tab.goto(f"{site.address}/login")
    await tab.fill("#login", "xin")
    await tab.fill("#password", password)
    await tab.press("#password", "Enter")
    assert "重设了您的账号" in await tab.inner_text("[class=notice]")
    account = await accounts.by_login(site.platform.database, "xin")
    assert account is not None
    assert not account.has_factor
    assert [hat.id for hat in hats.hats(account)] == [post.id]
