from typing import Any

import pytest

from fhir.validation.invariants.administration import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


@pytest.mark.parametrize("status", ["proposed", "cancelled", "waitlist"])
def test_appointments_without_a_time(status: str) -> None:
    assert ask("Appointment", "app-3", {"status": status})
    assert not ask("Appointment", "app-3", {"status": "booked"})
    assert not ask("Appointment", "app-3", {"status": "booked", "start": "2024"})


def test_a_group_with_members_is_an_actual_one() -> None:
    assert ask("Group", "grp-1", {"actual": False})
    assert ask("Group", "grp-1", {"actual": True, "member": [{}]})
    assert not ask("Group", "grp-1", {"member": [{}]})


def test_tasks_in_zones() -> None:
    element = {"authoredOn": "2024-01-01T08:00:00+08:00", "lastModified": "2024-01-01T00:00:00Z"}
    assert ask("Task", "inv-1", element)
