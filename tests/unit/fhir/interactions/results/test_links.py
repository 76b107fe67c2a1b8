"""Checklist lines 56, 61 and 63: links that are true, opaque and carry everything."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from fhir.interactions.context import Context
from fhir.interactions.search import SearchPage, search
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import patient, put
from tests.unit.fhir.interactions.conftest import BASE, Contexts

Parameters = list[tuple[str, str]]
NAMED: Parameters = [
    ("name", "测试甲"), ("birthdate:missing", "true"), ("gender:missing", "true"), ("_count", "1"),
    ("_total", "accurate"),
]  # fmt: skip


def query(page: SearchPage, relation: str) -> Parameters:
    url = urlsplit(dict(page.links)[relation])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{BASE}/Patient"
    return parse_qsl(url.query, keep_blank_values=True)


async def test_self_shows_what_was_processed(regional: Context) -> None:
    asked = [
        ("nonsense", "1"),
        ("name", "测试 甲"),
        ("_count", "5000"),
        ("_sort", "-nonsense,_id"),
        ("gender", ""),
    ]
    page = await search(regional, "Patient", asked)
    assert query(page, "self") == [("name", "测试 甲"), ("_count", "1000"), ("_sort", "_id")]
    assert query(page, "first") == query(page, "self")
    assert "next" not in dict(page.links)
    assert [each.code for each in page.issues] == ["not-supported"] * 2


@pytest.mark.parametrize("value", ["a b", "100%25", "+", "&=?#", "é", "a\\,b", "%"])
async def test_values_are_encoded_once(regional: Context, value: str) -> None:
    """Checklist line 35, of a search."""
    page = await search(regional, "Patient", [("identifier", value)])
    assert query(page, "self") == [("identifier", value)]


async def test_totals_are_those_of_the_first_page(regional: Context) -> None:
    first = await search(regional, "Patient", [("_count", "1"), ("_total", "accurate")])
    await put(regional.store, patient("late"))
    second = await search(regional, "Patient", query(first, "next"))
    assert (first.total, second.total) == (2, 2)
    assert "next" not in dict(second.links)


async def test_no_total_on_any_page_where_none_is_wanted(regional: Context) -> None:
    first = await search(regional, "Patient", [("_count", "1"), ("_total", "none")])
    assert first.total is None
    assert (await search(regional, "Patient", query(first, "next"))).total is None


@pytest.mark.parametrize("wanted", ["accurate", "estimate"])
async def test_a_total_that_is_wanted(regional: Context, wanted: str) -> None:
    assert (await search(regional, "Patient", [("_count", "1"), ("_total", wanted)])).total == 2


async def test_links_of_a_posted_search_name_nobody(regional: Context) -> None:
    await put(regional.store, patient("p3"))
    page = await search(regional, "Patient", NAMED, posted=True)
    assert all("%E6" not in url and "测" not in url for url in dict(page.links).values())
    shown = [pair for pair in query(page, "self") if pair[0] != "_cursor"]
    assert shown == [("name", ""), *NAMED[1:]]
    seen = [each.id for each in page.matches]
    while "next" in dict(page.links):
        assert [name for name, _ in query(page, "next")] == ["_cursor"]
        page = await search(regional, "Patient", query(page, "next"))
        assert page.total == 3
        seen += [each.id for each in page.matches]
    assert sorted(seen) == ["p1", "p2", "p3"]


async def test_links_of_a_posted_search_repeat_it(regional: Context) -> None:
    page = await search(regional, "Patient", NAMED, posted=True)
    for relation in ("self", "first"):
        again = await search(regional, "Patient", query(page, relation))
        assert [each.id for each in again.matches] == [each.id for each in page.matches]
        assert again.total == page.total


async def test_a_sealed_search_takes_nothing_more(regional: Context) -> None:
    page = await search(regional, "Patient", NAMED, posted=True)
    changed = search(regional, "Patient", [*query(page, "next"), ("gender", "male")])
    await refused(changed, Fault.PARAMETER)


async def test_a_sealed_search_is_its_readers_alone(contexts: Contexts) -> None:
    page = await search(contexts(reader="a"), "Patient", NAMED, posted=True)
    await refused(search(contexts(reader="b"), "Patient", query(page, "next")), Fault.PARAMETER)
    await refused(search(contexts(reader="a"), "Observation", query(page, "next")), Fault.PARAMETER)
    await refused(search(contexts(reader="a"), None, query(page, "next")), Fault.PARAMETER)


@pytest.mark.parametrize("token", ["", "x", "%", "é", "AAAA" * 50])
async def test_what_is_no_link_of_ours_is_refused(regional: Context, token: str) -> None:
    await refused(search(regional, "Patient", [("_cursor", token)]), Fault.PARAMETER)
