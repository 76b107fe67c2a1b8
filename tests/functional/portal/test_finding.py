"""Finding a resident: rare characters, surnames read otherwise, minority names, numbers and cards."""

from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Page

from fhir.summary.moment import CHENGDU
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import HOSPITAL
from tests.functional.portal.test_clinician import find

CARD = {"system": "urn:oid:2.16.156.10011.1.19", "value": "HC-00012345"}
NAMES = (
    "陈㛃", "张䶮", "刘𬱖", "单珅", "仇雪梅", "吕秀英", "万俟晨", "尉迟国强",
    "沙马·阿依乌各木惹", "扎西·多吉才让旦增", "阿卜杜热西提·买买提吐尔逊江·伊敏江·阿布都克里木",
)  # fmt: skip
ASKED = {
    "chen jie": "陈㛃", "陈㛃": "陈㛃", "张䶮": "张䶮", "zhang yan": "张䶮", "刘𬱖": "刘𬱖",
    "shan shen": "单珅", "qiu xuemei": "仇雪梅", "lv xiuying": "吕秀英", "lü xiuying": "吕秀英",
    "lu xiuying": "吕秀英", "moqi": "万俟晨", "yuchi guoqiang": "尉迟国强", "ycgq": "尉迟国强",
    "沙马·阿依乌各木惹": "沙马·阿依乌各木惹",
    "沙马•阿依": "沙马·阿依乌各木惹",
    "沙马阿依乌各木惹": "沙马·阿依乌各木惹",
    "shama": "沙马·阿依乌各木惹", "扎西": "扎西·多吉才让旦增", "阿卜杜热西提": NAMES[-1],
    "HC-00012345": "陈㛃", "hc-00012345": "陈㛃",
}  # fmt: skip


@pytest.fixture
async def known(site: Site) -> Site:
    """Everybody in the doctor's care."""

    async def work(tx: Any) -> None:
        for number, name in enumerate(NAMES):
            tx.put({
                "resourceType": "Patient", "id": f"named-{number}", "name": [{"text": name}],
                "identifier": [CARD] if not number else [], "managingOrganization": {"reference": HOSPITAL},
            })  # fmt: skip

    await site.platform.store.resources.transact(work)
    for number in range(len(NAMES)):
        await site.platform.relations.encounter(
            None, f"Patient/named-{number}", HOSPITAL, datetime.now(CHENGDU)
        )
    return site


async def test_everybody_is_found_as_he_is_called(known: Site, tab: Page) -> None:
    await log_in(tab, known, "doctor")
    missed = [asked for asked, name in ASKED.items() if name not in await find(tab, known, asked)]
    assert missed == []


async def test_a_long_name_does_not_widen_the_page(known: Site, scripted: Page) -> None:
    await log_in(scripted, known, "doctor")
    await scripted.set_viewport_size({"width": 320, "height": 640})
    await find(scripted, known, "阿卜杜热西提")
    assert await scripted.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("query", ["'", "’", ".", "\0'", "·", "，"])
async def test_a_sign_alone_finds_nobody_politely(site: Site, tab: Page, query: str) -> None:
    await log_in(tab, site, "doctor")
    token = await tab.locator("form[role=search] [name=csrf]").input_value()
    reply = await tab.context.request.post(f"{site.address}/clinician", form={"csrf": token, "query": query})
    assert reply.status == 200
    assert "没有找到" in await reply.text()
