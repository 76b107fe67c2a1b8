import asyncio

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.sources import Sources, register, registered, sender, taken
from tests.support.messages import adt

SOURCE = Source("H1", "Organization/h1", charset="UTF-8", systems={"L": "urn:l"}, tables={"0001": {"1": "M"}})


def sources(store: Store, accept: bool = False) -> Sources:
    return Sources(store.database, store.vault.identify, accept)


async def test_what_is_registered_is_read_back_and_may_change(store: Store) -> None:
    await register(store.database, SOURCE)
    assert (await registered(store.database))["H1"].source == SOURCE
    await register(store.database, Source("H1", "Organization/h2"), "HTEST")
    known = await registered(store.database)
    assert [(code, each.source.organization, each.label) for code, each in known.items()] == [
        ("H1", "Organization/h2", "HTEST")
    ]


async def test_a_source_registered_later_is_found(store: Store) -> None:
    async with sources(store) as known:
        await register(store.database, SOURCE)
        found = await known.find("H1")
    assert found is not None
    assert found.source == SOURCE


async def test_a_change_is_learnt_within_seconds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sources._FRESH_SECONDS", 0.02)
    await register(store.database, SOURCE)
    async with sources(store) as known:
        await register(store.database, SOURCE, "HTEST")
        for _ in range(100):
            found = await known.find("H1")
            if found is not None and found.label:
                return
            await asyncio.sleep(0.02)
    raise AssertionError("not learnt")


async def test_strangers_are_refused_or_made_up_alike_each_time(store: Store) -> None:
    async with sources(store) as known:
        assert await known.find("stranger") is None
    async with sources(store, accept=True) as known:
        one, two = await asyncio.gather(known.find("stranger"), known.find("stranger"))
        other = await known.find("another")
    assert one is not None
    assert other is not None
    assert one == two
    assert "stranger" not in one.source.organization
    assert one.source.organization != other.source.organization


@pytest.mark.parametrize(
    ("application", "facility", "expected"),
    [("HIS", "TEST1", "TEST1"), ("HIS", "", "HIS"), ("HIS", " ", "HIS"), ("", "", "unknown")],
)
def test_the_sender_of_a_message(application: str, facility: str, expected: str) -> None:
    text = adt().replace("|HIS|TEST1|", f"|{application}|{facility}|")
    assert sender(Message.parse(text)) == expected


async def test_how_a_source_is_taken(store: Store) -> None:
    await register(store.database, SOURCE)
    identify = store.vault.identify
    async with sources(store, accept=True) as known:
        assert await known.admit("H1")
        assert await known.admit("stranger")
        made = await known.find("stranger")
    assert await taken(store.database, "stranger", identify) == made
    registered_one = await taken(store.database, "H1", identify)
    assert registered_one is not None
    assert registered_one.source == SOURCE
    assert await taken(store.database, "another", identify) is None
