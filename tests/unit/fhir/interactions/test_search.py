from urllib.parse import parse_qsl, urlsplit

import pytest

from fhir.interactions.context import Context
from fhir.interactions.search import SearchPage, search
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, put
from tests.unit.fhir.interactions.conftest import BASE, Contexts

Parameters = list[tuple[str, str]]


def ids(page: SearchPage) -> list[str]:
    return [each.id for each in page.matches]


def following(page: SearchPage) -> Parameters | None:
    url = dict(page.links).get("next")
    return parse_qsl(urlsplit(url).query) if url else None


async def test_only_what_may_be_seen_is_found_and_counted(clinic: Context) -> None:
    page = await search(clinic, "Observation", [])
    assert (ids(page), page.total) == (["o1"], 1)
    assert clinic.trail.patients == {"Patient/p1"}
    assert page.links == [("self", f"{BASE}/Observation"), ("first", f"{BASE}/Observation")]


async def test_pages_make_the_whole(regional: Context) -> None:
    await put(regional.store, *(observation(f"x{number}") for number in range(5)))
    asked: Parameters | None = [("_count", "2"), ("patient", "p1"), ("_total", "accurate")]
    seen: list[str] = []
    while asked is not None:
        page = await search(regional, "Observation", asked)
        assert page.total == 6
        seen += ids(page)
        asked = following(page)
    assert sorted(seen) == ["o1", "x0", "x1", "x2", "x3", "x4"]


async def test_a_page_link_serves_its_reader_alone(contexts: Contexts) -> None:
    asked = following(await search(contexts(reader="a"), "Observation", [("_count", "1")]))
    assert asked is not None
    assert ids(await search(contexts(reader="a"), "Observation", asked))
    await refused(search(contexts(reader="b"), "Observation", asked), Fault.PARAMETER)
    changed = [*asked, ("status", "final")]
    await refused(search(contexts(reader="a"), "Observation", changed), Fault.PARAMETER)


async def test_a_page_link_is_no_proof_of_access(contexts: Contexts) -> None:
    asked = following(await search(contexts(), "Observation", [("_count", "1"), ("_sort", "_lastUpdated")]))
    assert asked is not None
    assert ids(await search(contexts("Patient/p1"), "Observation", asked)) == []
    assert ids(await search(contexts("Patient/p2"), "Observation", asked)) == ["o2"]


@pytest.mark.parametrize("asked", [[("_count", "0")], [("_summary", "count")]])
async def test_the_total_alone(regional: Context, asked: Parameters) -> None:
    page = await search(regional, "Observation", asked)
    assert (page.matches, page.total) == ([], 2)


async def test_a_total_that_costs_a_count_is_for_who_asks(regional: Context) -> None:
    assert (await search(regional, "Observation", [("_count", "1")])).total is None
    assert (await search(regional, "Observation", [("_count", "1"), ("_total", "estimate")])).total == 2


async def test_no_total_where_none_is_wanted(regional: Context) -> None:
    asked = [("_total", "none"), ("_count", "1")]
    assert (await search(regional, "Observation", asked)).total is None


async def test_an_unknown_parameter_is_told_or_refused(regional: Context) -> None:
    page = await search(regional, "Observation", [("nonsense", "1")])
    assert len(page.issues) == 1
    assert "nonsense" not in dict(page.links)["self"]
    unknown = search(regional, "Observation", [("nonsense", "1")], strict=True)
    await refused(unknown, Fault.PARAMETER)


async def test_a_denied_type_is_forbidden(contexts: Contexts) -> None:
    await refused(search(contexts(denied=("Observation",)), "Observation", []), Fault.FORBIDDEN)
