"""Nothing of a test is there for the next one, whatever it did to its database and however late."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.databases import TURNS, Databases

Change = Callable[[Database[dict[str, Any]]], object]


@pytest.fixture
def client(mongod: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient(mongod) as client:
        yield client


@pytest.fixture(scope="module")
def turn(mongod: str) -> Iterator[Databases]:
    """Databases of which each has been used once."""
    made = Databases(mongod)
    names = [made.take() for _ in range(TURNS)]
    for name in names:
        made.give_back(name)
    yield made
    made.close()


def test_they_come_again_in_their_order(turn: Databases) -> None:
    first = [turn.take()]
    turn.give_back(first[0])
    for _ in range(TURNS - 1):
        first.append(turn.take())
        turn.give_back(first[-1])
    assert len(set(first)) == TURNS
    name = turn.take()
    turn.give_back(name)
    assert name == first[0]


def used(turn: Databases, client: MongoClient[dict[str, Any]], change: Change) -> tuple[str, str]:
    """Two names: of the database that a test has changed, and of the one that comes in its turn."""
    name = turn.take()
    change(client[name])
    turn.give_back(name)
    for _ in range(TURNS - 1):
        turn.give_back(turn.take())
    later = turn.take()
    turn.give_back(later)
    return name, later


def rows(database: Database[dict[str, Any]]) -> int:
    return sum(database[name].count_documents({}) for name in database.list_collection_names())


def _write(database: Database[dict[str, Any]]) -> None:
    for name in ("resources", "audit", "inbox", "things"):
        database[name].insert_one({})


def test_it_comes_again_without_what_was_written(
    turn: Databases, client: MongoClient[dict[str, Any]]
) -> None:
    name, later = used(turn, client, _write)
    assert later == name
    assert rows(client[later]) == 0
    assert "things" not in client[later].list_collection_names()


CHANGES: dict[str, Change] = {
    "an index less": lambda database: database["resources"].drop_index("texts"),
    "an index more": lambda database: database["resources"].create_index("x"),
    "another index": lambda database: (
        database["resources"].drop_index("texts"),
        database["resources"].create_index("x", name="texts"),
    ),
    "a validator": lambda database: database.command("collMod", "audit", validator={"x": {"$exists": True}}),
    "a collection less": lambda database: database["persons"].drop(),
    "none at all": lambda database: database.client.drop_database(database.name),
    "a view": lambda database: database.create_collection("seen", viewOn="resources", pipeline=[]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_that_is_not_as_it_was_made_is_dropped(
    turn: Databases, client: MongoClient[dict[str, Any]], change: str
) -> None:
    name, later = used(turn, client, CHANGES[change])
    assert later != name
    assert name not in client.list_database_names()
    other = turn.take()
    turn.give_back(other)
    assert turn.catalogue(later) == turn.catalogue(other)


@pytest.mark.parametrize("collection", ["resources", "things"])
def test_one_that_somebody_still_writes_into_is_dropped(
    turn: Databases, client: MongoClient[dict[str, Any]], collection: str
) -> None:
    name = turn.take()
    turn.give_back(name)
    client[name][collection].insert_one({})
    for _ in range(TURNS):
        following = turn.take()
        assert rows(client[following]) == 0
        turn.give_back(following)
    assert name not in client.list_database_names()
