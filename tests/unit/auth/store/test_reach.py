"""Reach: an organisation's residents from memory, and never a resident longer than a second too long."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from auth import moment
from auth.store.database import Database
from auth.store.relations import Relations
from fhir.store import Store
from fhir.store.changes import Changes
from tests.support.mongo import MASTER_KEY
from tests.unit.auth.conftest import Clock
from tests.unit.fhir.store.test_changes import until

H1, H2 = "Organization/h1", "Organization/h2"
A, A2, B = "Patient/a", "Patient/a2", "Patient/b"


@pytest.fixture
async def joined(database: tuple[str, str]) -> AsyncIterator[Store]:
    uri, name = database
    opened = await Store.open(uri, name, master_key=MASTER_KEY)
    yield opened
    await opened.close()


@pytest.fixture
async def relations(joined: Store, base: Database) -> Relations:
    """As a web process has them; what it knew at first has been read."""
    made = Relations(base, joined.persons.linked, joined.changes)
    await until(lambda: joined.changes.followed)
    return made


@pytest.fixture
def elsewhere(base: Database, joined: Store) -> Relations:
    """As another process has them: nothing is shared but the database."""
    return Relations(base, joined.persons.linked, Changes(base))


def reached(relations: Relations, organization: str) -> frozenset[str]:
    visible = relations._reach.of(organization)
    assert visible is not None
    return visible.patients


async def every(relations: Relations, organization: str = H1) -> set[str]:
    return set(await relations.every(organization, None, 100) or ())


async def becomes(relations: Relations, expected: set[str]) -> float:
    began = time.monotonic()
    while await every(relations) != expected:
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def known(relations: Relations, organization: str = H1) -> None:
    """Wait until the organisation's residents are answered from memory."""
    began = time.monotonic()
    while relations._reach.of(organization) is None:
        await every(relations, organization)
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.005)


async def test_a_relation_taken_back_elsewhere_ends_within_a_second(
    relations: Relations, elsewhere: Relations
) -> None:
    await elsewhere.grant(None, A, H1, moment.now() + timedelta(days=1), "asked for")
    await becomes(relations, {A})
    await known(relations)
    await elsewhere.grant(None, A, H1, moment.now(), "withdrawn")
    assert await becomes(relations, set()) < 1
    assert await relations.among(H1, None, [A]) == frozenset()


async def test_a_relation_taken_back_by_another_program_ends_within_a_second(
    relations: Relations, elsewhere: Relations, database: tuple[str, str]
) -> None:
    await elsewhere.encounter(None, A, H1, moment.now())
    await becomes(relations, {A})
    await known(relations)
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROGRAM, *database)
    assert await program.wait() == 0
    assert await becomes(relations, set()) < 1


_PROGRAM = """
import sys
from pymongo import MongoClient
with MongoClient(sys.argv[1]) as client:
    assert client[sys.argv[2]]["relations"].delete_many({"patient": "Patient/a"}).deleted_count == 1
"""


async def test_a_new_relation_elsewhere_is_seen_within_a_second_and_only_there(
    relations: Relations, elsewhere: Relations
) -> None:
    await known(relations)
    await known(relations, H2)
    await elsewhere.encounter(None, B, H1, moment.now())
    assert await becomes(relations, {B}) < 1
    assert reached(relations, H2) == frozenset()


@pytest.mark.parametrize("doing", ["encounter", "arrive", "register", "grant"])
async def test_a_writer_sees_his_own_relation_at_once(relations: Relations, doing: str) -> None:
    await known(relations)
    if doing == "grant":
        await relations.grant(None, A, H1, moment.now() + timedelta(days=1), "asked for")
    elif doing == "encounter":
        await relations.encounter(None, A, H1, moment.now())
    elif doing == "arrive":
        await relations.arrive(None, A, H1, "card")
    else:
        await relations.register(None, A, H1)
    assert await every(relations) == {A}


async def test_a_link_made_elsewhere_opens_the_whole_person_within_a_second(
    relations: Relations, elsewhere: Relations, base: Database
) -> None:
    await elsewhere.encounter(None, A, H1, moment.now())
    await base["persons"].insert_one({"_id": "n", "members": [A], "held": []})
    await becomes(relations, {A})
    await known(relations)
    await base["persons"].update_one({"_id": "n"}, {"$addToSet": {"members": A2}})
    assert await becomes(relations, {A, A2}) < 1
    await known(relations)
    await base["persons"].update_one({"_id": "n"}, {"$pull": {"members": A2}})
    assert await becomes(relations, {A}) < 1


async def test_a_new_person_of_one_takes_nothing_back(relations: Relations, base: Database) -> None:
    await known(relations)
    await base["persons"].insert_one({"_id": "n", "members": ["Patient/new"], "held": []})
    await asyncio.sleep(0.3)
    assert reached(relations, H1) == frozenset()
    await base["persons"].insert_one({"_id": "m", "members": [A, A2], "held": []})
    await until(lambda: relations._reach.of(H1) is None)


async def test_a_relation_that_ends_is_not_answered_from_memory(
    relations: Relations, elsewhere: Relations, clock: Clock
) -> None:
    await elsewhere.arrive(None, A, H1, "card")
    await elsewhere.encounter(None, B, H1, clock.at)
    await becomes(relations, {A, B})
    await known(relations)
    clock.move(hours=25)
    assert relations._reach.of(H1) is None
    assert await every(relations) == {B}
    assert await relations.among(H1, None, [A, B]) == {B}


async def test_while_the_stream_is_broken_the_database_is_asked(
    relations: Relations, elsewhere: Relations, joined: Store
) -> None:
    await elsewhere.encounter(None, A, H1, moment.now())
    await becomes(relations, {A})
    await known(relations)
    await joined.changes.close()
    await elsewhere.grant(None, B, H1, moment.now() + timedelta(days=1), "asked for")
    assert await every(relations) == {A, B}


async def test_a_grant_to_a_practitioner_is_not_the_organisations(
    relations: Relations, elsewhere: Relations
) -> None:
    tomorrow = moment.now() + timedelta(days=1)
    await elsewhere.grant(None, A, H1, tomorrow, "second opinion", practitioner="Practitioner/p")
    await known(relations)
    assert await every(relations) == set()
    assert await relations.every(H1, "Practitioner/p", 100) == {A}
    assert await relations.among(H1, "Practitioner/p", [A]) == {A}
    assert await relations.among(H1, None, [A]) == frozenset()


async def test_it_knows_a_bounded_number_of_organisations(
    relations: Relations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations._reach._cache, "_size", 4)
    for number in range(20):
        await every(relations, f"Organization/{number}")
    assert len(relations._reach._cache) <= 4


async def test_asked_while_relations_come_and_go_it_ends_with_the_truth(
    relations: Relations, elsewhere: Relations
) -> None:
    """Reading and changing at once, sixty times: what is answered in the end is what is stored."""

    async def change(number: int) -> None:
        end = moment.now() + timedelta(days=number % 2)
        await elsewhere.grant(None, f"Patient/{number % 7}", H1, end, "changed")

    async def ask(done: Callable[[], bool]) -> None:
        while not done():
            await every(relations)

    changing = asyncio.gather(*(change(number) for number in range(60)))
    await asyncio.gather(ask(changing.done), ask(changing.done), changing)
    await asyncio.sleep(1)
    await known(relations)
    assert await every(relations) == await every(elsewhere)
