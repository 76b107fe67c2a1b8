"""Claims: of several transactions that would each create what a key stands for, one goes first.

FHIR R4 3.1.0.8.1 (http.html#ccreate). A claim changes the row of its key, so two transactions that claim one
key at once conflict: the later one begins anew and then sees what the earlier one wrote. Rows hold keyed
hashes only and are cleared once no transaction can be left that was there when they were written.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

LIFETIME = 3600
"""Seconds; a transaction of MongoDB lives 60 at most."""


async def claim(
    database: AsyncDatabase[dict[str, Any]], session: AsyncClientSession, ids: Iterable[str]
) -> None:
    """Change the rows `ids` within the transaction of `session`."""
    change = {"$set": {"at": datetime.now(UTC)}, "$inc": {"count": 1}}
    rows = [UpdateOne({"_id": id}, change, upsert=True) for id in sorted(set(ids))]
    if rows:
        await database["claims"].bulk_write(rows, session=session)
