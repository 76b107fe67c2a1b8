from fhir.resource import Resource
from fhir.store import Store
from fhir.store.document import Draft, now, read_all, superseded, tombstone
from tests.support.resources import observation


async def document(store: Store, version: int = 1, **more: object) -> Resource:
    draft = Draft(observation(**more), version, {"times": {"a": "1"}}, store.vault)
    await store.vault.prepare([draft.owner])
    return draft.document(store.vault)


def test_the_present_has_the_milliseconds_that_the_database_keeps() -> None:
    assert now().microsecond % 1000 == 0


async def test_a_draft_is_read_as_it_was_stored(store: Store) -> None:
    draft = Draft(observation(), 3, {"m": 1}, store.vault)
    await store.vault.prepare([draft.owner])
    (read,) = await read_all([draft.document(store.vault)], store.vault)
    assert (read.body, read.version, read.owner, read.memory) == (draft.body, 3, "Patient/p1", {"m": 1})
    assert read.resource()["meta"]["versionId"] == "3"
    assert (draft.stored.body, draft.stored.reference) == (read.body, "Observation/o1")


async def test_a_superseded_version_has_a_row_of_its_own_without_an_index(store: Store) -> None:
    until = now()
    row = superseded(await document(store, 2), until)
    assert (row["_id"], row["reference"], row["version"]) == ("Observation/o1/2", "Observation/o1", 2)
    assert row["until"] == until
    assert not {"tokens", "dates", "memory"} & row.keys()
    assert "Observation.code" in {each.partition("|")[0] for each in row["facets"]}
    assert row["sort"] == {"date": None}


async def test_a_tombstone_is_the_next_version_without_content(store: Store) -> None:
    before = await document(store, 2)
    row = tombstone(before, now())
    assert (row["version"], row["deleted"], bytes(row["body"])) == (3, True, b"")
    assert (row["tokens"], row["dates"], row["memory"]) == ([], [], {})
    assert (row["facets"], row["sort"]) == (before["facets"], before["sort"])
    assert before["deleted"] is False
    assert not any(row[name] for name in ("tokens", "dates", "values", "texts", "position"))
    assert before["tokens"]
    (read,) = await read_all([row], store.vault)
    assert (read.deleted, read.body) == (True, b"")


async def test_a_row_knows_its_place_in_the_order(store: Store) -> None:
    row = await document(store)
    (read,) = await read_all([row], store.vault, [("type", False)])
    assert read.place == ("Observation", "Observation/o1")
