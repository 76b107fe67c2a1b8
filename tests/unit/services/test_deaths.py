"""An older database closes its files of the dead at the next start, once."""

from auth.store.deaths import Deaths
from fhir.store import Store
from services import deaths
from services.deaths import catch_up
from tests.support.resources import patient, put


async def test_what_is_stored_is_read_once(store: Store, monkeypatch: object) -> None:
    known = Deaths(store.database, store.changes)
    await put(store, *(patient(f"d{number}", deceasedBoolean=True) for number in range(5)), patient("lives"))
    deaths._AT_ONCE, kept = 2, deaths._AT_ONCE
    try:
        await catch_up(store, known)
    finally:
        deaths._AT_ONCE = kept
    everybody = [f"Patient/d{number}" for number in range(5)]
    assert (await known.of([*everybody, "Patient/lives"])).keys() == set(everybody)
    await store.database["deaths"].delete_many({})
    await catch_up(store, known)
    assert await store.database["deaths"].count_documents({}) == 0
