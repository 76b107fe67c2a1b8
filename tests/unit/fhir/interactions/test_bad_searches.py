"""Whatever stands in a query, the answer is a page or a Refusal of 4xx, in bounded time."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.outcome import Refusal
from fhir.search.criteria.criterion import MOST_RANGES, MOST_VALUES

TYPES = ("Patient", "Observation", "Location", "ValueSet", "Bundle", "Appointment")
BAD = json.loads((Path(__file__).parents[3] / "spec/bad_input/search.json").read_text(encoding="utf-8"))
NAMES, MODIFIERS = BAD["names"], BAD["modifiers"]
VALUES = [*BAD["values"], "9" * 400, "a" * 5000, "\u0301" * 500, "not (" * 30, "name eq x or " * 200]

ANSWERS = {200, 400, 410}

names = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(MODIFIERS)).map("".join), st.text(max_size=30)
)
values = st.one_of(
    st.sampled_from(VALUES), st.text(max_size=40), st.lists(st.sampled_from(VALUES), max_size=4).map(",".join)
)
queries = st.lists(st.tuples(names, values), max_size=5)


async def status(context: Context, type: str | None, query: list[tuple[str, str]], **more: bool) -> int:
    try:
        async with asyncio.timeout(20):
            page = await search(context, type, query, **more)
    except Refusal as refusal:
        return refusal.status
    assert page.bundle(context.base)["type"] == "searchset"
    return 200


@given(type=st.sampled_from([*TYPES, None]), query=queries, strict=st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_query_is_answered_or_refused(
    regional: Context, type: str | None, query: list[tuple[str, str]], strict: bool
) -> None:
    assert await status(regional, type, query, strict=strict) in ANSWERS


@pytest.mark.parametrize("value", VALUES)
async def test_every_odd_value_for_every_kind_of_parameter(regional: Context, value: str) -> None:
    for name in NAMES:
        for type in ("Patient", "Observation"):
            assert await status(regional, type, [(name, value)]) in ANSWERS, name


@pytest.mark.parametrize(
    ("name", "most", "value"),
    [("identifier", MOST_VALUES, "x"), ("_id", MOST_VALUES, "x"), ("birthdate", MOST_RANGES, "2024")],
)
async def test_too_many_values_are_refused_by_their_number(
    regional: Context, name: str, most: int, value: str
) -> None:
    many = ",".join([value] * (most + 1))
    with pytest.raises(Refusal) as caught:
        await search(regional, "Patient", [(name, many)])
    assert (caught.value.status, str(most) in str(caught.value)) == (400, True)
    enough = ",".join(f"{value}{n}" if value == "x" else value for n in range(most))
    async with asyncio.timeout(20):
        assert (await search(regional, "Patient", [(name, enough)])).matches == []


async def test_too_many_parameters_are_refused_by_their_number(regional: Context) -> None:
    with pytest.raises(Refusal) as caught:
        await search(regional, "Patient", [("_tag", "x")] * 201)
    assert (caught.value.status, "200" in str(caught.value)) == (400, True)
    async with asyncio.timeout(20):
        assert (await search(regional, "Patient", [("_tag", "x")] * 200)).matches == []
