"""Dead letters: run one again, put an edited message in its place, or leave it for a reason (checklist 63).

Nothing is deleted. A row that was edited stays as it came, and names the row that stands for it; that row
names the one it replaces.
"""

import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from adapters.hl7v2.ack import acknowledge, code_of
from adapters.hl7v2.charset import CharsetError, decode, encode
from adapters.hl7v2.check import check, refuses
from adapters.hl7v2.message import Message, MessageError
from services.arriving import event, finding, identifiers, orders
from services.inbox import DEAD, DISCARDED, RECEIVED, REPLACED, Arrival, Inbox

_ZONE = ZoneInfo("Asia/Shanghai")


class NotEditable(Exception):
    """Why an edited message can't stand for the dead letter: one of the keys of the page's texts."""


class Settled(Exception):
    """It is no dead letter any more: somebody else was faster."""


async def retry(inbox: Inbox, id: str) -> None:
    """Let the worker try `id` again, with its bytes as they came and today's maps."""
    if not await inbox.replay({"$and": [{"_id": id, "state": DEAD}]}):
        raise Settled


async def discard(inbox: Inbox, id: str, reason: str, by: str) -> None:
    """Leave `id` as it is, for `reason`; `by` is the steward."""
    note = {"reason": reason, "by": by, "at": datetime.now(UTC)}
    change = {"$set": {"state": DISCARDED, "discarded": note}}
    result = await inbox.collection.update_one({"_id": id, "state": DEAD}, change)
    if not result.matched_count:
        raise Settled


async def replace(
    inbox: Inbox, keyed: Any, old: dict[str, Any], text: str, by: str, processing_ids: Collection[str]
) -> str:
    """Put `text` in the place of the dead letter `old`; returns the id of the new row.

    The acknowledgement is kept and not sent: a sender who sends just this message later gets it.
    """
    new = await inbox.row(_edited(keyed, old, text, processing_ids))
    new |= {"replaces": old["_id"], "edited": {"by": by, "at": new["received"]}}
    new["keys"] = sorted({*new["keys"], *old.get("keys", ())})

    async def work(session: AsyncClientSession) -> None:
        change = {"$set": {"state": REPLACED, "replaced_by": new["_id"]}}
        result = await inbox.collection.update_one(
            {"_id": old["_id"], "state": DEAD}, change, session=session
        )
        if not result.matched_count:
            raise Settled
        await inbox.collection.insert_one(new, session=session)

    async with inbox.collection.database.client.start_session() as session:
        try:
            await session.with_transaction(work)
        except DuplicateKeyError:
            raise NotEditable("same") from None
    return str(new["_id"])


def _edited(keyed: Any, old: dict[str, Any], text: str, processing_ids: Collection[str]) -> Arrival:
    try:
        message = Message.parse(text)
        raw = encode(text, old["charset"])
        legible = decode(raw, old["charset"]).text == text
    except MessageError:
        raise NotEditable("header") from None
    except (UnicodeEncodeError, LookupError, CharsetError):
        legible = False
    if not legible:
        raise NotEditable("charset")
    faults = check(message, processing_ids=processing_ids)
    if refuses(faults):
        raise NotEditable("refused")
    answer = acknowledge(message, faults, datetime.now(_ZONE), f"F{time.time_ns():X}")
    return Arrival(
        raw=raw,
        acknowledgement=b"" if answer is None else _encode(answer, old["charset"]),
        state=RECEIVED,
        peer="console",
        source=old["source"],
        application=message.header[3][1].value.strip(),
        control_id=message.header[10].value,
        event=event(message),
        charset=old["charset"],
        keys=sorted({keyed(value) for value in identifiers(message)}),
        orders=sorted({keyed(value) for value in orders(message)}),
        findings=[finding(fault) for fault in faults],
        code=code_of(message, faults),
    )


def _encode(answer: str, charset: str) -> bytes:
    try:
        return encode(answer, charset)
    except UnicodeEncodeError:
        return encode(answer, "UTF-8")
