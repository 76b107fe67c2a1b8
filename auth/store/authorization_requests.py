"""Authorization requests under way: from the app's redirect to the person's answer.

RFC 6749 section 4.1.1. Collection `authorization_requests`, by the SHA-256 of the name in the page's address.
What the person has chosen so far (a Patient) is kept beside what the app sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, collection

LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Pending:
    """One request: its parameters as they came, when, and the Patient that was picked for it, by whom."""

    parameters: Mapping[str, str]
    created: datetime
    patient: str | None = None
    picker: str | None = None


async def insert(database: Database, parameters: Mapping[str, str]) -> str:
    """Keep a request; its name."""
    name, now = secret.new(), moment.now()
    row = {
        "_id": secret.digest(name),
        "parameters": [[key, value] for key, value in parameters.items()],
        "created": now,
        "expires": now + LIFE,
        "patient": None,
        "picker": None,
    }
    await collection(database, "authorization_requests").insert_one(row)
    return name


async def find(database: Database, name: str) -> Pending | None:
    """The request of this name, while its time is not over."""
    row = await collection(database, "authorization_requests").find_one(
        {"_id": secret.digest(name), "expires": {"$gt": moment.now()}}
    )
    if row is None:
        return None
    return Pending(dict(row["parameters"]), row["created"], row["patient"], row["picker"])


async def pick(database: Database, name: str, patient: str, picker: str) -> None:
    """Note the Patient that a person (his account and hat) has picked."""
    await collection(database, "authorization_requests").update_one(
        {"_id": secret.digest(name)}, {"$set": {"patient": patient, "picker": picker}}
    )


async def take(database: Database, name: str) -> bool:
    """The request is answered: of several answers at once, one gets it."""
    result = await collection(database, "authorization_requests").delete_one({"_id": secret.digest(name)})
    return bool(result.deleted_count)


async def ensure_indexes(database: Database) -> None:
    """What is over is removed."""
    await collection(database, "authorization_requests").create_indexes(
        [IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)]
    )
