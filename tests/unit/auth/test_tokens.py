"""Bearer tokens: what is refused with 401, and the Principal of what is not."""

from datetime import timedelta

import pytest

from auth import moment
from auth.authorization_server import AuthorizationServer
from auth.principal import Kind
from auth.store import clients
from auth.store.database import Database, SyncDatabase
from auth.store.tokens import Tokens
from auth.tokens import SeveralCredentials, Unauthenticated, authenticate
from fhir.access import Action
from fhir.store.changes import Changes
from tests.unit.auth.conftest import Clock


@pytest.fixture
async def token(base: Database, blocking_base: SyncDatabase) -> str:
    record, secret = await clients.register(
        base,
        name="HTEST clinic",
        scope="system/Observation.rs",
        organization="Organization/h",
        regional=False,
    )
    body = f"grant_type=client_credentials&client_id={record.id}&client_secret={secret}".encode()
    server = AuthorizationServer(blocking_base, "http://localhost:8080")
    reply = server.token("POST", "application/x-www-form-urlencoded; charset=UTF-8", [], "", body)
    token: str = reply.body["access_token"]
    return token


def uncached(base: Database) -> Tokens:
    """As a process knows them that follows no change stream."""
    return Tokens(base, Changes(base))


async def refusal(
    base: Database, authorization: str | None, parameters: tuple[str, ...] = ()
) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        await authenticate(uncached(base), [] if authorization is None else [authorization], parameters)
    assert caught.value.status == 401
    return caught.value


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
async def test_principal_of_a_token(base: Database, token: str, scheme: str) -> None:
    principal = await authenticate(uncached(base), [scheme + token])
    assert principal.kind is Kind.SYSTEM
    assert principal.id == principal.client_id
    assert (principal.name, principal.organization, principal.regional) == (
        "HTEST clinic",
        "Organization/h",
        False,
    )
    assert principal.scopes[0].allows("Observation", Action.READ)
    assert principal.role is None
    assert principal.session is not None
    assert principal.session not in token


async def test_no_token(base: Database) -> None:
    for nothing in (None, ""):
        refused = await refusal(base, nothing)
        assert refused.challenge == 'Bearer realm="furong"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer unknown",
        "Bearer a b",
        "Bearer \x00",
        "Bearer 病",
        "x" * 9999,
        "Bearer \udcff",
    ],
)
async def test_what_opens_nothing(base: Database, token: str, header: str) -> None:
    refused = await refusal(base, header)
    assert refused.challenge == 'Bearer realm="furong", error="invalid_token"'


async def test_several_headers_are_refused_whatever_they_hold(base: Database, token: str) -> None:
    """RFC 6750, section 3.1."""
    good = f"Bearer {token}"
    for headers in (
        [good, good],
        [good, "Bearer x"],
        ["Bearer x", good],
        ["Basic x", good],
        [good, ""],
        ["", ""],
    ):
        with pytest.raises(SeveralCredentials) as caught:
            await authenticate(uncached(base), headers)
        assert caught.value.status == 400
        assert caught.value.challenge == 'Bearer realm="furong", error="invalid_request"'


async def test_a_token_in_the_query_is_refused_even_when_it_is_good(base: Database, token: str) -> None:
    refused = await refusal(base, f"Bearer {token}", ("patient", "access_token"))
    assert token not in str(refused.as_outcome())


async def test_the_stored_hash_is_no_token(base: Database, token: str) -> None:
    row = await base["tokens"].find_one({})
    assert row is not None
    await refusal(base, f"Bearer {row['_id']}")


async def test_an_expired_token_is_refused_before_the_database_removes_it(
    base: Database, token: str, clock: Clock
) -> None:
    clock.move(seconds=3590)
    assert await authenticate(uncached(base), [f"Bearer {token}"])
    clock.move(seconds=11)
    expired, unknown = await refusal(base, f"Bearer {token}"), await refusal(base, "Bearer unknown")
    assert expired.as_outcome() == unknown.as_outcome()


async def test_a_revoked_token_is_refused_at_once(base: Database, token: str) -> None:
    assert await uncached(base).revoke(token)
    await refusal(base, f"Bearer {token}")
    assert not await uncached(base).revoke(token)


async def test_a_disabled_clients_token_is_refused_at_once(base: Database, token: str) -> None:
    principal = await authenticate(uncached(base), [f"Bearer {token}"])
    assert await clients.disable(base, principal.id)
    await refusal(base, f"Bearer {token}")


async def test_what_is_over_is_removed_by_the_database(base: Database) -> None:
    for name in ("tokens", "assertions", "sessions", "first_steps", "attempts"):
        indexes = await base[name].index_information()
        assert any("expireAfterSeconds" in index for index in indexes.values()), name
    assert moment.after(moment.now(), 1) - moment.now() <= timedelta(seconds=1)
