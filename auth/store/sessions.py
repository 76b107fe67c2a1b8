"""Web sessions, known by the SHA-256 of their token alone.

Collections `sessions`, and `displaced_sessions` for those that ended because their account had too many, or
lost what it acted as. A session is over when its row is gone; `_end` is the one place that takes rows away
before their absolute end, at which the database does so itself.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from auth import moment, secret
from auth.store import authorizations, first_steps
from auth.store.database import Database, Row, collection

AT_ONCE = 5
_TOLD = timedelta(hours=12)
_NAME = 32


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session: whose, under which hat, since when; `seen` is its last use, `expires` its absolute end.

    `amr` are the methods with which he proved who he is, `proved` is when he did so last. `idle_minutes` is
    after how many it ends on a device that people share.
    """

    account: str
    hat: str
    role: str
    started: datetime
    seen: datetime
    expires: datetime
    amr: tuple[str, ...]
    proved: datetime
    idle_minutes: int | None = None


def name(token: str) -> str:
    """What a session is called in the audit and in what hangs on it; it opens nothing."""
    return secret.digest(token)[:_NAME]


async def insert(database: Database, token: str, session: SessionRecord, at_once: int = AT_ONCE) -> None:
    """Keep a new session; of more than `at_once` of one account the oldest end, and can be told so."""
    sessions = collection(database, "sessions")
    await sessions.insert_one({"_id": secret.digest(token), **asdict(session)})
    newest = sessions.find({"account": session.account}, {"_id": 1})
    rows = await newest.sort([("started", DESCENDING), ("_id", ASCENDING)]).to_list()
    surplus = [row["_id"] for row in rows[at_once:]]
    if surplus:
        over = moment.now() + _TOLD
        await collection(database, "displaced_sessions").bulk_write(
            [UpdateOne({"_id": id}, {"$set": {"expires": over}}, upsert=True) for id in surplus]
        )
        await _end(database, {"_id": {"$in": surplus}})


async def find(database: Database, token: str) -> SessionRecord | None:
    """The session of `token`, however old."""
    row = await collection(database, "sessions").find_one({"_id": secret.digest(token)}, {"_id": 0})
    return SessionRecord(**row | {"amr": tuple(row["amr"])}) if row else None


async def displaced(database: Database, token: str) -> bool:
    """Did the session of `token` end because its account began too many others?"""
    row = await collection(database, "displaced_sessions").find_one(
        {"_id": secret.digest(token), "stripped": None}, {"_id": 1}
    )
    return row is not None


async def stripped(database: Database, token: str) -> bool:
    """Did the session of `token` end because what its account acted as was taken from it, or ran out?"""
    row = await collection(database, "displaced_sessions").find_one(
        {"_id": secret.digest(token), "stripped": True}, {"_id": 1}
    )
    return row is not None


async def strip(database: Database, token: str) -> None:
    """End the session, since its hat is gone; it can be told so."""
    told = {"$set": {"expires": moment.now() + _TOLD, "stripped": True}}
    await collection(database, "displaced_sessions").update_one(
        {"_id": secret.digest(token)}, told, upsert=True
    )
    await end(database, token)


async def share(database: Database, token: str, minutes: int) -> None:
    """Note that the session is on a device that people share: it ends after so many idle minutes."""
    await collection(database, "sessions").update_one(
        {"_id": secret.digest(token)}, {"$set": {"idle_minutes": minutes}}
    )


async def is_open(database: Database, name: str) -> bool:
    """Is the session of this name still there? (Its idle end shows at its next use.)"""
    if len(name) != _NAME or not name.isalnum():
        return False
    found = await collection(database, "sessions").find_one(
        {"_id": {"$gte": name, "$lt": name + "g"}, "expires": {"$gt": moment.now()}}, {"_id": 1}
    )
    return found is not None


async def touch(database: Database, token: str) -> None:
    """Note that the session was used just now."""
    await collection(database, "sessions").update_one(
        {"_id": secret.digest(token)}, {"$max": {"seen": moment.now()}}
    )


async def prove(database: Database, id: str, amr: tuple[str, ...]) -> bool:
    """Note that the holder of the session proved who he is just now, with `amr`; False when it is over."""
    result = await collection(database, "sessions").update_one(
        {"_id": id}, {"$addToSet": {"amr": {"$each": list(amr)}}, "$set": {"proved": moment.now()}}
    )
    return bool(result.matched_count)


async def end(database: Database, token: str) -> None:
    """Log out."""
    await _end(database, {"_id": secret.digest(token)})


async def end_all(database: Database, account: str) -> None:
    """End every session, every log-in under way and every app's token of an account."""
    await first_steps.end_all(database, account)
    await _end(database, {"account": account})
    await authorizations.end(database, {"account": account})


async def _end(database: Database, which: Row) -> None:
    """The tokens that live as long as a session (online_access) end with it."""
    sessions = collection(database, "sessions")
    names = [row["_id"][:_NAME] async for row in sessions.find(which, {"_id": 1})]
    await sessions.delete_many(which)
    if names:
        await authorizations.end(database, {"session": {"$in": names}})


async def ensure_indexes(database: Database) -> None:
    """By account; what is over is removed, and so is what an earlier version began."""
    sessions = collection(database, "sessions")
    await sessions.delete_many({"hat": {"$exists": False}})
    await sessions.create_indexes(
        [IndexModel([("account", ASCENDING)]), IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)]
    )
    await collection(database, "displaced_sessions").create_index(
        [("expires", ASCENDING)], expireAfterSeconds=0
    )
