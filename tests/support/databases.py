"""The databases of one pytest worker: tests take them in turns, and they are emptied in between.

To build the platform's hundred indexes takes longer than most tests do. What stays of a test is that an index
is multikey and what MongoDB has learnt of plans, as in every database that is in use.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from fhir.store import Store
from services.config import Settings
from services.inbox import inbox_of
from services.platform import connect
from tests.support.mongo import MASTER_KEY

TURNS = 3
"""So many tests later a database comes again; one into which something was written meanwhile does not."""

Row = dict[str, Any]
Catalogue = dict[str, Row]


class Databases:
    """Empty databases with all collections and indexes of the platform, and no others."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._client: MongoClient[Row] = MongoClient(uri)
        self._waiting: deque[str] = deque()
        self._built: Catalogue = {}

    def take(self) -> str:
        """The name of one, which nobody else has until it is given back."""
        if len(self._waiting) < TURNS:
            return self._build()
        name = self._waiting.popleft()
        if self.catalogue(name) == self._built and not self._filled(name):
            return name
        self.drop(name)
        return self._build()

    def give_back(self, name: str) -> None:
        """Empty it for the next one."""
        for other in self.catalogue(name).keys() - self._built.keys():
            if not other.startswith("system."):
                self._client[name].drop_collection(other)
        self._empty(name)
        self._waiting.append(name)

    def catalogue(self, name: str) -> Catalogue:
        """Options and indexes of each collection."""
        rows = self._client.admin.aggregate([{"$listCatalog": {}}, {"$match": {"db": name}}])
        return {row["name"]: _structure(row) for row in rows}

    def drop(self, name: str) -> None:
        """Remove it."""
        self._client.drop_database(name)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _build(self) -> str:
        name = new_name()
        with ThreadPoolExecutor(1) as aside:  # pytest's own event loop stays as it is
            aside.submit(asyncio.run, _build(self._uri, name)).result()
        self._built = self._built or self.catalogue(name)
        self._empty(name)
        return name

    def _empty(self, name: str) -> None:
        for filled in self._filled(name):
            self._client[name][filled].delete_many({})

    def _filled(self, name: str) -> list[str]:
        """The collections that hold anything."""
        one = {each: [{"$limit": 1}, {"$project": {"_id": each}}] for each in self._built}
        first, *others = one
        united = [{"$unionWith": {"coll": each, "pipeline": one[each]}} for each in others]
        return [row["_id"] for row in self._client[name][first].aggregate([*one[first], *united])]


def new_name() -> str:
    """A name that no database has."""
    return f"test_{secrets.token_hex(8)}"


async def _build(uri: str, name: str) -> None:
    """As the processes of the platform do when they start."""
    settings = Settings.read(mongodb_uri=uri, database=name, master_key=MASTER_KEY.hex())
    async with connect(settings) as platform:
        inbox = await inbox_of(platform.store)
        await inbox.close()


def _structure(row: Row) -> Row:
    entry = row.get("md", {"options": {}, "indexes": []})  # a view has none
    options = {name: value for name, value in entry["options"].items() if name != "uuid"}
    return {"options": options, "indexes": {each["spec"]["name"]: each["spec"] for each in entry["indexes"]}}


@pytest.fixture(scope="session")
def databases(mongod: str) -> Iterator[Databases]:
    """Those of this worker."""
    made = Databases(mongod)
    yield made
    made.close()


@pytest.fixture
def database(mongod: str, databases: Databases) -> Iterator[tuple[str, str]]:
    """(uri, name of a database that is empty but for the platform's indexes)."""
    name = databases.take()
    yield mongod, name
    databases.give_back(name)


@pytest.fixture
def new_database(mongod: str, databases: Databases) -> Iterator[tuple[str, str]]:
    """(uri, name of a database that is not there yet), dropped after the test."""
    name = new_name()
    yield mongod, name
    databases.drop(name)


@pytest.fixture
async def store(database: tuple[str, str]) -> AsyncIterator[Store]:
    """An open Store on the test's database."""
    uri, name = database
    opened = await Store.open(uri, name, master_key=MASTER_KEY)
    yield opened
    await opened.close()
