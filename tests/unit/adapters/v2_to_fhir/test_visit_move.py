"""adapters.v2_to_fhir.visit_move: what a visit takes along, and what becomes of its number (line 52)."""

from typing import Any

from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.visit_move import absorbed, belonging, known_as, moved, repointed, superseded
from fhir.resource import Resource
from tests.unit.adapters.v2_to_fhir.given import converted

NAMES = {"Patient/w": "Patient/r"}


def admitted(
    visit: str, hour: int, trigger: str = "A01", bed: str = "3B^1^1", **more: str
) -> tuple[Resource, Any]:
    end = "|" * 17 + more["disposition"] if "disposition" in more else ""
    pv1 = f"PV1|1|I|{bed}||||{more.get('doctor', '')}||||||||||||{visit}{end}"
    made = converted(f"EVN|{trigger}|20260105{hour:02}0000", "PID|||P1", pv1, kind=f"ADT^{trigger}")
    (draft,) = [one for one in made.drafts if one.type == "Encounter"]
    return merge(None, {}, draft)


def test_references_are_led_elsewhere_and_nothing_else_changes() -> None:
    value = {"subject": {"reference": "Patient/w"}, "note": [{"text": "Patient/w"}], "code": {"text": "x"}}
    made = repointed(value, NAMES)
    assert made == value | {"subject": {"reference": "Patient/r"}}
    assert made["note"] is value["note"]
    assert repointed(made, NAMES) is made


def test_a_moved_element_is_not_moved_back_by_an_older_message() -> None:
    account = {"resourceType": "Account", "status": "active", "subject": [{"reference": "Patient/w"}]}
    memory = {"times": {"status": "2 1"}, "lists": {"subject": [["PID-3", 1, "2 1"]]}}
    made, remembered = moved(account, memory, NAMES, "2 5")
    assert made["subject"] == [{"reference": "Patient/r"}]
    assert remembered == {
        "times": {"status": "2 1", "subject": "2 5"},
        "lists": {"subject": [["PID-3", 1, "2 5"]]},
    }
    assert moved(made, remembered, NAMES, "2 5") == (made, remembered)


def test_what_belongs_to_a_visit() -> None:
    to = lambda *names: {"x": [{"reference": name} for name in names]}  # noqa: E731
    resources: dict[str, Resource] = {
        "Encounter/v": to("Patient/w", "Condition/c"),
        "Condition/c": to("Patient/w"),
        "Observation/o": to("Encounter/v", "Specimen/s", "Practitioner/d"),
        "Specimen/s": to("Patient/w"),
        "Observation/other": to("Encounter/u", "Specimen/s"),
        "DiagnosticReport/r": to("Encounter/v", "Observation/other"),
        "AllergyIntolerance/a": to("Patient/w"),
        "Provenance/p": to("Encounter/v"),
        "Patient/w": to(),
        "Practitioner/d": to(),
    }
    theirs = {"Encounter/v", "Condition/c", "Observation/o", "Specimen/s", "DiagnosticReport/r"}
    assert belonging(resources, "Encounter/v") == theirs


def test_a_visit_takes_in_another_one_newer_elements_and_all_events() -> None:
    former, remembered = admitted("V1", 8, doctor="D1^王^医生", disposition="1")
    present, memory = admitted("V2", 10, "A08", bed="3B^1^2")
    made, _ = absorbed(present, memory, former, remembered)
    assert made["status"] == "in-progress"
    assert made["period"] == {"start": "2026-01-05T08:00:00+08:00"}
    assert made["participant"] == former["participant"]
    assert made["hospitalization"] == former["hospitalization"]
    assert [(one.get("use"), one["value"]) for one in made["identifier"]] == [(None, "V2"), ("old", "V1")]
    assert len(made["location"]) == 1


def test_older_elements_of_the_former_visit_do_not_win() -> None:
    newer, newer_memory = admitted("V2", 10, doctor="D2^李^医生")
    older, older_memory = admitted("V1", 8, doctor="D1^王^医生")
    assert absorbed(newer, newer_memory, older, older_memory)[0]["participant"] == newer["participant"]
    assert absorbed(older, older_memory, newer, newer_memory)[0]["participant"] == newer["participant"]


def test_a_number_given_up_is_in_error_and_names_the_new_one() -> None:
    made, memory = superseded(*admitted("V1", 8), "Encounter/v2", "t")
    (extension,) = made["extension"]
    assert (made["status"], extension["valueReference"]) == (
        "entered-in-error",
        {"reference": "Encounter/v2"},
    )
    assert memory["replaced"] == {"by": "Encounter/v2", "time": "t"}
    assert superseded(made, memory, "Encounter/v2", "t") == (made, memory)


def test_old_numbers_gather_and_come_once() -> None:
    present, memory = admitted("V1", 8)
    once = known_as(present, memory, [{"system": "u", "value": "V0"}])
    twice = known_as(*once, [{"system": "u", "value": "V0"}, {"system": "u", "value": "W0"}])
    assert [one["value"] for one in twice[0]["identifier"]] == ["V1", "V0", "W0"]
