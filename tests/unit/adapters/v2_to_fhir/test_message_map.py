"""adapters.v2_to_fhir.message_map: segments to resources, in groups."""

from typing import Any

import pytest

from adapters.v2_to_fhir.message_map import Group, by_event, compile_message, message_map
from adapters.v2_to_fhir.resources import COMPLETE
from adapters.v2_to_fhir.table import MapError
from tests.unit.adapters.v2_to_fhir.given import message


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ADT^A01", "ADT_A01"),
        ("ADT^A08", "ADT_A01"),
        ("ADT^A02^ADT_A02", "ADT_A02"),
        ("ADT^A03", "ADT_A03"),
        ("ADT^A11^ADT_A09", "ADT_A11"),
        ("ADT^A13^ADT_A01", "ADT_A01"),
        ("ADT^A28^ADT_A05", "ADT_A01"),
        ("ADT^A31", "ADT_A01"),
        ("ORU^R01", "ORU_R01"),
        ("ORU", "ORU_R01"),
        ("RDE^O11", "RDE_O11"),
        ("VXU^V04", "VXU_V04"),
        ("oru^r01", "ORU_R01"),
    ],
)
def test_which_map(kind: str, name: str) -> None:
    found = message_map(message(kind=kind))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("kind", ["CRM^C01", "ADT^A99^ADT_A99", "ADT", ""])
def test_no_map(kind: str) -> None:
    assert message_map(message(kind=kind)) is None


def groups_of(group: Group) -> list[Group]:
    return [group, *(one for inner in group.groups for one in groups_of(inner))]


def test_every_resource_of_a_map_can_be_completed() -> None:
    for one in by_event().values():
        for group in groups_of(one.group):
            made = {target.map.resource for targets in group.rows.values() for target in targets}
            assert made <= set(COMPLETE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "a message map has"),
        ({"message": "Other", "events": ["A"]}, "a message map has"),
        ({"message": "TEST", "events": []}, "a message map has"),
        ({"message": "TEST", "events": ["A"], "rows": ["PID -> Patient, 1..1"]}, "a row reads"),
        ({"message": "TEST", "events": ["A"], "rows": ["PID → Patient"]}, "a row reads"),
        ({"message": "TEST", "events": ["A"], "rows": ["PID → Bundle, 1..1"]}, "PID_Bundle.yaml"),
        (
            {"message": "TEST", "events": ["A"], "groups": {"G": {"rows": ["x"]}}},
            "row 'x' of G",
        ),
    ],
)
def test_a_wrong_file_is_named(data: Any, reason: str) -> None:
    with pytest.raises(MapError) as error:
        compile_message("TEST", data)
    assert reason in str(error.value)
