"""Explicit grants: what a privacy officer has opened, as his page lists it.

Rows of the collection `relations` (`auth.store.relations`), which alone writes them and decides by them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from auth import moment as clock
from auth.store.database import Database, Row, collection
from auth.store.relations import GRANTED


class Grant(NamedTuple):
    """Of whom to whom, why (a code), until when."""

    patient: str
    organization: str
    practitioner: str | None
    reason: str
    until: datetime


async def in_force(database: Database, patients: Collection[str]) -> list[Grant]:
    """The grants of these Patients that are in force now."""
    filter: Row = {"patient": {"$in": list(patients)}, "kind": GRANTED, "until": {"$gt": clock.now()}}
    rows = await collection(database, "relations").find(filter).to_list()
    return [Grant(**{name: row[name] for name in Grant._fields}) for row in rows]
