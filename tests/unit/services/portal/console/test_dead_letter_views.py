"""What a steward does about a dead letter, over a real store: checklist line 63."""

import re

import pytest

from auth.roles import Role
from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REPLACED, REPLY, RESENT, Arrival
from services.portal.console import dead_letter_views
from services.portal.console.correction_views import edit
from services.portal.console.dead_letter_views import dead_letters_page, discard, retry, send_again
from services.portal.console.message_views import message_page
from services.portal.console.text_views import text_page
from tests.support.messages import adt
from tests.unit.services.portal.console.conftest import BAD, Desk, body, desk, platform
from tests.unit.services.portal.test_visit import request

__all__ = ["desk", "platform"]
GOOD = adt("C9", "A01").replace("\r", "\r\n")


async def test_line_63_the_list_says_why_and_what_to_do(desk: Desk) -> None:
    id = await desk.dead()
    text = body(await desk.get(dead_letters_page))
    assert "还没有这类消息的映射" in text
    assert "增加映射后重试" in text
    assert f"/console/messages/{id}/text" in text
    assert "张" not in text


async def test_line_63_edit_and_retry_keeps_the_original(desk: Desk) -> None:
    id = await desk.dead()
    reply = await desk.post(edit, {"text": GOOD}, id=id)
    assert reply.status_code == 303
    new = reply.headers["location"].rsplit("/", 1)[1]
    old, row = await desk.row(id), await desk.row(new)
    assert (old["state"], old["replaced_by"], row["replaces"]) == (REPLACED, new, id)
    assert await desk.inbox.raw(old) == BAD.encode()
    assert await desk.inbox.raw(row) == adt("C9", "A01").encode()
    assert row["edited"]["by"]
    assert await desk.process(new) == DONE
    assert "张^三" in body(await desk.get(text_page, id=id))
    assert new in body(await desk.get(message_page, id=id))
    assert id in body(await desk.get(message_page, id=new))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BAD, "内容没有改动"),
        ("PID|1", "必须以 MSH 段开头"),
        (GOOD.replace("|P|2.4", "|T|2.4"), "仍会被拒收"),
        (GOOD.replace("张", "\ufdd0").replace("UNICODE UTF-8", "8859/1"), "字符集"),
    ],
    ids=["unchanged", "no header", "refused", "character set"],
)
async def test_a_bad_edit_changes_nothing(desk: Desk, text: str, says: str) -> None:
    id = await desk.dead()
    reply = await desk.post(edit, {"text": text}, id=id)
    assert reply.status_code == 422
    assert says in body(reply)
    assert await desk.inbox.count() == {DEAD: 1}


async def test_the_sender_of_the_same_correction_gets_an_answer(desk: Desk) -> None:
    id = await desk.dead()
    new = (await desk.post(edit, {"text": GOOD}, id=id)).headers["location"].rsplit("/", 1)[1]
    assert b"MSA|AA|C9" in bytes((await desk.row(new))["acknowledgement"])


async def test_retry_and_discard(desk: Desk) -> None:
    id = await desk.dead()
    assert (await desk.post(retry, {}, id=id)).status_code == 303
    assert (await desk.row(id))["state"] == RECEIVED
    assert (await desk.post(retry, {}, id=id)).status_code >= 400
    assert await desk.process(id) == DEAD
    assert (await desk.post(discard, {"reason": " "}, id=id)).status_code == 422
    assert (await desk.post(discard, {"reason": "不需要"}, id=id)).status_code == 303
    assert (await desk.row(id))["state"] == DISCARDED
    assert "不需要" in body(await desk.get(message_page, id=id))


async def test_what_is_settled_stays_so(desk: Desk) -> None:
    id = await desk.dead()
    await desk.post(discard, {"reason": "不需要"}, id=id)
    for reply in (
        await desk.post(retry, {}, id=id),
        await desk.post(edit, {"text": GOOD}, id=id),
        await desk.post(discard, {"reason": "x"}, id=id),
    ):
        assert reply.status_code >= 400
    assert await desk.inbox.count() == {DISCARDED: 1}


async def test_an_operator_looks_and_does_nothing(desk: Desk) -> None:
    id = await desk.dead()
    await desk.log_in(Role.OPERATOR)
    assert "/retry" not in body(await desk.get(dead_letters_page))
    for view in (retry, discard, edit):
        assert (await desk.post(view, {"reason": "x", "text": GOOD}, id=id)).status_code == 403
    assert (await desk.row(id))["state"] == DEAD


async def test_a_form_of_another_site_does_nothing(desk: Desk) -> None:
    id = await desk.dead()
    assert (await retry(request(desk.platform, desk.session, "csrf=x"), id)).status_code == 403
    assert (await desk.row(id))["state"] == DEAD


async def given_up(desk: Desk) -> tuple[str, str]:
    """A message whose acknowledgement nobody took, and the dead letter that it became."""
    id = await desk.arrive(adt(), DONE, replies=True)
    control = (await desk.row(id))["reply"]["control"]
    change = {"$set": {"reply.outcome": "given up", "reply.attempts": 9}, "$unset": {"reply.due": ""}}
    await desk.inbox.collection.update_one({"_id": id}, change)
    ack = f"MSH|^~\\&|F|R|HIS|TEST1|20260301||ACK|{control}|P|2.4\rMSA|AA|C1\r".encode()
    letter = Arrival(ack, b"", DEAD, REPLY, "TEST1", control, "ACK", "UTF-8")
    kept = await desk.inbox.add(letter)
    reason = {"text": "the application acknowledgement was not taken", "issues": []}
    await desk.inbox.collection.update_one({"_id": kept.id}, {"$set": {"reason": reason}})
    return id, kept.id


async def test_line_23_an_acknowledgement_that_nobody_took_is_sent_again(desk: Desk) -> None:
    id, letter = await given_up(desk)
    page = body(await desk.get(message_page, id=letter))
    assert f"/console/dead-letters/{letter}/reply" in page
    assert f"/console/dead-letters/{letter}/retry" not in page
    assert f'href="/console/messages/{id}"' in page
    assert "没有送到，已放弃" in body(await desk.get(message_page, id=id))
    assert (await desk.post(retry, {}, id=letter)).status_code == 409, "it is no message for the worker"
    assert (await desk.post(edit, {"text": GOOD}, id=letter)).status_code == 409
    reply = await desk.post(send_again, {}, id=letter)
    assert (reply.status_code, reply.headers["location"]) == (303, f"/console/messages/{id}")
    kept = (await desk.row(id))["reply"]
    assert (kept["due"], kept["attempts"], "outcome" in kept) == (kept["since"], 0, False)
    assert (await desk.row(letter))["state"] == RESENT
    assert "应答已重新发送" in body(await desk.get(message_page, id=letter))
    assert "还没有发送" in body(await desk.get(message_page, id=id))
    assert (await desk.post(send_again, {}, id=letter)).status_code == 409
    assert (await desk.post(send_again, {}, id=await desk.dead())).status_code == 409


async def test_line_63_every_dead_letter_is_reached_however_many_there_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letter_views, "_MOST", 2)
    rows = [await desk.inbox.row(Arrival(b"M%d" % n, b"", DEAD, "p", "TEST1", f"C{n}")) for n in range(5)]
    await desk.inbox.collection.insert_many(rows)
    seen, after = [], ""
    while after is not None:
        asked = request(desk.platform, desk.session)
        asked.scope["query_string"] = after.encode()
        text = body(await dead_letters_page(asked))
        seen += re.findall(r"<dt>MSH-10</dt><dd>(\w+)", text)
        further = re.search(r"/console/dead-letters\?(after=[^\"]+)", text)
        after = further[1] if further else None  # type: ignore[assignment]
    assert seen == [f"C{n}" for n in range(5)]


async def test_line_63_and_40_the_pages_tell_code_steps_and_who_tried_again(desk: Desk) -> None:
    id = await desk.dead()
    assert "<code>no-map</code>" in body(await desk.get(dead_letters_page))
    await desk.post(retry, {}, id=id)
    assert await desk.process(id) == DEAD
    text = body(await desk.get(message_page, id=id))
    assert text.count("成为死信") == 2
    assert re.search(r"重新处理</dt><dd><time [^>]+>[\d :.-]+\.\d{3}</time> · 演示", text)
