"""Consents as the decision reads them: cached, and taken back at once."""

from typing import Any

import pytest

from auth.store.consents import Consents
from fhir.store import Store
from tests.support.resources import patient, put, remove


def consent(patient: str, id: str = "c", status: str = "active") -> dict[str, Any]:
    return {"resourceType": "Consent", "id": id, "status": status, "patient": {"reference": patient}}


def no_former(reference: str) -> None:
    """It is new."""


async def apply(store: Store, consents: Consents, *resources: dict[str, Any]) -> None:
    async with store.client.start_session() as session:
        await consents.apply(session, resources, no_former)


async def test_what_one_process_writes_another_forgets(store: Store) -> None:
    """Design, section 4: a Consent takes effect within a second, in every process."""
    reader, writer = (Consents(store.database, store.vault, store.changes) for _ in range(2))
    assert await reader.of(["Patient/a", "Patient/b"]) == {}
    await apply(store, writer, consent("Patient/a"))
    for _ in range(100):
        found = await reader.of(["Patient/a", "Patient/b"])
        if found:
            break
    assert [each["status"] for each in found["Patient/a"]] == ["active"]
    await apply(store, writer, consent("Patient/a", status="inactive"), consent("Patient/a", "c2"))
    for _ in range(1000):
        found = await reader.of(["Patient/a"])
        if len(found["Patient/a"]) == 2:
            break
    assert sorted(each["status"] for each in found["Patient/a"]) == ["active", "inactive"]


async def test_whose_key_is_destroyed_says_nothing(store: Store) -> None:
    consents = Consents(store.database, store.vault, store.changes)
    await apply(store, consents, consent("Patient/a"))
    await store.database["keys"].delete_many({})
    store.vault.lost()
    assert await consents.of(["Patient/a"]) == {"Patient/a": ({},)}


async def test_what_names_no_patient_of_this_server_is_nobodys(store: Store) -> None:
    consents = Consents(store.database, store.vault, store.changes)
    await apply(store, consents, consent("urn:uuid:1"))
    assert await store.database["consents"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("scopes", "private"),
    [
        (["research"], False),
        (["research", "research"], False),
        (["patient-privacy"], True),
        (["patient-privacy", "research"], True),
        (["research", "patient-privacy", "research"], True),
        (["patient-privacy", None, "research"], True),
        ([""], True),
    ],
)
async def test_what_was_once_about_privacy_stays_private(
    store: Store, scopes: list[str | None], private: bool
) -> None:
    consents = Consents(store.database, store.vault, store.changes)
    store.add_projections([consents])
    for scope in scopes:
        if scope is None:
            await remove(store, "Consent/c")
            continue
        coded = {"coding": [{"code": scope}]} if scope else {"text": "words"}
        await put(store, patient("a"), consent("Patient/a") | {"scope": coded})
    (found,) = (await consents.of(["Patient/a"]))["Patient/a"]
    assert found["private"] is private
