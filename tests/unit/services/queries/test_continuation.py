"""Where the next part of an answer begins: bound to source and query, for an hour, until it is cancelled."""

import time

import pytest

from adapters.hl7v2.message import Message
from adapters.hl7v2.query import Query
from fhir.cursor import LIFETIME
from fhir.store import Store
from services.queries.continuation import Continuations
from services.queries.numbers import Unanswerable

PLACE = (1, "1980-02-03", "Patient/6f1c0f9e-8f6c-5c0c-9d4e-000000000000")


def query(pointer: str = "", tag: str = "T1", asked: str = "@PID.5.1^a") -> Query:
    msh = "MSH|^~\\&|HIS|H|F|C|2026||QBP^Q22^QBP_Q21|1|P|2.5"
    return Query.of(Message.parse(f"{msh}\rQPD|N|{tag}|{asked}\rRCP|I\rDSC|{pointer}|I\r"))


async def test_a_pointer_gives_its_place_back_and_fits_dsc_1(store: Store) -> None:
    continuations = Continuations(store)
    begun = time.time_ns()
    pointer = continuations.pointer("H1", query(), PLACE, begun)
    assert len(pointer) <= 180
    assert await continuations.place("H1", query(pointer)) == (PLACE, begun)
    assert (await continuations.place("H1", query()))[0] is None


async def test_it_is_of_one_source_and_query_and_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    continuations = Continuations(store)
    pointer = continuations.pointer("H1", query(), PLACE, time.time_ns())
    for source, other in (
        ("H2", query(pointer)),
        ("H1", query(pointer, tag="T2")),
        ("H1", query(pointer, asked="@PID.5.1^b")),
        ("H1", query(pointer[:-1])),
    ):
        with pytest.raises(Unanswerable):
            await continuations.place(source, other)
    later = time.time() + LIFETIME + 1
    monkeypatch.setattr("fhir.cursor.time.time", lambda: later)
    with pytest.raises(Unanswerable):
        await continuations.place("H1", query(pointer))


async def test_a_cancel_ends_what_was_given_and_not_what_comes_and_names_nobody(store: Store) -> None:
    continuations = Continuations(store)
    await continuations.prepare()
    old = continuations.pointer("H1", query(), PLACE, time.time_ns())
    await continuations.cancel("H1", "T1")
    await continuations.cancel("H1", "T1")
    with pytest.raises(Unanswerable):
        await continuations.place("H1", query(old))
    new = continuations.pointer("H1", query(), PLACE, time.time_ns())
    assert (await continuations.place("H1", query(new)))[0] == PLACE
    assert (await continuations.place("H2", query(continuations.pointer("H2", query(), PLACE, 1))))[
        0
    ] == PLACE
    (row,) = await store.database["cancelled_queries"].find().to_list()
    assert row.keys() == {"_id", "at", "moment"}
    assert "T1" not in str(row)
