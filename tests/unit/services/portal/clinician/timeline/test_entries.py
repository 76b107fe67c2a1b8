from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from auth.roles import Role
from services.portal.clinician.notes.note import withdrawn
from services.portal.clinician.timeline.entries import Kind, Wanted, entries, houses
from tests.support.people import (
    HUAXI,
    JINJIANG,
    NAMES,
    TODAY,
    ago,
    encounter,
    five_diseases,
    health_file,
    nobody_knows,
    observation,
    of,
    organizations,
    patient,
    request,
)
from tests.unit.services.portal.clinician.notes.test_note import OTHER, WHO, kept

FILE = five_diseases()


def test_all_kinds_newest_first_and_what_has_no_date_last() -> None:
    found = entries(FILE, WHO)
    assert {each.kind for each in found} == {Kind.VISIT, Kind.REPORT, Kind.PRESCRIPTION, Kind.VACCINATION}
    days = [each.origin.when.day for each in found if each.origin.when]
    assert days == sorted(days, reverse=True)
    undated = health_file([patient(), of() | {"resourceType": "DiagnosticReport", "code": {"text": "x"}}])
    assert [each.origin.when for each in entries(undated, WHO)] == [None]
    assert entries(nobody_knows(), WHO) == []


def test_what_a_house_prescribed_on_one_day_is_one_entry() -> None:
    drugs = [
        request("A片", "每日1次", 9),
        request("B片", "", 9),
        request("C片", "", 8),
        request("D片", "", 9, "p2"),
    ]
    file = health_file([*organizations(), patient(), patient("p2", JINJIANG), *drugs])
    found = [each for each in entries(file, WHO) if each.kind is Kind.PRESCRIPTION]
    assert [(each.titles, each.origin.organization) for each in found] == [
        (("C片",), NAMES[HUAXI]),
        (("A片", "B片"), NAMES[HUAXI]),
        (("D片",), NAMES[JINJIANG]),
    ]
    assert entries(health_file([patient(), request("A片", status="entered-in-error")]), WHO) == []


@pytest.mark.parametrize(
    ("wanted", "takes"),
    [
        (Wanted(), True),
        (Wanted("visit"), True),
        (Wanted("report"), False),
        (Wanted(house=NAMES[JINJIANG]), True),
        (Wanted(house=NAMES[HUAXI]), False),
        (Wanted(since=TODAY - timedelta(12)), True),
        (Wanted(since=TODAY - timedelta(11)), False),
        (Wanted(until=TODAY - timedelta(12)), True),
        (Wanted(until=date(1990, 1, 1)), False),
    ],
)
def test_filters(wanted: Wanted, takes: bool) -> None:
    visit = next(each for each in entries(FILE, WHO) if each.kind is Kind.VISIT)
    assert wanted.takes(visit) is takes


def test_the_houses_are_those_of_the_entries() -> None:
    assert houses(entries(FILE, WHO)) == sorted(NAMES.values())


def test_a_note_is_an_entry_with_its_page_and_one_that_was_withdrawn_too() -> None:
    gone = withdrawn(kept(id="w"), "写错了人")
    file = health_file([*organizations(), patient(), kept(), kept("preliminary", id="d"), gone])
    assert sorted(each.note.id for each in entries(file, WHO) if each.note) == ["d", "n", "w"]
    for only in entries(file, OTHER):
        assert (only.kind, only.titles, only.origin.organization) == (
            Kind.DOCUMENT,
            ("随访记录",),
            NAMES[HUAXI],
        )
    mine = replace(OTHER, role=Role.RESIDENT)
    assert [each.note.id for each in entries(file, mine) if each.note] == ["n"]


def test_a_report_says_that_a_result_of_it_was_withdrawn() -> None:
    result = observation("10839-9", "肌钙蛋白", "9.9", "ng/mL", 5) | {"status": "entered-in-error", "id": "t"}
    report = of() | {
        "resourceType": "DiagnosticReport", "status": "final", "effectiveDateTime": ago(5), "id": "r",
        "code": {"text": "心肌酶"}, "result": [{"reference": "Observation/t"}],
    }  # fmt: skip
    other = report | {"id": "q", "effectiveDateTime": ago(4), "result": []}
    for more in ({}, {"conclusion": "HTEST"}):
        found = entries(health_file([patient(), report | more, other, result]), WHO)
        assert [each.withdrawn for each in found] == [False, True]


@pytest.mark.parametrize("status", ["preparation", "not-done", "entered-in-error"])
def test_what_was_not_done_is_no_procedure(status: str) -> None:
    planned = of() | {"resourceType": "Procedure", "status": status, "code": {"text": "阑尾切除"}}
    assert entries(health_file([patient(), planned]), WHO) == []


def test_a_drug_by_reference_has_its_name() -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "华法林"}}
    asked = request("x", medicationReference={"reference": "Medication/m"})
    del asked["medicationCodeableConcept"]
    (entry,) = entries(health_file([patient(), drug, asked]), WHO)
    assert entry.titles == ("华法林",)


def test_an_order_not_to_give_a_drug_is_no_prescription() -> None:
    assert entries(health_file([patient(), request("青霉素", doNotPerform=True)]), WHO) == []


def test_every_report_of_a_day_opens_by_itself() -> None:
    report = of() | {
        "resourceType": "DiagnosticReport", "status": "final", "effectiveDateTime": ago(5),
        "code": {"text": "血常规"},
    }  # fmt: skip
    (entry,) = entries(health_file([report | {"id": "a"}, report | {"id": "b"}]), WHO)
    assert (entry.titles, entry.places) == (
        ("血常规", "血常规"),
        ("DiagnosticReport/a", "DiagnosticReport/b"),
    )


def test_a_prescription_leads_to_the_visit_in_which_it_was_written() -> None:
    visit = encounter("AMB", 9, "头晕") | {"id": "e1"}
    here = request("A片", "每日1次", 9) | {"encounter": {"reference": "Encounter/e1"}}

    def places(*lines: dict[str, Any]) -> list[tuple[str, ...]]:
        found = entries(health_file([*organizations(), patient(), *lines]), WHO)
        return [each.places for each in found if each.kind is Kind.PRESCRIPTION]

    assert places(visit, here) == [("Encounter/e1",)]
    assert places(here) == [()], "of a visit that is not shown nothing leads there"
    assert places(visit, here, request("B片", "", 9)) == [()]
