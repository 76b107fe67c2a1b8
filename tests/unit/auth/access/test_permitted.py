"""Whom Consents name is kept with them, in the same transaction."""

from typing import Any

import pytest

from auth.access.permitted import Permitted, given
from auth.store.permissions import Permissions
from fhir.store import Store
from tests.support.resources import put, remove
from tests.unit.auth.access.test_entrusted import H1, H2, P1, permission

DR = "Practitioner/d1"


@pytest.fixture
def permissions(store: Store) -> Permissions:
    found = Permissions(store.database, store.changes)
    store.add_projections([Permitted(found)])
    return found


async def named(permissions: Permissions) -> set[str]:
    return {each for each in (H1, H2, DR) if await permissions.among([each], [P1])}


def to(*references: str) -> list[dict[str, Any]]:
    return [{"reference": {"reference": each}} for each in references]


async def test_it_follows_the_consent(store: Store, permissions: Permissions) -> None:
    await put(store, permission(actor=to(H1, DR)))
    assert await named(permissions) == {H1, DR}
    await put(store, permission(actor=to(H2)))
    assert await named(permissions) == {H2}
    await put(store, permission(status="inactive", actor=to(H2)))
    assert await named(permissions) == set()
    await put(store, permission(actor=to(H2)))
    await remove(store, "Consent/k1")
    assert await named(permissions) == set()


def test_whom_several_parts_name_is_named_once() -> None:
    parts = [
        {"type": "permit", "actor": to(H1), "period": {"start": "2026-03", "end": "2026-04"}},
        {"type": "permit", "actor": to(H1, H2), "period": {"end": "2026-06-30"}},
    ]
    found = list(given(permission(type="deny", actor=[], provision=parts)))
    assert [(each.to, f"{each.since:%Y-%m}", f"{each.until:%Y-%m-%d}") for each in found] == [
        (H1, "2026-01", "2026-06-30"),
        (H2, "2026-01", "2026-06-30"),
    ]


def test_who_is_no_patient_of_this_server_permits_nothing() -> None:
    assert list(given(permission() | {"patient": {"reference": "urn:uuid:1"}})) == []
    assert list(given(permission() | {"scope": {"coding": [{"code": "research"}]}})) == []
