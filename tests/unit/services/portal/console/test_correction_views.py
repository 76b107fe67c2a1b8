"""A steward corrects a dead letter, over a real store: checklist line 63."""

import pytest

from auth.roles import Role
from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REPLACED
from services.portal.console.correction_views import attempt, edit, field
from services.portal.console.dead_letter_views import discard
from services.portal.console.message_views import message_page
from services.portal.console.text_views import text_page
from tests.support.messages import adt
from tests.unit.services.portal.console.conftest import BAD, Desk, body, desk, platform

__all__ = ["desk", "platform"]
GOOD = adt("C9", "A01").replace("\r", "\r\n")
LATIN = BAD.replace("张^三", "Müller^Ann").replace("UNICODE UTF-8", "8859/1").replace("李^医生", "Li^Doctor")


async def test_line_63_a_trial_shows_the_difference_in_fhir_and_keeps_nothing(desk: Desk) -> None:
    id = await desk.dead()
    text = body(await desk.post(attempt, {"text": GOOD}, id=id))
    assert "试运行的结果：可以处理" in text
    assert "+ name[0].text = &#34;张三&#34;" in text
    assert "Encounter/" in text
    assert "A01" in text
    assert await desk.inbox.count() == {DEAD: 1}
    assert await desk.platform.database["resources"].count_documents({}) == 0
    assert any(each and each[0].startswith("Patient/") for each in await desk.audited())


async def test_line_63_a_trial_names_the_reason_and_the_places(desk: Desk) -> None:
    other = adt("C1", id="P200", name="李^四", visit="V2").replace("|19580312|M", "|19900101|F")
    for each in (other, adt("C2")):
        assert await desk.process(await desk.arrive(each)) == DONE
    id = await desk.dead()
    merge = adt("C9", "A40").partition("PV1")[0] + "MRG|P200^^^TEST1^PI\r"
    text = body(await desk.post(attempt, {"text": merge}, id=id))
    assert "试运行的结果：不能处理" in text
    assert "两位患者可能不是同一个人" in text
    assert "<li><code>MRG[1]-1</code></li>" in text
    assert (await desk.row(id))["state"] == DEAD


async def test_line_63_what_the_door_would_refuse_is_told_by_place(desk: Desk) -> None:
    id = await desk.dead()
    reply = await desk.post(attempt, {"text": GOOD.replace("|C9|", "||")}, id=id)
    assert reply.status_code == 422
    assert "MSH^1^10" in body(reply)
    assert "消息控制号(MSH-10)为空" in body(reply)


async def test_line_63_one_field_is_changed_by_its_place(desk: Desk) -> None:
    id = await desk.dead()
    form = {"text": BAD.replace("\r", "\r\n"), "place": "PID-8", "value": "F"}
    text = body(await desk.post(field, form, id=id))
    assert "|19580312|F" in text
    assert "还没有提交" in text
    assert (await desk.row(id))["state"] == DEAD
    reply = await desk.post(field, form | {"place": "PID[2]-8"}, id=id)
    assert reply.status_code == 422
    assert "消息里没有这个位置" in body(reply)
    assert "|19580312|M" in body(reply)


async def test_line_63_characters_that_the_character_set_lacks_are_named_with_their_place(desk: Desk) -> None:
    id = await desk.arrive(LATIN, charset="iso8859-1")
    await desk.process(id)
    sent = LATIN.replace("Müller", "张\u202e").replace("\r", "\r\n")
    for view in (attempt, edit):
        reply = await desk.post(view, {"text": sent}, id=id)
        assert reply.status_code == 422
        text = body(reply)
        assert "<code>PID[1]-5</code>" in text
        assert "U+5F20 · iso8859-1" in text
        assert "⟨U+202E⟩" in text
    assert await desk.inbox.count() == {DEAD: 1}
    fine = LATIN.replace("A20", "A01").partition("NPU")[0].replace("Müller", "Möller")
    new = (await desk.post(edit, {"text": fine}, id=id)).headers["location"].rsplit("/", 1)[1]
    assert await desk.inbox.raw(await desk.row(new)) == fine.encode("iso8859-1")


async def test_line_63_of_two_stewards_at_once_the_second_keeps_what_was_written(desk: Desk) -> None:
    id = await desk.dead()
    assert (await desk.post(edit, {"text": GOOD}, id=id)).status_code == 303
    reply = await desk.post(edit, {"text": GOOD.replace("三", "四")}, id=id)
    assert reply.status_code == 409
    text = body(reply)
    assert "已经有人处理了这封死信" in text
    assert "张^四" in text
    assert "readonly" in text
    assert f"/console/dead-letters/{id}/edit" not in text
    assert await desk.inbox.count() == {REPLACED: 1, RECEIVED: 1}


async def test_line_63_the_page_and_the_audit_say_who_edited(desk: Desk) -> None:
    id = await desk.dead()
    new = (await desk.post(edit, {"text": GOOD}, id=id)).headers["location"].rsplit("/", 1)[1]
    row = await desk.row(new)
    assert (row["edited"]["by"], bool(row["edited"]["account"])) == ("演示", True)
    assert "谁改正的" in body(await desk.get(message_page, id=new))
    events = await desk.platform.archive.search(None)
    edits = [each for each in events if each.get("outcomeDesc") == "edit of a dead letter"]
    assert [f"MessageHeader/{id}" in str(each["entity"]) for each in edits] == [True]


async def test_the_text_is_shown_by_segment_and_field(desk: Desk) -> None:
    text = body(await desk.get(text_page, id=await desk.dead()))
    assert "<code>PID[1]-5</code></dt><dd><code>张^三</code>" in text
    assert "字符集 UTF-8" in text


@pytest.mark.parametrize("view", [attempt, edit, field])
async def test_operators_correct_nothing(desk: Desk, view: object) -> None:
    id = await desk.dead()
    await desk.log_in(Role.OPERATOR)
    form = {"text": GOOD, "place": "PID-8", "value": "F"}
    reply = await desk.post(view, form, id=id)  # type: ignore[arg-type]
    assert reply.status_code == 403
    assert "张" not in body(reply)


async def test_what_was_left_is_not_edited_any_more(desk: Desk) -> None:
    id = await desk.dead()
    await desk.post(discard, {"reason": "不需要"}, id=id)
    assert (await desk.post(edit, {"text": GOOD}, id=id)).status_code == 409
    assert await desk.inbox.count() == {DISCARDED: 1}
