"""Checklist line 97: the whole compartment with what it refers to, by dates, changes, types and pages."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fhir.interactions.context import Context
from fhir.interactions.search import SearchPage
from fhir.matching.citizen_number import SYSTEM
from fhir.operations.everything import PATIENT, Asked, everybody, everything, run_of_encounter
from fhir.operations.inputs import checked
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault, Refusal
from fhir.store import Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, organization, patient, put, remove

NUMBER = [{"system": SYSTEM, "value": "510104195803129013"}]
P1, P2, P3 = "Patient/p1", "Patient/p2", "Patient/p3"


@pytest.fixture(autouse=True)
async def files(store: Store) -> None:
    """p1 and p2 are one person; p3 is another."""
    await put(store, organization("h1", partOf={"reference": "Organization/h2"}), organization("h2"))
    await put(store, patient("p1", identifier=NUMBER))
    await put(store, patient("p2", identifier=NUMBER), patient("p3"))
    by = {"performer": [{"reference": "Organization/h1"}], "effectiveDateTime": "2024-05-05"}
    await put(store, observation("o1", "p1", **by), observation("o2", "p2"), observation("o3", "p3"))


def context(store: Store, *owners: str, **more: Any) -> Context:
    granted = Granted(Some(*owners), **more) if owners else Granted(**more)
    return Context(store, granted, "https://x.example/fhir", "r")


def found(page: SearchPage) -> list[str]:
    return sorted(each.reference for each in page.matches)


def brought(page: SearchPage) -> list[str]:
    return sorted(each.reference for each in page.included)


def asked(**given: str) -> Asked:
    parameters = tuple(Parameter(name, value) for name, value in given.items())
    return Asked.of(checked(PATIENT, Call("Patient", "p1", parameters))[0])


def appointment(id: str, *patients: str) -> dict[str, Any]:
    parties = [{"actor": {"reference": each}, "status": "accepted"} for each in patients]
    return {"resourceType": "Appointment", "id": id, "status": "booked", "participant": parties,
            "start": "2024-01-01T10:00:00Z", "end": "2024-01-01T11:00:00Z"}  # fmt: skip


async def test_the_file_of_the_person_with_the_directory_it_names(store: Store) -> None:
    page = await everything(context(store), "p1")
    assert found(page) == ["Observation/o1", "Observation/o2", P1, P2]
    assert brought(page) == ["Organization/h1", "Organization/h2"]
    assert page.total == 4


async def test_only_the_source_patients_that_may_be_seen(store: Store) -> None:
    asking = context(store, P1)
    assert found(await everything(asking, "p1")) == ["Observation/o1", P1]
    assert asking.trail.patients == {P1}
    await refused(everything(context(store, P3), "p1"), Fault.NOT_FOUND)


async def test_what_lies_in_the_files_of_several_is_in_each_that_may_be_seen(store: Store) -> None:
    await put(store, appointment("a1", P3, P1))
    assert "Appointment/a1" in found(await everything(context(store), "p1"))
    assert "Appointment/a1" in found(await everything(context(store, P1, P3), "p1"))
    assert "Appointment/a1" not in found(await everything(context(store, P1), "p1"))


async def test_what_belongs_to_another_resident_is_not_brought_along(store: Store) -> None:
    await put(store, observation("o4", "p1", derivedFrom=[{"reference": "Observation/o3"}]))
    page = await everything(context(store), "p1")
    assert "Observation/o3" not in (*found(page), *brought(page))


async def test_the_types_asked_for(store: Store) -> None:
    """Checklist line 97: _type."""
    page = await everything(context(store), "p1", asked(_type="Observation,Organization"))
    assert found(page) == ["Observation/o1", "Observation/o2"]
    assert brought(page) == ["Organization/h1", "Organization/h2"]
    page = await everything(context(store), "p1", asked(_type="Observation"))
    assert (found(page), brought(page)) == (["Observation/o1", "Observation/o2"], [])
    page = await everything(context(store), "p1", asked(_type="Organization"))
    assert (found(page), brought(page)) == ([], ["Organization/h1", "Organization/h2"])
    page = await everything(context(store, denied={"Observation"}), "p1", asked(_type="Organization"))
    assert (found(page), brought(page)) == ([], [])
    refusals = {
        "Unicorn": Fault.PARAMETER,
        "Observation,metadata": Fault.PARAMETER,
        "AuditEvent": Fault.UNSUPPORTED_PARAMETER,
    }
    for type, fault in refusals.items():
        with pytest.raises(Refusal) as caught:
            asked(_type=type)
        assert caught.value.fault is fault


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({"start": "2024"}, True),
        ({"start": "2024-05-05"}, True),
        ({"start": "2024-05-06"}, False),
        ({"end": "2024-05-05"}, True),
        ({"end": "2024-05-04"}, False),
        ({"start": "2024-05", "end": "2024-05"}, True),
        ({"start": "2024-06", "end": "2024-07"}, False),
    ],
)
async def test_dates_of_care(store: Store, given: dict[str, str], there: bool) -> None:
    """Checklist line 97: start and end; what has no date of care is always in scope."""
    page = await everything(context(store), "p1", asked(**given))
    assert found(page) == ["Observation/o1"] * there + ["Observation/o2", P1, P2]


@pytest.mark.parametrize(
    ("given", "there"),
    [({"start": "2024"}, True), ({"end": "2019"}, False), ({"start": "2021", "end": "2022"}, True)],
)
async def test_what_has_gone_on_for_years_is_care_within_each(
    store: Store, given: dict[str, str], there: bool
) -> None:
    """Checklist line 97: a period without an end, or longer than a year, counts like any other."""
    await put(store, observation("o4", "p1", effectivePeriod={"start": "2020-01-01"}))
    assert ("Observation/o4" in found(await everything(context(store), "p1", asked(**given)))) is there


async def test_changes_since(store: Store) -> None:
    """Checklist line 97: _since."""
    before = (await everything(context(store), "p1")).matches[0].updated
    page = await everything(context(store), "p1", asked(_since="2999-01-01T00:00:00Z"))
    assert found(page) == []
    page = await everything(context(store), "p1", asked(_since=before.isoformat()))
    assert "Observation/o1" in found(page)


async def test_a_denied_type_is_left_out(store: Store) -> None:
    page = await everything(context(store, denied=("Observation", "Organization")), "p1")
    assert (found(page), brought(page)) == ([P1, P2], [])


async def test_what_is_deleted_is_never_there(store: Store) -> None:
    """Checklist line 26."""
    await remove(store, "Observation/o2")
    await remove(store, "Organization/h2")
    page = await everything(context(store), "p1")
    assert found(page) == ["Observation/o1", P1, P2]
    assert brought(page) == ["Organization/h1"]


async def test_pages_make_the_whole(store: Store) -> None:
    """Checklist line 97: _count."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await everything(context(store), "p1", Asked(count=3, cursor=cursor))
        assert page.total is None
        seen += [each.reference for each in page.matches]
        following = dict(page.links).get("next")
        if following is None:
            break
        cursor = parse_qs(urlsplit(following).query)["_cursor"][0]
    assert sorted(seen) == ["Observation/o1", "Observation/o2", P1, P2]


async def test_a_page_link_serves_its_patient_alone(store: Store) -> None:
    page = await everything(context(store), "p1", Asked(count=1))
    cursor = parse_qs(urlsplit(dict(page.links)["next"]).query)["_cursor"][0]
    await refused(everything(context(store), "p3", Asked(cursor=cursor)), Fault.PARAMETER)


async def test_the_files_of_all_whom_the_reader_may_see(store: Store) -> None:
    page = await everybody(context(store), Asked())
    assert found(page) == ["Observation/o1", "Observation/o2", "Observation/o3", P1, P2, P3]
    page = await everybody(context(store, P3), Asked())
    assert found(page) == ["Observation/o3", P3]
    many = Context(store, Granted(Some(P3, few=False)), "https://x.example/fhir", "r")
    await refused(everybody(many, Asked()), Fault.TOO_COSTLY)


async def test_one_visit_with_what_happened_in_it(store: Store) -> None:
    visit = {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"},
             "subject": {"reference": P1}, "serviceProvider": {"reference": "Organization/h2"}}  # fmt: skip
    during = {"encounter": {"reference": "Encounter/e1"}}
    await put(store, visit, observation("o5", "p1", **during), observation("o6", "p3", **during))
    bundle = await run_of_encounter(context(store), Call("Encounter", "e1"))
    modes = {str(entry["fullUrl"]).split("/fhir/")[1]: entry["search"]["mode"] for entry in bundle["entry"]}
    assert modes == {
        "Encounter/e1": "match", "Observation/o5": "match", "Observation/o6": "match",
        "Patient/p1": "include", "Organization/h2": "include",
    }  # fmt: skip
    bundle = await run_of_encounter(context(store, P1), Call("Encounter", "e1"))
    assert "Observation/o6" not in str([entry["fullUrl"] for entry in bundle["entry"]])
    await refused(run_of_encounter(context(store, P3), Call("Encounter", "e1")), Fault.NOT_FOUND)


async def test_a_walk_of_pages_while_others_write(store: Store) -> None:
    """Checklist line 97, design section 3: each row once that was there at the beginning and still is."""
    many = [observation(f"m{n:02}", "p1") for n in range(20)]
    await put(store, *many)
    seen: list[str] = []
    cursor: str | None = None
    for turn in range(100):
        page = await everything(context(store), "p1", Asked(count=4, cursor=cursor))
        seen += [each.reference for each in page.matches]
        await put(store, observation(f"a{turn:02}", "p1"), observation(f"z{turn:02}", "p1"))
        if turn == 0:
            await remove(store, "Observation/m19")
        following = dict(page.links).get("next")
        if following is None:
            break
        cursor = parse_qs(urlsplit(following).query)["_cursor"][0]
    there = {f"Observation/m{n:02}" for n in range(19)} | {"Observation/o1", "Observation/o2", P1, P2}
    assert sorted(seen) == sorted(there)


async def test_a_patient_that_stands_for_itself(store: Store) -> None:
    await put(store, {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"},
                      "subject": {"reference": P1}, "partOf": {"reference": "Encounter/e2"}},
              {"resourceType": "Encounter", "id": "e2", "status": "finished", "class": {"code": "AMB"},
               "subject": {"reference": P2}})  # fmt: skip
    alone = replace(context(store), linked=False)
    assert found(await everything(alone, "p1")) == ["Encounter/e1", "Observation/o1", P1]
    assert found(await everything(alone, "p2")) == ["Encounter/e2", "Observation/o2", P2]
    for asking, brought in ((context(store), ["Encounter/e2", P1, P2]), (alone, [P1])):
        bundle = await run_of_encounter(asking, Call("Encounter", "e1"))
        assert isinstance(bundle, dict)
        included = [
            each["fullUrl"].removeprefix("https://x.example/fhir/")
            for each in bundle["entry"]
            if each["search"]["mode"] == "include"
        ]
        assert sorted(included) == brought
