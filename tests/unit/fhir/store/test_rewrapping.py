"""Rotation on the real collection of keys, while others seal, open and destroy."""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from fhir.store.cipher import Suite
from fhir.store.key_ring import KeyRing, LostKeyError, key_id
from fhir.store.rewrapping import left, rewrap, under
from fhir.store.vault import Vault

OLD, NEW = b"1" * 32, b"2" * 32
Base = AsyncDatabase[dict[str, Any]]


async def begun(base: Base, count: int) -> tuple[Vault, dict[str, bytes]]:
    vault = Vault(base["keys"], OLD)
    await vault.join()
    owners = [f"Patient/p{number}" for number in range(count)]
    await vault.prepare(owners)
    return vault, {owner: await vault.seal(owner, owner.encode()) for owner in owners}


async def whole(base: Base, ring: KeyRing) -> int:
    return sum([count async for count in rewrap(base["keys"], ring)])


async def test_nothing_that_was_sealed_changes(base: Base) -> None:
    vault, sealed = await begun(base, 2_500)
    ring = KeyRing([NEW, OLD])
    assert await left(base["keys"], ring)
    assert await whole(base, ring) == 2_501  # the root secret too
    assert await under(base["keys"]) == {key_id(NEW): 2_501}
    assert not await left(base["keys"], ring)
    later = Vault(base["keys"], NEW)
    await later.join()
    assert [await later.open(owner, each) for owner, each in sealed.items()] == [o.encode() for o in sealed]
    assert later.keyed("x") == vault.keyed("x")
    with pytest.raises(LostKeyError):
        await Vault(base["keys"], OLD).open("Patient/p1", sealed["Patient/p1"])


async def test_it_goes_on_where_it_was_interrupted(base: Base) -> None:
    await begun(base, 2_500)
    ring = KeyRing([NEW, OLD])
    async for first in rewrap(base["keys"], ring):
        assert first == 1_000
        break
    assert (await under(base["keys"]))[key_id(OLD)] == 1_501
    assert await whole(base, ring) == 1_501


async def test_two_at_once_and_a_file_that_is_destroyed_meanwhile(base: Base) -> None:
    _, sealed = await begun(base, 1_200)
    ring = KeyRing([NEW, OLD])
    gone = "Patient/p777"
    _, *counts = await asyncio.gather(
        base["keys"].delete_one({"_id": gone}), whole(base, ring), whole(base, ring)
    )
    assert sum(counts) <= 1_201
    assert not await left(base["keys"], ring)
    assert await base["keys"].find_one({"_id": gone}) is None
    with pytest.raises(LostKeyError):
        await Vault(base["keys"], NEW).open(gone, sealed[gone])


async def test_a_missing_master_key_changes_nothing(base: Base) -> None:
    await begun(base, 3)
    with pytest.raises(LostKeyError):
        await whole(base, KeyRing([NEW]))
    assert await under(base["keys"]) == {key_id(OLD): 4}


async def test_another_cipher_wraps_anew_as_well(base: Base) -> None:
    _, sealed = await begun(base, 3)
    ring = KeyRing([OLD], Suite.SM4)
    assert await whole(base, ring) == 4
    assert await Vault(base["keys"], OLD).open("Patient/p1", sealed["Patient/p1"]) == b"Patient/p1"


async def test_rows_of_older_versions_are_counted_apart(base: Base) -> None:
    await begun(base, 1)
    await base["keys"].update_many({}, {"$unset": {"under": "", "cipher": ""}})
    assert await under(base["keys"]) == {"?": 2}
    assert await whole(base, KeyRing([OLD])) == 2
