from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fhir.interactions.context import Context
from fhir.interactions.search import SearchPage
from fhir.matching.citizen_number import SYSTEM
from fhir.operations.everything import everything
from fhir.outcome import Fault
from fhir.store import Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, organization, patient, put

NUMBER = [{"system": SYSTEM, "value": "510104195803129013"}]
P1, P2 = "Patient/p1", "Patient/p2"


@pytest.fixture(autouse=True)
async def files(store: Store) -> None:
    """p1 and p2 are one person; p3 is another."""
    await put(store, organization("h1"), organization("h2"))
    await put(store, patient("p1", identifier=NUMBER))
    await put(store, patient("p2", identifier=NUMBER), patient("p3"))
    by = {"performer": [{"reference": "Organization/h1"}]}
    await put(store, observation("o1", "p1", **by), observation("o2", "p2"), observation("o3", "p3"))


def context(store: Store, *owners: str, **more: Any) -> Context:
    granted = Granted(Some(*owners), **more) if owners else Granted(**more)
    return Context(store, granted, "https://x.example/fhir", "r")


def found(page: SearchPage) -> list[str]:
    return sorted(each.reference for each in page.matches)


async def test_the_file_of_the_person_with_the_directory_it_names(store: Store) -> None:
    page = await everything(context(store), "p1")
    assert found(page) == ["Observation/o1", "Observation/o2", P1, P2]
    assert [each.reference for each in page.included] == ["Organization/h1"]
    assert page.total == 4


async def test_only_the_source_patients_that_may_be_seen(store: Store) -> None:
    asking = context(store, P1)
    assert found(await everything(asking, "p1")) == ["Observation/o1", P1]
    assert asking.trail.patients == {P1}
    await refused(everything(context(store, "Patient/p3"), "p1"), Fault.NOT_FOUND)


async def test_the_types_asked_for(store: Store) -> None:
    page = await everything(context(store), "p1", types=["Observation"])
    assert (found(page), page.included) == (["Observation/o1", "Observation/o2"], [])


async def test_a_denied_type_is_left_out(store: Store) -> None:
    page = await everything(context(store, denied=("Observation", "Organization")), "p1")
    assert (found(page), page.included) == ([P1, P2], [])


async def test_pages_make_the_whole(store: Store) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await everything(context(store), "p1", count=3, cursor=cursor)
        assert page.total is None
        seen += [each.reference for each in page.matches]
        following = dict(page.links).get("next")
        if following is None:
            break
        cursor = parse_qs(urlsplit(following).query)["_cursor"][0]
    assert sorted(seen) == ["Observation/o1", "Observation/o2", P1, P2]


async def test_a_page_link_serves_its_patient_alone(store: Store) -> None:
    page = await everything(context(store), "p1", count=1)
    cursor = parse_qs(urlsplit(dict(page.links)["next"]).query)["_cursor"][0]
    await refused(everything(context(store), "p3", cursor=cursor), Fault.EXPIRED)
