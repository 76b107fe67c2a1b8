"""A doctor who is also a resident, in a real browser without JavaScript: he says which he is."""

from playwright.async_api import Page

from auth import moment
from auth.login import hats
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts, posts
from tests.functional.portal.conftest import PASSWORD, Site, at, log_in
from tests.functional.portal.region import ELSEWHERE, HOSPITAL, RESIDENT


async def doctor_and_resident(site: Site) -> str:
    """The doctor gets a post elsewhere and his own file; returns the id of that post."""
    platform = site.platform
    account = await accounts.by_login(platform.database, "doctor")
    assert account is not None
    post = posts.fresh(Role.CLINICIAN, ELSEWHERE, "Practitioner/zhou")
    await accounts.add_post(platform.database, account, post)
    await platform.database["accounts"].update_one(
        {"_id": account.id}, {"$set": {"patient": f"Patient/{RESIDENT}"}}
    )
    return post.id


async def test_two_hats_at_log_in_and_a_change_of_them(site: Site, tab: Page) -> None:
    await doctor_and_resident(site)
    await log_in(tab, site, "doctor", chooses=True)
    assert "您现在以什么身份使用" in await tab.inner_text("h1")
    buttons = await tab.locator("main button").all_inner_texts()
    assert [text.split(" · ")[0] for text in buttons] == ["医生", "医生", "居民本人"]
    assert "芙蓉市第一人民医院" in buttons[0]
    assert (await tab.context.request.get(f"{site.address}/clinician", max_redirects=0)).status == 303
    await tab.click("main button:has-text('芙蓉市第一人民医院')")
    await tab.wait_for_url(at("/clinician"))
    assert (await tab.context.request.get(f"{site.address}/resident")).status == 403
    before = next(each for each in await tab.context.cookies() if each.get("name") == "furong_session")
    await tab.click("text=换身份")
    await tab.click("main button:has-text('居民本人')")
    await tab.wait_for_url(at("/resident"))
    assert "血糖" in await tab.inner_text("main")
    assert (await tab.context.request.get(f"{site.address}/clinician")).status == 403
    after = next(each for each in await tab.context.cookies() if each.get("name") == "furong_session")
    assert before.get("value") != after.get("value")


async def test_a_post_that_ends_closes_its_pages_at_once(site: Site, tab: Page) -> None:
    post = await doctor_and_resident(site)
    await log_in(tab, site, "doctor", chooses=True)
    await tab.click("main button:has-text('石桥中心卫生院')")
    await tab.wait_for_url(at("/clinician"))
    account = await accounts.by_login(site.platform.database, "doctor")
    assert account is not None
    await accounts.end_post(site.platform.database, account, post, moment.now())
    await tab.goto(f"{site.address}/clinician")
    assert "/login" in tab.url


async def test_a_post_at_the_hospital_does_not_open_the_files_of_another(site: Site, tab: Page) -> None:
    await doctor_and_resident(site)
    account = await accounts.by_login(site.platform.database, "doctor")
    assert account is not None
    assert [each.post and each.post.organization for each in hats.hats(account)] == [
        HOSPITAL, ELSEWHERE, None,
    ]  # fmt: skip
    assert await Passwords().verify(account.password, PASSWORD)
    await log_in(tab, site, "doctor", chooses=True)
    await tab.click("main button:has-text('芙蓉市第一人民医院')")
    hidden = await tab.goto(f"{site.address}/clinician/patients/stranger")
    assert hidden is not None
    assert hidden.status == 404
    await tab.click("text=换身份")
    await tab.click("main button:has-text('石桥中心卫生院')")
    await tab.wait_for_url(at("/clinician"))
    shown = await tab.goto(f"{site.address}/clinician/patients/stranger")
    assert shown is not None
    assert shown.status == 200
