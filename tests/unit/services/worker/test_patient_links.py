"""A hospital's merge against a clerk's word."""

from fhir.store import EVERYONE, Store
from services.inbox import DONE, Inbox
from tests.unit.services.worker.test_ownership import WANG, deliver, inbox, message

__all__ = ["inbox"]

OTHER = "PID|1||W2||王五HTEST||19580312|1"
MERGE = message("ADT^A40", 9, WANG, "MRG|W2")
APART = "a clerk keeps the two patients apart, or the persons that they belong to (MRG[1]-1)"


async def patients(store: Store) -> list[str]:
    rows = await store.resources.search({"type": "Patient"}, EVERYONE, limit=0)
    return sorted((row.reference for row in rows), key=str)


async def test_a_merge_joins_two_patients(store: Store, inbox: Inbox) -> None:
    told = await deliver(store, inbox, message("ADT^A01", 7, WANG), message("ADT^A04", 8, OTHER), MERGE)
    one, other = await patients(store)
    assert told == [DONE] * 3
    assert set((await store.persons.linked([one]))[one]) == {one, other}


async def test_a_merge_of_who_a_clerk_keeps_apart_waits_for_the_clerk(store: Store, inbox: Inbox) -> None:
    assert (
        await deliver(store, inbox, message("ADT^A01", 7, WANG), message("ADT^A04", 8, OTHER)) == [DONE] * 2
    )
    one, other = await patients(store)
    await store.clerical_review.separate(one, other, "clerk", "two cousins")
    assert await deliver(store, inbox, MERGE) == [APART]
    assert (await store.persons.linked([one]))[one] == (one,)
    await store.clerical_review.reopen(one, other, "clerk", "one after all")
    assert await deliver(store, inbox, MERGE.replace(b"CADT^A409", b"AGAIN")) == [DONE]
    assert set((await store.persons.linked([one]))[one]) == {one, other}
