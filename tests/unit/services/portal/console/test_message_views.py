"""The pages of messages over a real store: checklist lines 40, 61, 62 and 66."""

import pytest

from auth.roles import Role
from services.inbox import DONE, RECEIVED, Arrival
from services.portal.console.message_views import feed_page, message_page, search, search_page
from services.portal.console.text_views import text_page
from tests.support.messages import adt
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]
ORDER = adt().replace("ADT^A01", "ORM^O01").replace("\rPV1", "\rORC|NW|PLACER7|FILLER8\rPV1")


async def test_line_40_and_66_a_message_is_traced_to_its_fhir_versions(desk: Desk) -> None:
    id = await desk.arrive(adt() + "ZPI|秘密|2\r")
    assert await desk.process(id) == DONE
    text = body(await desk.get(message_page, id=id))
    row = await desk.row(id)
    assert all(version in text for version in row["versions"])
    assert "PID[1]-5" in text
    assert "MSA|AA" in text
    assert "张" not in text
    patient = next(each.split("/_history/")[0] for each in row["versions"] if each.startswith("Patient/"))
    assert [patient] in await desk.audited()


async def test_line_62_what_was_not_mapped_is_listed_by_place(desk: Desk) -> None:
    id = await desk.arrive(adt() + "ZPI|秘密|2\r")
    await desk.process(id)
    text = body(await desk.get(message_page, id=id))
    assert "ZPI[1]" in text
    assert "秘密" not in text


async def test_line_61_the_text_is_the_stewards_and_each_look_is_recorded(desk: Desk) -> None:
    id = await desk.arrive(adt(name="张^三\x0b\u202e"))
    before = len(await desk.audited())
    text = body(await desk.get(text_page, id=id))
    assert "张^三␋⟨U+202E⟩" in text
    assert "\x0b" not in text
    assert len(await desk.audited()) == before + 1
    await desk.log_in(Role.OPERATOR)
    assert (await desk.get(text_page, id=id)).status_code == 403
    page = body(await desk.get(message_page, id=id))
    assert f"{id}/text" not in page


async def test_a_feed_lists_its_newest_messages(desk: Desk) -> None:
    ids = [await desk.arrive(adt(control)) for control in ("C1", "C2")]
    text = body(await desk.get(feed_page, source="TEST1"))
    assert text.index(ids[1]) < text.index(ids[0])
    assert (await desk.get(feed_page, source="NOBODY")).status_code == 404
    assert (await desk.get(message_page, id="nothing")).status_code == 404


@pytest.mark.parametrize("number", ["C1", "P100", "V1", "PLACER7", "FILLER8"])
async def test_line_61_a_message_is_found_by_its_numbers(desk: Desk, number: str) -> None:
    id = await desk.arrive(ORDER)
    await desk.arrive(adt("OTHER", id="P200", visit="V2"))
    text = body(await desk.post(search, {"number": number}))
    assert text.count("/console/messages/0") + text.count("/console/messages/1") == 1
    assert id in text


async def test_a_search_that_finds_nothing_says_so(desk: Desk) -> None:
    assert "没有消息" in body(await desk.post(search, {"number": "P999"}))
    assert "没有消息" not in body(await desk.get(search_page))


async def test_bytes_that_no_character_set_reads_are_no_failure(desk: Desk) -> None:
    id = await desk.arrive(adt())
    raw = (await desk.inbox.row(Arrival(b"\xff\xfeM\x00", b"", RECEIVED, "p")))["raw"]
    await desk.inbox.collection.update_one({"_id": id}, {"$set": {"raw": raw}})
    assert "没有字符集能读出这些字节" in body(await desk.get(text_page, id=id))
    assert (await desk.get(message_page, id=id)).status_code == 200
