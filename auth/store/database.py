"""Collections of the auth stores: times with their zone, writes that a majority has on disk.

Both drivers are used: the asynchronous one everywhere, the synchronous one under Authlib's grants.
"""

from typing import Any

from bson.codec_options import CodecOptions
from pymongo import WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.collection import Collection
from pymongo.database import Database as BlockingDatabase

Row = dict[str, Any]
Database = AsyncDatabase[Row]
SyncDatabase = BlockingDatabase[Row]
Session = AsyncClientSession

_OPTIONS: CodecOptions[Row] = CodecOptions(tz_aware=True)
_DURABLE = WriteConcern(w="majority", j=True)


def collection(database: Database, name: str) -> AsyncCollection[Row]:
    """The collection `name`, asynchronously."""
    return database.get_collection(name, codec_options=_OPTIONS, write_concern=_DURABLE)


def blocking(database: SyncDatabase, name: str) -> Collection[Row]:
    """The collection `name`, synchronously (Authlib runs in the thread pool)."""
    return database.get_collection(name, codec_options=_OPTIONS, write_concern=_DURABLE)
