"""Launches: an app that is started from a patient's page, by one person, once, within minutes.

SMART App Launch 2.2, "EHR launch". Collection `launches`, by the SHA-256 of the `launch` parameter.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, Row, SyncDatabase, blocking, collection

LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launch is bound to, and the context that it gives; references are relative."""

    client: str
    account: str
    hat: str
    patient: str
    encounter: str | None
    intent: str | None
    expires: datetime


async def start(database: Database, launch: Launch) -> str:
    """A new launch: the value of its `launch` parameter."""
    token = secret.new()
    row = {"_id": secret.digest(token), **asdict(launch), "used": None}
    await collection(database, "launches").insert_one(row)
    return token


async def find(database: Database, token: str, client: str, account: str, hat: str) -> Launch | None:
    """The launch of this app by this person that waits to be used."""
    row = await collection(database, "launches").find_one(_waiting(token, client, account, hat))
    return _launch(row)


def claim(database: SyncDatabase, token: str, client: str, account: str, hat: str) -> Launch | None:
    """Use it up: of several at once, one gets it."""
    row = blocking(database, "launches").find_one_and_update(
        _waiting(token, client, account, hat), {"$set": {"used": moment.now()}}
    )
    return _launch(row)


def _waiting(token: str, client: str, account: str, hat: str) -> Row:
    return {
        "_id": secret.digest(token),
        "client": client,
        "account": account,
        "hat": hat,
        "used": None,
        "expires": {"$gt": moment.now()},
    }


def _launch(row: Row | None) -> Launch | None:
    if row is None:
        return None
    return Launch(**{name: value for name, value in row.items() if name not in ("_id", "used")})


async def ensure_indexes(database: Database) -> None:
    """What is over is removed."""
    await collection(database, "launches").create_indexes(
        [IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)]
    )
