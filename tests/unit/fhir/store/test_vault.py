"""Encryption at rest on the real collection of keys."""

import asyncio
import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pymongo.asynchronous.database import AsyncDatabase

from fhir.store import Store
from fhir.store.cipher import Suite
from fhir.store.key_ring import KeyRing
from fhir.store.vault import ROOT, LostKeyError, Vault, key_owner
from tests.support.mongo import MASTER_KEY
from tests.support.without_sm3 import without_sm3

P1, P2 = "Patient/p1", "Patient/p2"


def another(store: Store, master: KeyRing | bytes = MASTER_KEY) -> Vault:
    return Vault(store.database["keys"], master)


@pytest.mark.parametrize("plain", [b"", b"x", b"x" * 256, b"x" * 257, bytes(range(256)) * 40])
async def test_what_is_sealed_is_opened(store: Store, plain: bytes) -> None:
    sealed = await store.vault.seal(P1, plain)
    assert await store.vault.open(P1, sealed) == plain
    assert await another(store).open(P1, sealed) == plain


async def test_the_same_bytes_are_never_sealed_alike(store: Store) -> None:
    assert await store.vault.seal(P1, b"x" * 40) != await store.vault.seal(P1, b"x" * 40)


async def test_it_opens_under_its_owner_alone(store: Store) -> None:
    sealed = await store.vault.seal(P1, b"secret")
    await store.vault.prepare([P2])
    with pytest.raises(InvalidTag):
        await store.vault.open(P2, sealed)


@pytest.mark.parametrize("position", [1, 12, 13, -1])
async def test_no_byte_of_it_can_be_changed(store: Store, position: int) -> None:
    sealed = bytearray(await store.vault.seal(P1, b"secret"))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        await store.vault.open(P1, bytes(sealed))


async def test_a_destroyed_key_can_not_come_back(store: Store) -> None:
    sealed = await store.vault.seal(P1, b"secret")
    await store.database["keys"].delete_one({"_id": P1})
    with pytest.raises(LostKeyError):
        await another(store).open(P1, sealed)
    renewed = another(store)
    await renewed.prepare([P1])
    with pytest.raises(InvalidTag):
        await renewed.open(P1, sealed)


async def test_another_master_key_opens_nothing(store: Store) -> None:
    sealed = await store.vault.seal(P1, b"secret")
    with pytest.raises(LostKeyError):
        await another(store, b"1" * 32).open(P1, sealed)


async def test_no_key_lies_in_the_database_in_clear(store: Store) -> None:
    await store.vault.prepare([P1])
    row = await store.database["keys"].find_one({"_id": P1})
    assert set(row) == {"_id", "wrapped", "under", "cipher"}
    assert len(row["wrapped"]) == 12 + 32 + 16


async def test_processes_that_need_a_key_at_once_agree_on_it(store: Store) -> None:
    vaults = [another(store) for _ in range(8)]
    await asyncio.gather(*(vault.prepare([P1, P2]) for vault in vaults))
    sealed = [await vault.seal(P1, b"x") for vault in vaults]
    assert {await vaults[0].open(P1, each) for each in sealed} == {b"x"}
    assert await store.database["keys"].count_documents({"_id": {"$ne": ROOT}}) == 2


def test_a_short_master_key_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        another(store, b"0" * 31)


@given(st.text(), st.text(max_size=9))
def test_a_sealed_text_opens_where_it_is_bound_to_alone(text: str, bound: str) -> None:
    vault = Vault(None, MASTER_KEY)  # type: ignore[arg-type]
    sealed = vault.seal_text(text, bound)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", sealed)
    assert vault.open_text(sealed, bound) == text
    assert vault.open_text(sealed, bound + "x") is None
    assert sealed != vault.seal_text(text, bound)


async def test_hashes_ids_and_sealed_texts_follow_from_the_root_secret_and_differ_in_purpose(
    store: Store,
) -> None:
    same, other = another(store), another(store, b"1" * 32)
    await same.join()
    assert store.vault.keyed("x") == same.keyed("x") != other.keyed("x")
    assert store.vault.identify("x") == same.identify("x") != other.identify("x")
    assert store.vault.secret(b"x") == same.secret(b"x") != same.secret(b"y")
    sealed = store.vault.seal_text("x")
    assert (same.open_text(sealed), other.open_text(sealed)) == ("x", None)
    assert store.vault.identify("x").replace("-", "")[:20] != store.vault.keyed("x")


async def test_programs_that_begin_a_database_at_once_share_one_root(
    base: AsyncDatabase[dict[str, Any]],
) -> None:
    vaults = [Vault(base["keys"], MASTER_KEY) for _ in range(8)]
    await asyncio.gather(*(vault.join() for vault in vaults))
    assert len({vault.keyed("x") for vault in vaults}) == 1
    assert vaults[0].keyed("x") != Vault(base["keys"], MASTER_KEY).keyed("x")
    with pytest.raises(LostKeyError):
        await Vault(base["keys"], b"1" * 32).join()


async def test_a_database_without_a_root_goes_on_under_its_master_key(
    base: AsyncDatabase[dict[str, Any]],
) -> None:
    old = Vault(base["keys"], MASTER_KEY)
    await old.prepare([P1])
    with pytest.raises(LostKeyError):
        await Vault(base["keys"], b"1" * 32).join()
    new = Vault(base["keys"], MASTER_KEY)
    await new.join()
    assert new.keyed("x") == old.keyed("x")


@pytest.mark.parametrize("begun", Suite)
async def test_both_ciphers_open_whatever_is_set(base: AsyncDatabase[dict[str, Any]], begun: Suite) -> None:
    vaults = []
    for suite in (begun, *(set(Suite) - {begun})):
        vault = Vault(base["keys"], KeyRing([MASTER_KEY], suite))
        await vault.join()
        vaults.append(vault)
    one, two = vaults
    for owner in (P1, P2, "audit", "platform"):
        assert await two.open(owner, await one.seal(owner, b"x" * 999)) == b"x" * 999
        assert await one.open(owner, await two.seal(owner, b"y")) == b"y"
    assert one.keyed("x") == two.keyed("x")


async def test_what_everybody_shares_is_never_sealed_twice_under_one_key(store: Store) -> None:
    """The salt is 16 bytes longer; random nonces alone bear 2**32 messages."""
    sealed = [await store.vault.seal(owner, b"x") for owner in (P1, "audit")]
    assert len(sealed[1]) - len(sealed[0]) == 16


@given(st.text())
def test_a_keyed_hash_has_one_shape_for_any_text(text: str) -> None:
    vault = Vault(None, MASTER_KEY)  # type: ignore[arg-type]
    assert len(vault.keyed(text)) == 20
    assert vault.keyed(text) == vault.keyed(text) != vault.keyed(text + "x")


@pytest.mark.parametrize(
    ("owner", "key"),
    [(P1, P1), ("audit", "audit"), ("Organization/h1", "platform"), ("platform", "platform")],
)
def test_whose_key(owner: str, key: str) -> None:
    assert key_owner(owner) == key


async def test_hashes_by_sm3_are_the_same_where_the_openssl_of_python_is_without_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.database["keys"].delete_many({})

    async def joined() -> Vault:
        vault = Vault(store.database["keys"], KeyRing([MASTER_KEY], Suite.SM4))
        await vault.join()
        return vault

    native = await joined()
    row = await store.database["keys"].find_one({"_id": ROOT})
    assert row is not None
    assert row["digest"] == "sm3"
    sealed = await native.seal(P1, b"HTEST")
    without_sm3(monkeypatch)
    other = await joined()
    assert (other.keyed("x"), other.identify("x")) == (native.keyed("x"), native.identify("x"))
    assert await other.open(P1, sealed) == b"HTEST"
