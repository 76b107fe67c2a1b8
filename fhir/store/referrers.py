"""Referrers: what would lead nowhere if a resource were deleted.

FHIR R4 3.1.0.7 (http.html#delete).
"""

from collections.abc import Iterable
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from fhir.search.refers import referring

Document = dict[str, Any]
_AT_ONCE = 20
"""References asked for in one query; each has some 250 tokens."""


async def referrers(
    database: AsyncDatabase[Document],
    references: Iterable[str],
    limit: int,
    session: AsyncClientSession | None = None,
) -> list[Document]:
    """At most `limit` rows of current resources that refer to any of `references` and are none of them."""
    targets = list(dict.fromkeys(references))
    rows: list[Document] = []
    for first in range(0, len(targets), _AT_ONCE):
        tokens = [token for each in targets[first : first + _AT_ONCE] for token in referring(each)]
        filter = {"tokens": {"$in": tokens}, "_id": {"$nin": targets}}
        rows += await database["resources"].find(filter, session=session).limit(limit - len(rows)).to_list()
        if len(rows) >= limit:
            break
    return rows
