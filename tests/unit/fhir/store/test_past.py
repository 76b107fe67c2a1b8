"""A search as it was, without a snapshot of MongoDB's."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from fhir.access import Constraint
from fhir.outcome import Fault
from fhir.store import EVERYONE, Store, past
from fhir.store.document import now
from fhir.store.past import search_past
from tests.support.access import Some
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, remove

FINAL = {"tokens": "Observation.status|final"}


async def then(store: Store, moment: datetime, constraint: Constraint = EVERYONE, **more: Any) -> list[str]:
    rows = await search_past(
        store.database, store.vault, FINAL, constraint, moment,
        **({"order": [("id", False)], "limit": 100, "after": None} | more),
    )  # fmt: skip
    return [f"{row['id']}/{row['version']}" for row in rows]


@pytest.fixture
async def moment(store: Store) -> datetime:
    await put(store, patient(), *(observation(f"o{n}") for n in range(5)), observation("o9", "p2"))
    await put(store, observation("o5", status="amended"), observation("o1", valueString="b"))
    await asyncio.sleep(0.005)
    instant = now()
    await asyncio.sleep(0.005)
    await put(store, observation("o1", valueString="c"), observation("o2", status="amended"))
    await put(store, observation("o1", valueString="d"), observation("o5"), observation("new"))
    await remove(store, "Observation/o3")
    return instant


async def test_what_was_current_then_is_found(store: Store, moment: datetime) -> None:
    assert await then(store, moment) == ["o0/1", "o1/2", "o2/1", "o3/1", "o4/1", "o9/1"]
    assert await then(store, now()) == ["new/1", "o0/1", "o1/4", "o4/1", "o5/2", "o9/1"]


async def test_it_is_cut_into_pages(store: Store, moment: datetime) -> None:
    assert await then(store, moment, limit=2) == ["o0/1", "o1/2"]
    assert await then(store, moment, limit=3, after=["o1", "Observation/o1"]) == ["o2/1", "o3/1", "o4/1"]


@pytest.mark.parametrize("few", [True, False])
async def test_only_what_may_be_seen(store: Store, moment: datetime, few: bool) -> None:
    await put(store, observation("o9", "p2", valueString="x"))
    assert await then(store, moment, Some("Patient/p2", few=few)) == ["o9/1"]
    assert "o9/1" not in await then(store, moment, Some("Patient/p1", few=few))


async def test_where_too_much_has_changed_the_link_has_expired(
    store: Store, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "MOST_CHANGED", 3)
    await refused(then(store, moment), Fault.EXPIRED)
