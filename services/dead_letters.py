"""Dead letters: run one again, put an edited message in its place, leave it, or send a reply once more.

hl7v2.md, checklist 63. Nothing is deleted. A row that was edited stays as it came, and names the row that
stands for it; that row names the one it replaces. Each deed is noted with who did it and when.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from services.correction import NotEditable
from services.inbox import DEAD, DISCARDED, REPLACED, REPLY, RESENT, Arrival, Inbox


class Settled(Exception):
    """It is no dead letter any more: somebody else was faster."""


class Steward(NamedTuple):
    """Who does it: account and name."""

    id: str
    name: str

    def note(self, **more: Any) -> dict[str, Any]:
        """What the row keeps of a deed."""
        return {"account": self.id, "by": self.name, "at": datetime.now(UTC)} | more


async def retry(inbox: Inbox, id: str, by: Steward) -> None:
    """Let the worker try `id` again, with its bytes as they came and today's maps; a reply is none of its."""
    found = {"$and": [{"_id": id, "state": DEAD, "peer": {"$ne": REPLY}}]}
    if not await inbox.replay(found, retried=by.note()):
        raise Settled


async def discard(inbox: Inbox, id: str, reason: str, by: Steward) -> None:
    """Leave `id` as it is, for `reason`."""
    change = {"$set": {"state": DISCARDED, "discarded": by.note(reason=reason)}}
    result = await inbox.collection.update_one({"_id": id, "state": DEAD}, change)
    if not result.matched_count:
        raise Settled


async def replace(inbox: Inbox, old: dict[str, Any], correction: Arrival, by: Steward) -> str:
    """Put `correction` in the place of the dead letter `old`; returns the id of the new row.

    The acknowledgement is kept and not sent: a sender who sends just this message later gets it. NotEditable
    where the same message came in before.
    """
    if old["peer"] == REPLY:
        raise Settled
    new = await inbox.row(correction)
    new |= {"replaces": old["_id"], "edited": by.note()}
    new["keys"] = sorted({*new["keys"], *old.get("keys", ())})

    async def work(session: AsyncClientSession) -> None:
        await _settle(inbox, old["_id"], {"state": REPLACED, "replaced_by": new["_id"]}, session)
        await inbox.collection.insert_one(new, session=session)

    try:
        await _together(inbox, work)
    except DuplicateKeyError:
        raise NotEditable("same") from None
    return str(new["_id"])


async def send_again(inbox: Inbox, letter: dict[str, Any], by: Steward) -> str:
    """Let the application acknowledgement that `letter` is go out anew; returns the id of its message.

    It is tried for as long as a new one; when nobody takes it, it is a dead letter again.
    """
    row = await inbox.replied(letter["source"], letter["control_id"])
    if letter["peer"] != REPLY or row is None:
        raise Settled
    now = datetime.now(UTC)
    due = {"reply.due": now, "reply.since": now, "reply.attempts": 0}

    async def work(session: AsyncClientSession) -> None:
        await _settle(inbox, letter["_id"], {"state": RESENT, "resent": by.note()}, session)
        change = {"$set": due, "$unset": {"reply.outcome": "", "reply.at": ""}}
        await inbox.collection.update_one({"_id": row["_id"]}, change, session=session)

    await _together(inbox, work)
    return str(row["_id"])


async def _settle(inbox: Inbox, id: str, change: dict[str, Any], session: AsyncClientSession) -> None:
    """Change a row that is a dead letter; Settled where it is none any more."""
    dead = {"_id": id, "state": DEAD}
    result = await inbox.collection.update_one(dead, {"$set": change}, session=session)
    if not result.matched_count:
        raise Settled


async def _together(inbox: Inbox, work: Any) -> None:
    async with inbox.collection.database.client.start_session() as session:
        await session.with_transaction(work)
