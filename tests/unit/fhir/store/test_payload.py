"""Payloads: what is large comes back byte by byte, is stored once, and is not swept while it is needed."""

import asyncio
import base64
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir.consistency import check
from fhir.resource import Resource
from fhir.store import EVERYONE, Store, payload
from fhir.store.payload import cut, joined, sweep
from tests.support.resources import put, remove


def random_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def document(id: str = "d1", size: int = 3_000_000, seed: int = 1, **more: Any) -> Resource:
    """A DocumentReference with an attachment."""
    data = base64.b64encode(random_bytes(size, seed)).decode()
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": {"contentType": "application/pdf", "data": data, "title": "影像"}}],
    } | more


async def chunks(store: Store) -> list[dict[str, Any]]:
    return await store.database["payloads"].find().sort("_id", 1).to_list()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "LARGEST_INLINE", 200_000)
    monkeypatch.setattr(payload, "_CHUNK", 100_000)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A", "ä ", '"']), st.integers(1, 300_000)), max_size=6))
def test_what_is_cut_is_joined(parts: list[tuple[str, int]]) -> None:
    body = b"".join(character.encode() * count for character, count in parts) * 3
    inline, pieces = cut(body)
    assert joined(inline, pieces) == body
    assert len(inline) <= payload.LARGEST_INLINE
    assert all(len(each.content) <= payload._CHUNK for each in pieces)


async def test_a_resource_of_fifty_megabytes_is_stored_and_read(store: Store) -> None:
    resource = document(size=37_000_000)
    (written,) = (await put(store, resource)).written.values()
    assert len(written.body) > 49_000_000
    read = await store.resources.read("DocumentReference", "d1", EVERYONE)
    assert read is not None
    assert read.body == written.body
    row = await store.database["resources"].find_one({"_id": "DocumentReference/d1"})
    assert len(row["body"]) < 1000
    assert len(row["payload"]) == len(await chunks(store)) == 13


async def test_a_create_takes_the_same_way(store: Store, small: None) -> None:
    stored = await store.resources.create(document(size=300_000))
    read = await store.resources.read("DocumentReference", "d1", EVERYONE)
    assert read is not None
    assert read.body == stored.body


async def test_what_is_large_without_base64_is_stored_too(store: Store, small: None) -> None:
    texts = [{"text": "一个很长的说明 " * 20} for _ in range(2000)]
    (written,) = (
        await put(store, document(size=10, note=texts) | {"resourceType": "Observation"})
    ).written.values()
    read = await store.resources.read("Observation", "d1", EVERYONE)
    assert read is not None
    assert read.body == written.body


async def test_versions_share_their_chunks(store: Store, small: None) -> None:
    await put(store, document(size=300_000))
    before = await chunks(store)
    for number in range(11):
        await put(store, document(size=300_000, description=f"{number}"))
    assert [row["_id"] for row in await chunks(store)] == [row["_id"] for row in before]
    assert [row["sealed"] for row in await chunks(store)] == [row["sealed"] for row in before]
    versions = await store.resources.history([("DocumentReference", EVERYONE)], "d1", limit=99)
    assert len({each.resource()["content"][0]["attachment"]["data"] for each in versions}) == 1
    assert [each.version for each in versions] == list(range(12, 0, -1))


async def test_chunks_are_sealed_and_belong_to_their_owner(store: Store, small: None) -> None:
    await put(store, document("d1", 300_000), document("d2", 300_000, subject={"reference": "Patient/p2"}))
    plain = base64.b64encode(random_bytes(300_000))
    rows = await chunks(store)
    assert len(rows) == 8
    assert not any(plain[:50] in row["sealed"] for row in rows)
    await store.database["keys"].delete_one({"_id": "Patient/p1"})
    store.vault._keys.clear()
    gone = await store.resources.read("DocumentReference", "d1", EVERYONE)
    assert gone is not None
    assert gone.deleted
    assert await store.resources.read("DocumentReference", "d2", EVERYONE)


async def test_a_chunk_that_is_gone_is_found_by_the_check(store: Store, small: None) -> None:
    await put(store, document(size=300_000))
    assert (await check(store)).drifted == []
    await store.database["payloads"].delete_one({})
    assert (await check(store)).drifted == ["DocumentReference/d1: the body does not open"]


async def test_only_what_no_version_names_is_swept(store: Store, small: None) -> None:
    await put(store, document("d1", 300_000, seed=1))
    await put(store, document("d1", 300_000, seed=2))
    await remove(store, "DocumentReference/d1")

    async def regretting(tx: Any) -> None:
        tx.put(document("d2", 300_000, seed=3))
        await tx.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.resources.transact(regretting)
    assert len(await chunks(store)) == 12
    assert await store.sweep() == 0
    assert await sweep(store.database, timedelta(0)) == 4
    assert len(await chunks(store)) == 8
    old = await store.resources.read_version("DocumentReference", "d1", 1, EVERYONE)
    assert old is not None
    assert len(old.body) > 400_000


async def test_sweeping_takes_nothing_from_writers(
    store: Store, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks come and go while they are swept as soon as they have not been touched for a moment."""
    monkeypatch.setattr(payload, "_SWEPT_AT_ONCE", 2)

    async def write(number: int) -> None:
        await put(store, document(f"d{number % 3}", 300_000, seed=number % 5))

    async def sweeps() -> None:
        for _ in range(30):
            await sweep(store.database, timedelta(seconds=2))

    for first in range(0, 12, 3):
        await asyncio.gather(sweeps(), *(write(number) for number in range(first, first + 3)))
    assert (await check(store)).drifted == []


async def test_a_vault_that_forgets_meanwhile_neither_fails_nor_makes_a_file_look_deleted(
    store: Store, small: None
) -> None:
    """A change stream that breaks (a database that was killed) empties the cache of data keys."""
    done = asyncio.Event()

    async def forget() -> None:
        while not done.is_set():
            store.vault.lost()
            await asyncio.sleep(0.004)

    forgetting = asyncio.create_task(forget())
    try:
        for number in range(5):
            await put(store, document(f"d{number}", 600_000, seed=number))
            read = await store.resources.read("DocumentReference", f"d{number}", EVERYONE)
            assert read is not None
            assert not read.deleted
            assert read.resource()["content"] == document(size=600_000, seed=number)["content"]
    finally:
        done.set()
        await forgetting
