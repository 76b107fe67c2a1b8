"""Archive: AuditEvents newest first, page by page, only about whom the caller may ask."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from auth import moment
from auth.audit.archive import Archive, Span
from auth.audit.record import AuditRecord
from auth.audit.recorder import Recorder
from tests.unit.auth.audit.conftest import read

START = moment.now().replace(microsecond=0)


@pytest.fixture
async def filled(recorder: Recorder) -> list[str]:
    """Six records a second apart: a; a and b; b; nobody; a, b and c; a (two of them in the same instant)."""
    about = [("a",), ("a", "b"), ("b",), (), ("a", "b", "c"), ("a",)]
    records = [
        read(*(f"Patient/{one}" for one in patients), moment=START + timedelta(seconds=min(number, 4)))
        for number, patients in enumerate(about)
    ]
    await asyncio.gather(*(recorder.record(record) for record in records))
    return [record.id for record in records]


def patients(events: list[dict[str, object]]) -> list[str]:
    found = []
    for event in events:
        entities = event["entity"]
        assert isinstance(entities, list)
        found += [one["what"]["reference"] for one in entities if one["type"]["code"] == "1"]
    return found


async def test_everything_newest_first(filled: list[str], archive: Archive) -> None:
    events = await archive.search(None)
    assert len(events) == await archive.count(None) == 9
    recorded = [event["recorded"] for event in events]
    assert recorded == sorted(recorded, reverse=True)
    assert len({event["id"] for event in events}) == 9


async def test_only_events_about_those_asked_for(filled: list[str], archive: Archive) -> None:
    events = await archive.search(["Patient/a"])
    assert patients(events) == ["Patient/a"] * 4
    assert await archive.count(["Patient/a"]) == 4
    assert patients(await archive.search(["Patient/b", "Patient/c"])).count("Patient/b") == 3
    assert await archive.count(["Patient/b", "Patient/c"]) == 4


async def test_nobody_is_nobody_and_not_everybody(filled: list[str], archive: Archive) -> None:
    assert await archive.search([]) == []
    assert await archive.count([]) == 0
    assert await archive.search(["Patient/unknown"]) == []
    assert await archive.read(f"{filled[0]}-1", []) is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("about", [None, ["Patient/a"], ["Patient/b", "Patient/c"]])
async def test_pages_give_each_event_once(
    filled: list[str], archive: Archive, limit: int, about: list[str] | None
) -> None:
    whole = [event["id"] for event in await archive.search(about)]
    paged: list[str] = []
    while page := await archive.search(about, limit=limit, after=paged[-1] if paged else None):
        assert len(page) <= limit
        paged += [event["id"] for event in page]
    assert paged == whole


async def test_since_and_until(filled: list[str], archive: Archive) -> None:
    second = timedelta(seconds=1)
    assert len(await archive.search(None, START + second, START + 3 * second)) == 3
    assert await archive.count(None, START + second, START + 3 * second) == 3
    assert await archive.search(None, since=START + 9 * second) == []


@pytest.mark.parametrize("after", ["x", "0" * 36 + "-1", "", "' OR 1", "病"])
async def test_an_unknown_cursor_gives_nothing_of_others(
    filled: list[str], archive: Archive, after: str
) -> None:
    found = await archive.search(["Patient/a"], after=after)
    assert found == [] or after == ""


async def test_read(filled: list[str], archive: Archive) -> None:
    event = await archive.read(f"{filled[1]}-2")
    assert event is not None
    assert patients([event]) == ["Patient/b"]
    assert await archive.read(f"{filled[1]}-2", ["Patient/b"]) == event
    assert await archive.read(f"{filled[1]}-2", ["Patient/a"]) is None


@pytest.mark.parametrize("id", ["", "x", "1-1", "../x", "0" * 36 + "-1", "\x00"])
async def test_read_of_what_is_not_there(filled: list[str], archive: Archive, id: str) -> None:
    assert await archive.read(id) is None
    assert await archive.read(f"{filled[0]}-2") is None
    assert await archive.read(f"{filled[0]}-0") is None
    assert await archive.read(filled[0]) is None


@pytest.mark.parametrize("at_once", [2, 100])
async def test_several_spans_are_looked_through_together(
    filled: list[str], archive: Archive, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Also where one of them is full of what does not pass."""
    monkeypatch.setattr("auth.audit.archive._AT_ONCE", at_once)

    def earlier(record: AuditRecord) -> bool:
        return record.moment < START + timedelta(seconds=4)

    def any_of(record: AuditRecord) -> bool:
        return True

    a, b, nobody = (Span(frozenset({f"Patient/{name}"})) for name in ("a", "b", "x"))
    asked = [(a, earlier), (b, any_of), (nobody, any_of), (replace(b, until=START), any_of)]
    found = await archive.look_through_each(asked, 2)
    assert [([record.id for record in records], more) for records, more in found] == [
        ([filled[1], filled[0]], True), ([filled[4], filled[2]], True), ([], False), ([], False),
    ]  # fmt: skip
    assert await archive.look_through_each([], 2) == []
