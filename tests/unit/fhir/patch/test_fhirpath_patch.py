import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from fhir.outcome import Fault, Refusal
from fhir.patch.fhirpath_patch import read_fhirpath_patch

CASES = json.loads((Path(__file__).parents[3] / "spec/patch/fhirpath.json").read_bytes())
PATIENT = CASES["resource"]
IDENTIFIERS = PATIENT["identifier"]


def operation(type: str, path: str, value: Any = None, **parts: Any) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [
        {"name": "type", "valueCode": type},
        {"name": "path", "valueString": path},
    ]
    for name, part in parts.items():
        listed.append({"name": name, "valueInteger" if isinstance(part, int) else "valueString": part})
    if value is not None:
        listed.append({"name": "value"} | value)
    return {"name": "operation", "part": listed}


def patched(*operations: Any) -> Any:
    before = deepcopy(PATIENT)
    patch = read_fhirpath_patch({"resourceType": "Parameters", "parameter": list(operations)})
    after = patch(before)
    assert before == PATIENT, "the old resource stays as it was"
    assert patch(before) == after, "a patch can be applied again"
    return after


@pytest.mark.parametrize("case", CASES["applied"])
def test_each_operation(case: Any) -> None:
    """Checklist line 23."""
    expected = {name: value for name, value in (PATIENT | case["changed"]).items() if value is not None}
    assert patched(case["operation"]) == expected


def test_operations_follow_each_other() -> None:
    given = patched(
        operation("delete", "Patient.identifier[0]"),
        operation("delete", "Patient.identifier[0]"),
        operation("add", "Patient", {"valueIdentifier": {"value": "4"}}, name="identifier"),
        operation("replace", "Patient.identifier[1].value", {"valueString": "5"}),
    )
    assert given["identifier"] == [IDENTIFIERS[2], {"value": "5"}]


@pytest.mark.parametrize("asked", CASES["refused"])
def test_what_does_not_fit_is_refused(asked: Any) -> None:
    """Checklist line 23: each path leads to one place that can be changed."""
    with pytest.raises(Refusal) as refusal:
        patched(asked)
    assert refusal.value.fault is Fault.UNPROCESSABLE


@pytest.mark.parametrize(
    ("parameter", "fault"),
    [
        (7, Fault.MALFORMED),
        ([7], Fault.MALFORMED),
        ([{"name": "x", "part": []}], Fault.MALFORMED),
        ([{"name": "operation"}], Fault.MALFORMED),
        ([{"name": "operation", "part": [7]}], Fault.MALFORMED),
        ([operation("frob", "Patient")], Fault.MALFORMED),
        ([operation("add", "Patient")], Fault.MALFORMED),
        ([operation("add", "Patient", {}, name="active")], Fault.MALFORMED),
        ([operation("insert", "Patient.name", {"valueString": "x"}, index=-1)], Fault.MALFORMED),
        ([operation("insert", "Patient.name", {"valueString": "x"}, index="1")], Fault.MALFORMED),
        ([operation("delete", 5)], Fault.MALFORMED),  # type: ignore[arg-type]
        ([operation("delete", "Patient.active")] * 1001, Fault.TOO_LARGE),
    ],
)
def test_what_is_no_patch(parameter: Any, fault: Fault) -> None:
    with pytest.raises(Refusal) as refusal:
        read_fhirpath_patch({"resourceType": "Parameters", "parameter": parameter})
    assert refusal.value.fault is fault
