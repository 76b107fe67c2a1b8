"""Which residents' Consents name whom: known to a process, taken back at once, ended by the clock."""

import asyncio
from datetime import timedelta

from auth.store import permissions as stored
from auth.store.permissions import Given, Permissions
from fhir.store import Store
from tests.unit.auth.conftest import Clock

H1, H2, DR = "Organization/h1", "Organization/h2", "Practitioner/d1"
A, B = "Patient/a", "Patient/b"


def given(patient: str, to: str, clock: Clock, days: float = 1, begins: float = 0) -> Given:
    since, until = (clock.at + timedelta(days=each) for each in (begins, days))
    return Given(patient, to, since, until)


async def seen(permissions: Permissions, *names: str) -> set[str]:
    every = await permissions.every(names, 10)
    assert every == await permissions.among(names, [A, B])
    return set(every or ())


async def test_it_opens_and_ends_by_the_clock(store: Store, clock: Clock) -> None:
    permissions = Permissions(store.database, store.changes)
    await permissions.keep(None, "Consent/1", [given(A, H1, clock), given(A, DR, clock, 3, begins=2)])
    assert [await seen(permissions, each) for each in (H1, DR, H2)] == [{A}, set(), set()]
    clock.move(days=1)
    assert await seen(permissions, H1, DR) == set()
    clock.move(days=1)
    assert await seen(permissions, H1, DR) == {A}


async def test_what_one_process_writes_another_forgets(store: Store, clock: Clock) -> None:
    reader, writer = (Permissions(store.database, store.changes) for _ in range(2))
    assert await reader.every([H1], 10) == frozenset()
    await writer.keep(None, "Consent/1", [given(A, H1, clock), given(B, H1, clock)])
    await _until(reader, {A, B})
    await writer.keep(None, "Consent/1", [given(B, H1, clock)])
    await _until(reader, {B})
    await writer.drop(None, ["Consent/1"])
    await _until(reader, set())


async def _until(reader: Permissions, expected: set[str]) -> None:
    for _ in range(1000):
        if await reader.every([H1], 10) == expected:
            break
        await asyncio.sleep(0.001)
    assert await seen(reader, H1) == expected


async def test_many_are_looked_at_one_by_one(store: Store, clock: Clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(stored, "_AT_ONCE", 1)
    permissions = Permissions(store.database, store.changes)
    await permissions.keep(None, "Consent/1", [given(A, H1, clock), given(B, H1, clock), given(B, H2, clock)])
    assert await permissions.every([H1], 10) is None
    assert await permissions.every([H2], 0) is None
    assert await permissions.among([H1, H2], [A, B, "Patient/c"]) == {A, B}
    assert await permissions.among([H2], [A, B]) == {B}
    clock.move(days=1)
    assert await permissions.among([H1, H2], [A, B]) == set()


async def test_a_row_tells_nothing_of_what_is_permitted(store: Store, clock: Clock) -> None:
    permissions = Permissions(store.database, store.changes)
    await permissions.keep(None, "Consent/1", [given(A, H1, clock)])
    (row,) = await store.database["permissions"].find({}, {"since": 0, "until": 0}).to_list()
    assert row == {"_id": f"{H1} {A} Consent/1", "patient": A, "to": H1, "consent": "Consent/1"}
