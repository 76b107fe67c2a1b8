"""First steps of a log-in that are not sessions yet, and the steps with which a session is confirmed again.

Collection `first_steps`, apart from `sessions`, so that a first step can never be taken for a session. Known
by the SHA-256 of its token alone.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel, ReturnDocument

from auth import moment, secret
from auth.store.database import Database, Row, collection


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`step` is still to be done; `amr` are the methods (RFC 8176) that succeeded so far.

    `secret` is sealed (a factor on offer, the state of an outside log-in), `challenge` that of a passkey,
    `session` the id of the session that is to be confirmed again; `last` is until when it may be prolonged.
    """

    account: str
    step: str
    expires: datetime
    secret: bytes | None = None
    amr: tuple[str, ...] = ()
    challenge: bytes | None = None
    session: str | None = None
    last: datetime | None = None


async def insert(database: Database, token: str, step: FirstStep) -> None:
    """Keep a first step."""
    await collection(database, "first_steps").insert_one({"_id": secret.digest(token), **asdict(step)})


async def find(database: Database, token: str) -> FirstStep | None:
    """The first step of `token`, or None when there is none or its time is over."""
    return _step(
        await collection(database, "first_steps").find_one({"_id": secret.digest(token)}, {"_id": 0})
    )


async def take(database: Database, token: str) -> FirstStep | None:
    """As `find`, and it is used up: of several at once, one gets it."""
    steps = collection(database, "first_steps")
    return _step(await steps.find_one_and_delete({"_id": secret.digest(token)}, {"_id": 0}))


async def prolong(database: Database, token: str, until: datetime) -> FirstStep | None:
    """The step goes on until then, never past its `last`; None when it is over."""
    now = moment.now()
    bound = {"$min": [until, {"$ifNull": ["$last", "$expires"]}]}
    row = await collection(database, "first_steps").find_one_and_update(
        {"_id": secret.digest(token), "expires": {"$gt": now}},
        [{"$set": {"expires": {"$max": ["$expires", bound]}}}],
        {"_id": 0},
        return_document=ReturnDocument.AFTER,
    )
    return _step(row)


async def challenge(database: Database, token: str, challenge: bytes) -> bool:
    """Put a challenge in the place of an earlier one; False when the step is gone."""
    result = await collection(database, "first_steps").update_one(
        {"_id": secret.digest(token)}, {"$set": {"challenge": challenge}}
    )
    return bool(result.matched_count)


async def take_challenge(database: Database, token: str) -> bytes | None:
    """The challenge, which is used up by asking: of several at once, one gets it."""
    row = await collection(database, "first_steps").find_one_and_update(
        {"_id": secret.digest(token), "challenge": {"$ne": None}},
        {"$set": {"challenge": None}},
        return_document=ReturnDocument.BEFORE,
    )
    found: bytes | None = row["challenge"] if row and row["expires"] > moment.now() else None
    return found


async def end_all(database: Database, account: str) -> None:
    """End every log-in under way of an account."""
    await collection(database, "first_steps").delete_many({"account": account})


def _step(row: Row | None) -> FirstStep | None:
    step = FirstStep(**row | {"amr": tuple(row.get("amr", ()))}) if row else None
    return step if step and step.expires > moment.now() else None


async def ensure_indexes(database: Database) -> None:
    """By account; and what is over is removed."""
    await collection(database, "first_steps").create_indexes(
        [IndexModel([("account", ASCENDING)]), IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)]
    )
