import pytest

from fhir.interactions.context import Context
from fhir.interactions.results import include
from fhir.interactions.search import search
from tests.support.resources import observation, patient, put
from tests.unit.fhir.interactions.conftest import Contexts


async def included(context: Context, type: str, *pairs: tuple[str, str]) -> list[str]:
    page = await search(context, type, pairs)
    assert not {each.reference for each in page.matches} & {each.reference for each in page.included}
    return sorted(each.reference for each in page.included)


async def test_what_a_match_refers_to_comes_along_once(clinic: Context) -> None:
    await put(clinic.store, observation("o3", "p1"))
    pairs = [("_include", "Observation:subject"), ("_include", "Observation:patient")]
    assert await included(clinic, "Observation", *pairs) == ["Patient/p1"]


async def test_what_refers_to_a_match_comes_along_as_far_as_it_is_visible(contexts: Contexts) -> None:
    await put(contexts().store, observation("o3", "p2", performer=[{"reference": "Patient/p1"}]))
    wanted = ("_revinclude", "Observation:performer")
    assert await included(contexts(), "Patient", ("_id", "p1"), wanted) == ["Observation/o3"]
    assert await included(contexts("Patient/p1"), "Patient", ("_id", "p1"), wanted) == []


async def test_hidden_targets_are_left_out(contexts: Contexts) -> None:
    await put(contexts().store, observation("o3", "p1", performer=[{"reference": "Patient/p2"}]))
    wanted = ("_include", "Observation:performer")
    assert await included(contexts(), "Observation", wanted) == ["Patient/p2"]
    assert await included(contexts("Patient/p1"), "Observation", wanted) == []


async def test_a_denied_type_brings_nothing_along(contexts: Contexts) -> None:
    wanted = ("_include", "Observation:subject")
    assert await included(contexts(denied=("Patient",)), "Observation", wanted) == []
    back = ("_revinclude", "Observation:subject")
    assert await included(contexts(denied=("Observation",)), "Patient", back) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_include", ["Patient/p1"]),
        ("_include:iterate", ["Organization/h1", "Patient/p1"]),
    ],
)
async def test_iteration_goes_on_from_what_came_along(
    regional: Context, name: str, expected: list[str]
) -> None:
    await put(regional.store, patient("p1", managingOrganization={"reference": "Organization/h1"}))
    pairs = [("_id", "o1"), ("_include", "Observation:subject"), (name, "Patient:organization")]
    assert await included(regional, "Observation", *pairs) == expected


async def test_only_the_target_type_that_is_named(regional: Context) -> None:
    wanted = ("_include", "Observation:subject:Group")
    assert await included(regional, "Observation", wanted) == []


async def test_there_is_an_end_to_what_comes_along(
    regional: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(include, "MOST", 1)
    assert len(await included(regional, "Observation", ("_include", "Observation:subject"))) == 1
