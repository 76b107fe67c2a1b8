"""Signing keys: made once, replaced after 90 days, published before they sign and until their tokens end."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from auth.authorization_server.signing_keys import AGE, SigningKeys
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock


def kid(keys: SigningKeys) -> str:
    """The key that signs now."""
    token = keys.sign({"sub": "x"})
    read = jwt.decode(token, KeySet.import_key_set(keys.key_set()), algorithms=["RS256"])  # type: ignore[arg-type]
    return str(read.header["kid"])


@pytest.fixture
async def keys(base: Database, vault: Vault) -> SigningKeys:
    made = SigningKeys(base, vault)
    await made.load()
    return made


async def test_every_process_signs_with_the_same_key(base: Database, vault: Vault, keys: SigningKeys) -> None:
    other = SigningKeys(base, vault)
    await other.load()
    assert kid(other) == kid(keys)
    assert len(keys.key_set()["keys"]) == 1


async def test_a_new_key_is_published_before_it_signs_and_the_old_one_after(
    keys: SigningKeys, clock: Clock
) -> None:
    """RFC 9700 line 36; SMART kit line 89."""
    first = kid(keys)
    clock.move(seconds=AGE.total_seconds())
    await keys.load()
    assert len(keys.key_set()["keys"]) == 2
    assert kid(keys) == first, "nobody may have fetched the new one yet"
    clock.move(seconds=601)
    await keys.load()
    second = kid(keys)
    assert second != first
    assert len(keys.key_set()["keys"]) == 2
    clock.move(hours=2)
    await keys.load()
    assert [key["kid"] for key in keys.key_set()["keys"]] == [second]


async def test_the_private_half_is_sealed(base: Database, keys: SigningKeys) -> None:
    row = await base["signing_keys"].find_one({})
    assert row is not None
    assert not {"d", "p", "q", "dp", "dq", "qi"} & row["public"].keys()
    stranger = SigningKeys(base, Vault(base["keys"], b"1" * 32))
    with pytest.raises(Exception):  # noqa: B017, PT011
        await stranger.load()
