from datetime import UTC, datetime

import pytest

from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.history import HistoryPage, history, read_parameters
from fhir.interactions.update import update
from fhir.outcome import Fault, Refusal
from tests.support.refusal import refused
from tests.support.resources import observation, organization, patient, put, remove
from tests.unit.fhir.interactions.conftest import BASE, Contexts


def told(page: HistoryPage) -> list[tuple[str, int, bool]]:
    return [(each.reference, each.version, each.deleted) for each in page.versions]


async def test_newest_first_with_the_deletion(clinic: Context) -> None:
    """Checklist lines 36 and 38."""
    await put(clinic.store, observation("o1", "p1", status="amended"))
    await remove(clinic.store, "Observation/o1")
    page = await history(clinic, [], "Observation", "o1")
    assert told(page) == [("Observation/o1", version, version == 3) for version in (3, 2, 1)]
    assert (page.total, page.links) == (3, [("self", f"{BASE}/Observation/o1/_history")])
    assert (clinic.trail.entity, clinic.trail.patients) == ("Observation/o1/_history", {"Patient/p1"})
    assert "resource" not in page.bundle(BASE)["entry"][0]


async def test_of_a_type_and_of_the_system_as_far_as_the_reader_sees(
    regional: Context, clinic: Context
) -> None:
    """Checklist lines 36 and 41: what is hidden is not there, not even in the total."""
    await put(regional.store, patient("p1", gender="male"), patient("p2", gender="male"))
    everything = await history(regional, [])
    assert everything.total == len(everything.versions) == 7
    own = await history(clinic, [], "Patient")
    assert told(own) == [("Patient/p1", 2, False), ("Patient/p1", 1, False)]
    assert {each.id for each in (await history(clinic, [])).versions} == {"p1", "o1"}


async def test_pages_lead_to_each_other(regional: Context) -> None:
    """Checklist line 39."""
    first = await history(regional, [("_count", "3")], "Observation")
    assert [name for name, _ in first.links] == ["self"]
    for number in range(4):
        await put(regional.store, observation("o1", "p1", note=[{"text": str(number)}]))
    seen: list[tuple[str, int, bool]] = []
    cursor: list[tuple[str, str]] = []
    while True:
        page = await history(regional, [("_count", "2"), *cursor], "Observation")
        assert page.total == 6
        seen += told(page)
        link = dict(page.links).get("next")
        if link is None:
            break
        cursor = [("_cursor", link.partition("_cursor=")[2])]
    assert [version for reference, version, _ in seen if reference == "Observation/o1"] == [5, 4, 3, 2, 1]
    assert len(set(seen)) == 6


async def test_since_and_at(regional: Context) -> None:
    """Checklist line 39: `_since` is inclusive, `_at` shows what was current."""
    (first,) = (await history(regional, [], "Observation", "o1")).versions
    await put(regional.store, observation("o1", "p1", status="amended"))
    (second, _) = (await history(regional, [], "Observation", "o1")).versions
    since = [("_since", second.updated.isoformat())]
    assert told(await history(regional, since, "Observation", "o1")) == [("Observation/o1", 2, False)]
    at = [("_at", first.updated.isoformat())]
    assert told(await history(regional, at, "Observation", "o1")) == [("Observation/o1", 1, False)]
    assert (await history(regional, [("_since", "2100")], "Observation", "o1")).total == 0
    counted = await history(regional, [("_count", "0")], "Observation", "o1")
    assert (counted.total, counted.versions) == (2, [])


@pytest.mark.parametrize("id", ["o2", "nobody"])
async def test_hidden_and_unknown_are_one_answer(clinic: Context, id: str) -> None:
    """Checklist line 41."""
    await refused(history(clinic, [], "Observation", id), Fault.NOT_FOUND)


async def test_no_type_at_all(contexts: Contexts) -> None:
    await refused(history(contexts("Patient/p1", denied=("r",)), []), Fault.FORBIDDEN)
    await refused(history(contexts("Patient/p1", denied=("Patient",)), [], "Patient"), Fault.FORBIDDEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_since", "soon"), ("_since", "9999-99"), ("_at", "x"), ("_count", "-1"), ("_count", "x"),
        ("_sort", "name"), ("_summary", "count"),
    ],
)  # fmt: skip
def test_what_is_malformed(name: str, value: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_parameters([(name, value)])
    assert refusal.value.status == 400


def test_an_instant_whose_plus_was_not_escaped() -> None:
    asked = read_parameters([("_since", "2026-05-17T08:00:00 08:00"), ("_unknown", "x"), ("_count", "5000")])
    assert asked.since == datetime(2026, 5, 17, tzinfo=UTC)
    assert asked.count == 1000
    assert [name for name, _ in asked.pairs] == ["_since", "_count"]


def test_a_parameter_that_a_history_does_not_have_is_refused_where_that_is_wished() -> None:
    asked = [("_list", "x"), ("name", "x"), ("_format", "json"), ("_count", "3")]
    assert read_parameters(asked).pairs == (("_count", "3"),)
    assert read_parameters(asked[2:], strict=True).pairs == (("_count", "3"),)
    with pytest.raises(Refusal) as refusal:
        read_parameters(asked[1:], strict=True)
    assert (refusal.value.status, refusal.value.issues[0].expression) == (400, "name")


async def test_a_version_tells_by_what_the_resource_came_to_be(regional: Context) -> None:
    """Checklist line 37: an update may make a resource, and bring one back."""
    made = await create(regional, "Organization", organization())
    await update(regional, "Organization", "own", organization("own"))
    await update(regional, "Organization", "own", organization("own") | {"name": "HTEST"})
    await remove(regional.store, "Organization/own")
    await update(regional, "Organization", "own", organization("own"))
    page = (await history(regional, [], "Organization")).bundle(BASE)
    told = [(each["request"]["method"], each["response"]["status"][:3]) for each in page["entry"][:5]]
    assert told == [("PUT", "201"), ("DELETE", "204"), ("PUT", "200"), ("PUT", "201"), ("POST", "201")]
    assert page["entry"][4]["request"]["url"] == "Organization"
    assert page["entry"][4]["fullUrl"].endswith(made.stored.reference)


async def test_what_went_to_another_file_between_two_pages_is_not_shown(
    regional: Context, clinic: Context
) -> None:
    """Checklist line 41: pages show a moment, and of that what the reader may see now."""
    first = await history(clinic, [("_count", "1")], "Observation")
    await put(regional.store, observation("o3", "p1"), observation("o4", "p1"))
    first = await history(clinic, [("_count", "1")], "Observation")
    cursor = dict(first.links)["next"].partition("_cursor=")[2]
    await put(regional.store, observation("o3", "p2"), observation("o1", "p2"))
    rest = await history(clinic, [("_count", "5"), ("_cursor", cursor)], "Observation")
    assert {each.id for each in (*first.versions, *rest.versions)} <= {"o3", "o4"}
    assert "o1" not in {each.id for each in rest.versions}


async def test_a_walk_keeps_the_total_of_its_first_page(regional: Context) -> None:
    """Checklist line 40: what is written meanwhile is neither shown nor counted."""
    first = await history(regional, [("_count", "3")])
    cursor = dict(first.links)["next"].partition("_cursor=")[2]
    await put(regional.store, observation("o7", "p1"), observation("o8", "p1"))
    rest = await history(regional, [("_count", "50"), ("_cursor", cursor)])
    assert rest.total == first.total == len(first.versions) + len(rest.versions)
