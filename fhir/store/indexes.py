"""The indexes of the store, created and checked at every start."""

from typing import Any

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from fhir.store import concepts, possible_matches
from fhir.store.claims import LIFETIME
from fhir.store.directory import FIELD
from fhir.store.person_numbers import QUEUE

INDEXES: dict[str, list[IndexModel]] = {
    "resources": [
        IndexModel([("owner", ASCENDING), ("tokens", ASCENDING)], name="owner_tokens"),
        IndexModel(
            [("tokens", ASCENDING), ("updated", DESCENDING), ("_id", ASCENDING)], name="tokens_updated"
        ),
        IndexModel([("dates.p", ASCENDING), ("dates.s", ASCENDING), ("dates.e", ASCENDING)], name="dates"),
        IndexModel(
            [("type", ASCENDING), ("updated", DESCENDING), ("_id", ASCENDING), ("version", DESCENDING)],
            name="type_history",
        ),
        IndexModel(
            [("values.p", ASCENDING), ("values.s", ASCENDING), ("values.e", ASCENDING)], name="values"
        ),
        IndexModel([("texts", ASCENDING)], name="texts"),
        IndexModel(
            [(f"{FIELD}.tokens", ASCENDING), ("updated", DESCENDING), ("_id", ASCENDING)],
            name="directory_tokens",
            partialFilterExpression={FIELD: {"$exists": True}},
        ),
        IndexModel(
            [(f"{FIELD}.texts", ASCENDING)],
            name="directory_texts",
            partialFilterExpression={FIELD: {"$exists": True}},
        ),
        IndexModel([("position", GEOSPHERE)], name="position"),
        IndexModel([("payload.id", ASCENDING)], name="payload", sparse=True),
    ],
    "versions": [
        IndexModel([("reference", ASCENDING), ("version", DESCENDING)], name="reference_version"),
        IndexModel(
            [("type", ASCENDING), ("updated", DESCENDING), ("reference", ASCENDING), ("version", DESCENDING)],
            name="type_history",
        ),
        IndexModel([("owner", ASCENDING), ("updated", DESCENDING)], name="owner_updated"),
        IndexModel([("payload.id", ASCENDING)], name="payload", sparse=True),
    ],
    "claims": [IndexModel([("at", ASCENDING)], name="at", expireAfterSeconds=LIFETIME)],
    "persons": [
        IndexModel([("members", ASCENDING)], name="members"),
        IndexModel([("held", ASCENDING)], name="held"),
        IndexModel([("pair", ASCENDING)], name="pair", sparse=True),
    ],
    "possible_matches": possible_matches.INDEXES,
    QUEUE: [IndexModel([("at", ASCENDING)], name="at")],
    **concepts.INDEXES,
}


async def ensure_indexes(
    database: AsyncDatabase[dict[str, Any]], indexes: dict[str, list[IndexModel]]
) -> None:
    """Create what is missing; an index of the same name with other keys is an OperationFailure."""
    for collection, models in indexes.items():
        await database[collection].create_indexes(models)
