"""The directory in a browser without JavaScript: an operator looks at what a file changes, then writes it."""

import pytest
from playwright.async_api import FilePayload, Page

from auth.login import sessions
from auth.roles import Role
from auth.store import accounts, posts
from fhir.store import EVERYONE
from tests.functional.portal.conftest import Site

HEAD = "类型,编号,名称,类别,行政区划,身份证号,执业证书,结束日期\n"
HOUSE = "机构,HTEST-1,测试社区卫生服务中心,B100,510107,,,\n"
DOCTOR = "医务人员,HTEST-2,测试甲,,,510104195803129013,110510100000001,2031-12-31\n"
WRONG = "机构,HTEST-3,测试医院,A100,510199,,,\n"


@pytest.fixture
async def operator(site: Site, tab: Page) -> Page:
    """The browser of somebody who runs the platform."""
    account = accounts.fresh("ops", "HTEST 值守", [posts.fresh(Role.OPERATOR)], "x", one_time=False)
    await accounts.insert(site.platform.database, account)
    token = await sessions.start(site.platform.database, account, amr=("pwd", "hwk"))
    await tab.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])
    await tab.goto(f"{site.address}/console/feeds")
    await tab.click("nav >> text=目录")
    return tab


async def show(tab: Page, text: str) -> str:
    sent: FilePayload = {
        "name": "目录.csv",
        "mimeType": "text/csv",
        "buffer": (HEAD + text).encode("gb18030"),
    }
    await tab.set_input_files("#file", sent)
    await tab.click("button:has-text('预览')")
    return await tab.inner_text("main")


async def count(site: Site, type: str) -> int:
    return len(await site.platform.store.resources.search({"tokens": type}, EVERYONE, limit=0))


async def test_look_then_write(site: Site, operator: Page) -> None:
    tab, before = operator, await count(site, "Organization")
    told = await show(tab, HOUSE + WRONG)
    assert "没有写入" in told
    assert "line 3: area: GB/T 2260 has no such code" in told
    assert await tab.locator("button:has-text('写入目录')").count() == 0
    told = await show(tab, HOUSE + DOCTOR)
    assert "新建 2 · 更改 0 · 终止 0 · 不变 0" in told
    await tab.click("summary:has-text('测试甲')")
    assert "510104********9013" in await tab.inner_text("main")
    assert "510104195803129013" not in await tab.content()
    assert await count(site, "Organization") == before
    await tab.click("button:has-text('写入目录')")
    assert "目录已写入" in await tab.inner_text("main")
    assert await count(site, "Organization") == before + 1
    told = await show(tab, HOUSE + DOCTOR)
    assert "目录已经和文件一样" in told
    told = await show(tab, HOUSE + DOCTOR.replace("2031", "2021"))
    assert "终止 1" in told


async def test_what_another_session_was_shown_is_not_written(site: Site, operator: Page) -> None:
    tab = operator
    await show(tab, HOUSE)
    sealed = await tab.get_attribute("input[name=sealed]", "value")
    assert sealed
    account = await accounts.by_login(site.platform.database, "ops")
    assert account is not None
    token = await sessions.start(site.platform.database, account, amr=("pwd", "hwk"))
    reply = await tab.context.request.post(
        f"{site.address}/console/directory/load",
        form={"csrf": sessions.csrf(token), "sealed": sealed},
        headers={"Cookie": f"furong_session={token}"},
    )
    assert reply.status == 422
    assert "请重新选择" in await reply.text()
