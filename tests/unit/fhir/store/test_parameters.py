"""Checklist line 92: a site's own SearchParameter, followed by every process."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.search.registry import indexed, parameters
from fhir.store import EVERYONE, Store
from tests.support.mongo import MASTER_KEY
from tests.support.resources import patient, put, remove, search_parameter

CHECKOUT = Path(__file__).parents[4]
MARRIED = {"maritalStatus": {"coding": [{"system": "http://m", "code": "M"}]}}


def state() -> tuple[bool, bool]:
    """Is it written to the index, and may it be searched by?"""
    return "married" in indexed("Patient"), "married" in parameters("Patient")


async def ready(store: Store) -> None:
    await store.parameters.finish(await store.parameters.begin(()))


async def test_it_is_written_first_and_searched_by_when_all_is_indexed(store: Store) -> None:
    await put(store, search_parameter())
    await store.parameters.refresh()
    assert state() == (False, False)
    digests = await store.parameters.begin(())
    assert state() == (True, False)
    await put(store, patient("p1", **MARRIED))
    assert await store.resources.count({"tokens": "Patient.married|http://m|M"}, EVERYONE) == 1
    await store.parameters.finish(digests)
    assert state() == (True, True)


@pytest.mark.parametrize("more", [None, {"status": "retired"}, {"expression": "Patient.language"}])
async def test_withdrawn_or_changed_it_is_unknown_until_it_is_indexed_again(
    store: Store, more: dict[str, str] | None
) -> None:
    await put(store, search_parameter())
    await ready(store)
    await (remove(store, "SearchParameter/s1") if more is None else put(store, search_parameter(**more)))
    await store.parameters.refresh()
    assert state() == (False, False)
    await put(store, search_parameter())
    await store.parameters.refresh()
    assert state() == (False, False)


async def test_other_words_change_nothing(store: Store) -> None:
    await put(store, search_parameter())
    await ready(store)
    await put(store, search_parameter(description="other words"))
    await store.parameters.refresh()
    assert state() == (True, True)


async def test_only_the_types_that_were_walked_are_ready(store: Store) -> None:
    await put(store, search_parameter())
    assert await store.parameters.begin(["Observation"]) == []
    assert state() == (False, False)
    assert len(await store.parameters.begin(["Observation", "Patient"])) == 1


async def test_what_cannot_be_taken_is_left_out(store: Store) -> None:
    await put(
        store,
        search_parameter(expression="Patient.nothing"),
        search_parameter("s2", url="http://b", code="b"),
    )
    await ready(store)
    assert ("married" in indexed("Patient"), "b" in parameters("Patient")) == (False, True)


async def test_a_closed_store_leaves_nothing_in_the_registry(database: tuple[str, str]) -> None:
    uri, name = database
    opened = await Store.open(uri, name, master_key=MASTER_KEY)
    await put(opened, search_parameter())
    await ready(opened)
    await opened.close()
    assert state() == (False, False)
    again = await Store.open(uri, name, master_key=MASTER_KEY)
    assert state() == (True, True)
    await again.close()


@asynccontextmanager
async def another(store: Store, uri: str, what: str) -> AsyncIterator[asyncio.StreamReader]:
    """What another process with a store says."""
    command = [sys.executable, "-m", "tests.support.reindexing", uri, store.database.name, what]
    process = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"open\n"
        yield process.stdout
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_other_processes_know_within_a_second(store: Store, database: tuple[str, str]) -> None:
    async with another(store, database[0], "married") as said:
        await put(store, search_parameter())
        digests = await store.parameters.begin(())
        await store.parameters.finish(digests)
        known = time.time()
        assert float(await asyncio.wait_for(said.readline(), 10)) - known < 1
        await remove(store, "SearchParameter/s1")
        gone = time.time()
        assert float(await asyncio.wait_for(said.readline(), 10)) - gone < 1


@pytest.mark.parametrize(
    ("more", "element"),
    [
        ({"id": "s2", "url": "http://other"}, "code"),
        ({"url": "http://other"}, None),
        ({"id": "s2", "url": "http://other", "base": ["Patient", "Person"]}, "code"),
        ({"id": "s2", "url": "http://other", "code": "wed"}, None),
        ({"id": "s2", "url": "http://other", "status": "draft"}, None),
        ({"id": "s2", "code": "wed"}, "url"),
        ({"code": "wed"}, None),
    ],
)
async def test_two_that_exclude_each_other(store: Store, more: dict[str, Any], element: str | None) -> None:
    """Neither stops working without a word: the second is refused, whether the first is indexed or not."""
    await put(store, search_parameter())
    second = search_parameter(**({"expression": "Patient.maritalStatus | Person.gender"} | more))
    if element is None:
        await store.parameters.check(second)
        return
    with pytest.raises(Refusal) as refusal:
        await store.parameters.check(second)
    assert refusal.value.issues[0].expression == f"SearchParameter.{element}"


async def test_of_two_that_came_at_once_the_older_one_stays(store: Store) -> None:
    await put(store, search_parameter("s2"))
    await put(store, search_parameter("s1", url="http://other", expression="Patient.language"))
    await ready(store)
    await put(store, patient("p1", **MARRIED))
    assert await store.resources.count({"tokens": "Patient.married|http://m|M"}, EVERYONE) == 1


async def test_however_many_there_are_all_are_known(store: Store) -> None:
    many = [search_parameter(f"s{n}", url=f"http://htest/{n}", code=f"m{n}") for n in range(1_100)]
    await put(store, *many)
    await ready(store)
    assert {f"m{n}" for n in range(1_100)} <= parameters("Patient").keys()
