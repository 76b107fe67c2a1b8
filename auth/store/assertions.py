"""Client assertions seen: each `jti` of a client is taken once.

RFC 7523 section 3 (item 7). Collection `assertions`; the claim is an insert under a unique key, so that two
simultaneous requests with one assertion give one token.
"""

from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import secret
from auth.store.database import Database, SyncDatabase, blocking, collection


def claim(database: SyncDatabase, client: str, jti: str, expires: datetime) -> bool:
    """Take `jti`; False when the client has used it before. Forgotten once the assertion has expired."""
    row = {"_id": secret.digest(f"{client} {jti}"), "expires": expires}
    try:
        blocking(database, "assertions").insert_one(row)
    except DuplicateKeyError:
        return False
    return True


async def ensure_indexes(database: Database) -> None:
    """What has expired can't be used again anyway."""
    await collection(database, "assertions").create_indexes(
        [IndexModel([("expires", ASCENDING)], expireAfterSeconds=60)]
    )
