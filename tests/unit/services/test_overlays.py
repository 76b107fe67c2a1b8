"""Checklist line 56: overlays have versions, and the newest activation counts."""

import asyncio

import pytest

from adapters.v2_to_fhir.table import MapError
from fhir.store import Store
from services import overlays


def text(version: str) -> str:
    return f'version: "{version}"\ndefaults: {{PID: {{8: "U"}}}}'


async def versions(store: Store) -> dict[str, str]:
    return {code: each.version for code, each in (await overlays.active(store.database)).items()}


async def test_the_newest_counts_for_its_source(store: Store) -> None:
    for code, version in (("A", "1"), ("B", "7"), ("A", "2")):
        await overlays.activate(store.database, code, text(version))
    assert await versions(store) == {"A": "2", "B": "7"}
    assert [row["version"] for row in await overlays.history(store.database, "A")] == ["2", "1"]


async def test_back_and_further_back(store: Store) -> None:
    for version in ("1", "2", "3"):
        await overlays.activate(store.database, "A", text(version))
    for expected in ({"A": "2"}, {"A": "1"}, {}, {}):
        await overlays.back(store.database, "A")
        assert await versions(store) == expected
    await overlays.activate(store.database, "A", text("4"))
    assert await versions(store) == {"A": "4"}
    assert await overlays.back(store.database, "B") is None


async def test_a_wrong_one_is_never_active(store: Store) -> None:
    with pytest.raises(MapError):
        await overlays.activate(store.database, "A", "version: 1")
    assert await overlays.history(store.database, "A") == []


async def test_two_at_once_are_two_versions(store: Store) -> None:
    await asyncio.gather(*(overlays.activate(store.database, "A", text(str(n))) for n in range(8)))
    assert sorted(row["number"] for row in await overlays.history(store.database, "A")) == list(range(1, 9))
