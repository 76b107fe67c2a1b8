"""A parent shares for his child: what a parent may see, recorded as his, while he may act for him."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page

from auth import moment
from auth.store import proxies
from auth.store.posts import first_moment
from fhir.summary.moment import CHENGDU
from services.portal.shares.views import link_of
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import STRANGERS_NAME, STRANGERS_NUMBER
from tests.functional.portal.test_carried import PASSCODE
from tests.functional.portal.test_proxies import (
    CHILD,
    CHILDS_NUMBER,
    PLAIN,
    SECRET,
    _at_the_desk,
    _child,
    _named,
    _register,
    _switch,
)
from tests.support.health_link import asked, fetched
from tests.support.resources import put

HOME = "/resident/shares"
BIRTH = datetime.now(CHENGDU).date().replace(day=1) - timedelta(days=365 * 10)


@pytest.fixture
async def parent(site: Site, tab: Page) -> Page:
    """The browser of a parent who looks at his child's file."""
    await _child(site, BIRTH.isoformat())
    await _at_the_desk(tab, site)
    await _register(tab)
    await tab.context.clear_cookies()
    await log_in(tab, site, "li", chooses=True)
    await tab.click("button[name=hat][value^=proxy]")
    await tab.wait_for_url(at("/resident"))
    return tab


async def made(site: Site, tab: Page, path: str, *ticked: str) -> str:
    """The link of a new share by the form at `path`."""
    await tab.goto(site.address + path)
    for each in ticked:
        await tab.check(each)
    await tab.fill("#passcode", PASSCODE)
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    (share, *_) = await site.platform.shares.of([CHILD], 1)

    class Visiting:
        platform = site.platform

    return link_of(Visiting(), share)  # type: ignore[arg-type]


async def test_a_parent_shares_what_a_parent_may_see(site: Site, parent: Page) -> None:
    await parent.click(f"main a[href='{HOME}']")
    await parent.wait_for_url(at(HOME))
    for path, ticked in ((HOME, ()), (HOME, ("#sensitive",)), ("/resident/paper", ("#sensitive",))):
        link = await made(site, parent, path, *ticked)
        assert SECRET not in await parent.content()
        given = str(await fetched(link, passcode=PASSCODE))
        assert PLAIN in given
        assert SECRET not in given
    assert PLAIN in await parent.inner_text("main")
    records = await site.platform.archive.records([CHILD], None, 30)
    (deed, *_) = [each for each in records if (each.reason or "").startswith("share made")]
    assert (deed.agent.proxy, deed.agent.represents, deed.purpose) == ("parent", CHILD, "FAMRQT")
    (opening, *_) = [each for each in records if each.agent.kind == "link"]
    assert opening.purpose == "FAMRQT"
    await parent.goto(f"{site.address}/resident/access")
    assert "父母或监护人用二维码分享" in await parent.inner_text(".looks")


async def test_it_names_the_institutions_as_the_childs_own_would(site: Site, parent: Page) -> None:
    house = {"resourceType": "Organization", "id": "htest-house", "name": "HTEST 儿童医院"}
    visit = {
        "resourceType": "Condition", "id": "htest-housed", "subject": {"reference": CHILD},
        "code": {"text": "HTEST 感冒"}, "recorder": {"reference": "Organization/htest-house"},
    }  # fmt: skip

    async def work(tx: object) -> None:
        for each in (house, visit):
            tx.put(each)  # type: ignore[attr-defined]

    await site.platform.store.resources.transact(work)
    assert "HTEST 儿童医院" in str(await fetched(await made(site, parent, HOME), passcode=PASSCODE))


THE_PARENT = {
    "resourceType": "Patient", "id": "stranger", "name": [{"text": STRANGERS_NAME}],
    "birthDate": "1985-07-04",
    "identifier": [{"system": "urn:oid:2.16.156.10011.1.3", "value": STRANGERS_NUMBER}],
    "telecom": [{"system": "phone", "value": "+86 139-0000-4217"}],
}  # fmt: skip


async def test_no_passcode_is_the_parents_birthday_or_number_nor_the_childs(site: Site, parent: Page) -> None:
    await put(site.platform.store, THE_PARENT)
    told = set()
    for passcode in (
        "19850704", "85年7月4日", STRANGERS_NUMBER[-6:], "00004217", f"{BIRTH:%Y-%m-%d}", f"{BIRTH:%d%m%y}",
        CHILDS_NUMBER[-8:],
    ):  # fmt: skip
        await parent.goto(f"{site.address}/resident/paper")
        await parent.fill("#passcode", passcode)
        await parent.click("main form button.whole")
        told.add(await parent.inner_text("[role=alert]"))
        assert await parent.input_value("#passcode") == ""
    assert len(told) == 1, "which of them it was is not told"
    assert "太容易猜" in told.pop()
    assert await site.platform.database["shares"].count_documents({}) == 0
    await made(site, parent, "/resident/paper")
    records = await site.platform.archive.records(["Patient/stranger"], None, 30)
    assert not [each for each in records if each.agent.proxy], "of the parent's own file nothing was shown"


async def test_a_parent_without_a_file_of_his_own_shares_too(site: Site, parent: Page) -> None:
    await site.platform.database["accounts"].update_one({"login": "li"}, {"$set": {"patient": None}})
    await made(site, parent, "/resident/paper")


async def test_the_link_ends_on_the_birthday(
    site: Site, parent: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    birthday = first_moment(BIRTH.replace(year=BIRTH.year + 14))
    day = birthday - timedelta(hours=2)
    await site.platform.database["sessions"].update_many(
        {}, {"$set": {"seen": day, "proved": day, "expires": birthday + timedelta(days=1)}}
    )
    monkeypatch.setattr(moment, "now", lambda: day)
    link = await made(site, parent, "/resident/paper", "#days-7")
    assert (await asked(link, passcode=PASSCODE)).status_code == 200
    monkeypatch.setattr(moment, "now", lambda: birthday + timedelta(seconds=1))
    assert (await asked(link, passcode=PASSCODE)).status_code == 404


async def test_the_link_ends_with_the_proxy_and_an_adult_makes_none(site: Site, parent: Page) -> None:
    link = await made(site, parent, HOME)
    assert (await asked(link, passcode=PASSCODE)).status_code == 200
    (held,) = await proxies.of_patients(site.platform.database, [CHILD])
    await proxies.end(site.platform.database, [CHILD], held.proxy.id)
    assert (await asked(link, passcode=PASSCODE)).status_code == 404


async def test_an_adult_who_may_look_shares_nothing(site: Site, tab: Page) -> None:
    await _named(tab, site)
    await _switch(tab)
    assert await tab.locator(f"main a[href='{HOME}']").count() == 0
    assert (await tab.context.request.get(site.address + HOME)).status == 403


async def test_a_parent_neither_sees_nor_ends_what_another_made(site: Site, parent: Page) -> None:
    await made(site, parent, HOME)
    end = parent.url + "/end"
    await site.platform.database["shares"].update_many({}, {"$set": {"hat": "resident"}})
    await parent.goto(site.address + HOME)
    assert await parent.locator("section.card form").count() == 0
    token = await parent.locator("main form [name=csrf]").first.input_value()
    assert (await parent.context.request.post(end, form={"csrf": token})).status == 404
