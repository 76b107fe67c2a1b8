"""Standing: a few residents of an organisation from memory, none of them longer than a second too long."""

import asyncio
import time
from datetime import timedelta

import pytest

from auth import moment
from auth.store.relations import Relations
from auth.store.standing import Relation
from fhir.store import Store
from tests.unit.auth.conftest import Clock
from tests.unit.auth.store.test_reach import A2, H1, A, B, elsewhere, joined, relations
from tests.unit.fhir.store.test_changes import until

__all__ = ["elsewhere", "joined", "relations"]
DAY = timedelta(days=1)


async def remembered(relations: Relations, *patients: str) -> None:
    """Ask until all of them are known."""
    began = time.monotonic()
    while len(relations._standing.known(H1, patients)) < len(patients):
        await relations.among(H1, None, patients)
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.005)


async def test_what_is_known_is_not_read_again(
    relations: Relations, elsewhere: Relations, monkeypatch: pytest.MonkeyPatch
) -> None:
    await elsewhere.encounter(None, A, H1, moment.now())
    await remembered(relations, A)
    monkeypatch.setattr(Relations, "_read", _never)
    assert await relations.among(H1, None, [A]) == {A}
    assert await relations.own(H1, [A]) == {A}


async def _never(_: Relations, organization: str, patients: set[str]) -> dict[str, tuple[Relation, ...]]:
    assert not patients
    return {}


async def test_a_relation_taken_back_elsewhere_ends_within_a_second(
    relations: Relations, elsewhere: Relations
) -> None:
    await elsewhere.grant(None, A, H1, moment.now() + DAY, "asked for")
    await remembered(relations, A)
    await elsewhere.grant(None, A, H1, moment.now(), "withdrawn")
    began = time.monotonic()
    while await relations.among(H1, None, [A]):
        assert time.monotonic() - began < 1
        await asyncio.sleep(0.005)


async def test_a_relation_made_elsewhere_opens_at_once(relations: Relations, elsewhere: Relations) -> None:
    await remembered(relations, A, B)
    assert await relations.among(H1, None, [A, B]) == set()
    await elsewhere.arrive(None, B, H1, "card")
    assert await relations.among(H1, None, [A, B]) == {B}


async def test_one_change_takes_back_one_pair(relations: Relations, elsewhere: Relations) -> None:
    await remembered(relations, A, B)
    await elsewhere.arrive(None, B, H1, "card")
    await until(lambda: not relations._standing.known(H1, [B]))
    assert relations._standing.known(H1, [A]) == {A: ()}


async def test_who_writes_sees_what_he_wrote(relations: Relations) -> None:
    await relations.arrive(None, A, H1, "card")
    await remembered(relations, B)
    assert await relations.among(H1, None, [A, B]) == {A}
    await relations.grant(None, B, H1, moment.now() + DAY, "asked for")
    assert await relations.among(H1, None, [A, B]) == {A, B}


async def test_what_is_known_ends_by_the_clock(
    relations: Relations, elsewhere: Relations, clock: Clock
) -> None:
    await elsewhere.arrive(None, A, H1, "card")
    await elsewhere.grant(None, B, H1, clock.at + timedelta(minutes=1), "asked for", practitioner="d1")
    await remembered(relations, A, B)
    assert await relations.among(H1, "d1", [A, B]) == {A, B}
    assert await relations.among(H1, None, [A, B]) == {A}
    clock.at += timedelta(minutes=1)
    assert await relations.among(H1, "d1", [A, B]) == {A}
    clock.at += DAY
    assert await relations.among(H1, "d1", [A, B]) == set()


async def test_the_other_patients_of_a_person_count(relations: Relations, joined: Store) -> None:
    await relations.encounter(None, A, H1, moment.now())
    await joined.database["persons"].insert_one({"_id": "x", "members": [A, A2]})
    await until(lambda: joined.changes.followed)
    assert await relations.among(H1, None, [A2]) == {A2}
    assert await relations.own(H1, [A, A2]) == {A}
