"""Checklist line 66: several keys, both directions, missing values last, ties by reference, page by page."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.interactions.context import Context
from fhir.interactions.results import ordering
from fhir.interactions.search import search
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.search.sort import parse
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, remove
from tests.unit.fhir.interactions.conftest import Contexts

VALUES: list[Resource] = [
    observation("a", effectiveDateTime="2024-02-01", valueQuantity={"value": 3}, status="final"),
    observation("b", effectivePeriod={"start": "2024-01-01"}, valueQuantity={"value": 10}, status="amended"),
    observation("c", valueQuantity={"value": 5}, status="final"),
    observation("d", effectiveDateTime="2024-02-01", status="final"),
    observation("e", status="amended"),
    observation("f", effectiveDateTime="2023", valueQuantity={"value": 5}, status="final"),
]


async def walked(context: Context, type: str, sort: str, count: int = 2, **more: str) -> str:
    asked = [("_sort", sort), ("_count", str(count)), *more.items()]
    seen: list[str] = []
    while True:
        page = await search(context, type, asked)
        assert len(page.matches) <= count
        seen += [each.id for each in page.matches]
        url = dict(page.links).get("next")
        if url is None:
            return "".join(seen)
        asked = parse_qsl(urlsplit(url).query)


@pytest.fixture
async def several(contexts: Contexts) -> Context:
    context = contexts()
    await remove(context.store, "Observation/o1")
    await remove(context.store, "Observation/o2")
    await put(context.store, *VALUES)
    return context


@pytest.mark.parametrize("count", [1, 2, 3, 50])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", "fbadce"),
        ("-date", "adbfce"),
        ("_id", "abcdef"),
        ("-_id", "fedcba"),
        ("value-quantity", "acfbde"),
        ("-value-quantity", "bcfade"),
        ("status,_id", "beacdf"),
        ("status,-_id", "ebfdca"),
        ("-status,date", "fadcbe"),
        ("status,-value-quantity,_id", "becfad"),
        ("date,-_id", "fbdaec"),
        ("-_lastUpdated,_id", "fedcba"),
    ],
)
async def test_orders(several: Context, sort: str, expected: str, count: int) -> None:
    if sort.startswith("-_lastUpdated"):
        for each in VALUES:
            await put(several.store, each | {"language": "en"})
    assert await walked(several, "Observation", sort, count) == expected


async def test_a_date_that_stands_in_for_another_is_no_value_of_it(regional: Context) -> None:
    about: Resource = {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}}
    await put(
        regional.store,
        about | {"id": "a", "recordedDate": "2020-01-01"},
        about | {"id": "b", "onsetDateTime": "2021-01-01"},
        about | {"id": "c", "onsetDateTime": "2019-01-01", "recordedDate": "2022-01-01"},
    )
    assert await walked(regional, "Condition", "onset-date") == "cba"
    assert await walked(regional, "Condition", "-onset-date") == "bca"
    assert await walked(regional, "Condition", "-recorded-date") == "cab"


async def test_names_are_sorted_as_far_as_they_may_be_seen(contexts: Contexts) -> None:
    await put(contexts().store, *(patient(f"s{n}", name=[{"family": f"HTEST{9 - n}"}]) for n in range(4)))
    assert await walked(contexts("Patient/s0", "Patient/s2"), "Patient", "family", 1) == "s2s0"


async def test_a_page_goes_on_where_it_was_while_others_write(several: Context) -> None:
    first = await search(
        several, "Observation", [("_sort", "value-quantity"), ("_count", "2"), ("_total", "accurate")]
    )
    await put(several.store, observation("0", valueQuantity={"value": 4}), observation("a", status="final"))
    await remove(several.store, "Observation/b")
    rest: list[str] = []
    url = dict(first.links).get("next")
    while url:
        page = await search(several, "Observation", parse_qsl(urlsplit(url).query))
        assert page.total == first.total == 6
        rest += [each.id for each in page.matches]
        url = dict(page.links).get("next")
    assert [each.id for each in first.matches] + rest == ["a", "c", "f", "d", "e"]


async def test_too_much_to_be_sorted_is_refused(several: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "MOST_SORTED", 5)
    refusal = await refused(search(several, "Observation", [("_sort", "status")]), Fault.TOO_COSTLY)
    assert "'status'" in str(refusal)
    assert (
        len((await search(several, "Observation", [("_sort", "status"), ("status", "final")])).matches) == 4
    )


async def test_several_types_have_no_other_order(regional: Context) -> None:
    asked = [("_type", "Observation,Condition"), ("_sort", "code")]
    await refused(search(regional, None, asked), Fault.TOO_COSTLY)


PLACES = st.lists(
    st.tuples(st.none() | st.integers(0, 3), st.none() | st.text("ab", max_size=2)), max_size=12
)


@given(PLACES, st.booleans(), st.booleans())
def test_the_order_is_total_and_missing_values_are_last(
    places: list[tuple[int | None, str | None]], first: bool, second: bool
) -> None:
    keys = parse("Observation", f"{'-' * first}value-quantity,{'-' * second}status")
    rows = [_Row((*place, str(number))) for number, place in enumerate(places)]
    ordered = sorted(rows, key=ordering._comparing(keys))
    present = [row.place[0] for row in ordered if row.place[0] is not None]
    assert present == sorted(present, reverse=first)
    assert [row.place[0] for row in ordered][len(present) :] == [None] * (len(rows) - len(present))
    for group in _ties(ordered):
        assert [row.place[2] for row in group] == sorted(row.place[2] for row in group)


class _Row:
    def __init__(self, place: tuple[int | None, str | None, str]) -> None:
        self.place = place


def _ties(rows: list[_Row]) -> Iterator[list[_Row]]:
    keys = dict.fromkeys(row.place[:2] for row in rows)
    for key in keys:
        yield [row for row in rows if row.place[:2] == key]
