"""The residents of the page tests (HTEST): one in the doctor's care under three Patients, one elsewhere."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.support import people

HOSPITAL, CENTRE, ELSEWHERE = people.HUAXI, people.JINJIANG, people.JIANYANG
RESIDENT, STRANGER = "wang-huaxi", "stranger"
NUMBER = "510104195803129013"
STRANGERS_NUMBER, STRANGERS_NAME = "510104195803129021", "李淑芬"
_SUBJECTS = {"p1": RESIDENT, "p2": "wang-jinjiang", "p3": "wang-jianyang"}


def residents(today: date) -> list[dict[str, Any]]:
    """Organizations, Patients and their resources, dated relative to `today`."""
    file = people.five_diseases()
    shift = today - people.TODAY
    made = moved(file.everything(), shift)
    for number, resource in enumerate(made):
        resource.setdefault("id", f"made-{number}")
    zhou = {"resourceType": "Practitioner", "id": "zhou", "name": [{"text": "周敏"}]}
    stranger = people.patient(STRANGER, ELSEWHERE) | {
        "identifier": [{"system": "urn:oid:2.16.156.10011.1.3", "value": STRANGERS_NUMBER}],
        "name": [{"text": STRANGERS_NAME}],
        "gender": "female",
    }
    return [*file.organizations.values(), zhou, *made, stranger]


def moved(resources: Iterable[dict[str, Any]], shift: timedelta) -> list[dict[str, Any]]:
    """Resources of the examples' Patients as those of the test Patients, their dates moved by `shift`."""
    return [_moved(each, shift) for each in resources]


def _moved(part: Any, shift: timedelta) -> Any:
    """A copy with the test Patients' ids and with dates as far from today as the examples' are."""
    if isinstance(part, dict):
        return {key: _moved_member(key, value, shift) for key, value in part.items() if key != "meta"}
    return [_moved(each, shift) for each in part] if isinstance(part, list) else part


def _moved_member(key: str, value: Any, shift: timedelta) -> Any:
    if key == "id" and value in _SUBJECTS:
        return _SUBJECTS[value]
    if key == "reference" and value.removeprefix("Patient/") in _SUBJECTS:
        return "Patient/" + _SUBJECTS[value.removeprefix("Patient/")]
    dated = key in ("authoredOn", "recordedDate", "effectiveDateTime", "start", "end", "occurrenceDateTime")
    if dated and isinstance(value, str):
        return (date.fromisoformat(value[:10]) + shift).isoformat() + value[10:]
    return _moved(value, shift)
