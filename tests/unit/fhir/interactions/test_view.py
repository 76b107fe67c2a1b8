from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.interactions.view import WHOLE, view
from fhir.outcome import Refusal
from fhir.resource import serialize
from fhir.store import Stored
from tests.support.resources import patient

BODY = serialize(patient(meta={}, gender="male", maritalStatus={"text": "x"}))
STORED = Stored("Patient", "p1", 1, datetime.now(UTC), "Patient/p1", body=BODY)


@pytest.mark.parametrize(
    ("parameters", "members"),
    [
        ([("_elements", "gender")], {"gender"}),
        ([("_elements", "Patient.gender,maritalStatus")], {"gender", "maritalStatus"}),
        ([("_summary", "true")], {"name", "gender"}),
        ([("_summary", "text")], set()),
    ],
)
def test_parts(parameters: Any, members: set[str]) -> None:
    """Checklist lines 8 and 12."""
    cut = view(parameters, "Patient").of(STORED).resource()
    assert cut.keys() - {"resourceType", "id", "meta"} == members
    assert cut["meta"]["tag"][0]["code"] == "SUBSETTED"


@pytest.mark.parametrize(
    "parameters", [[], [("_summary", "false")], [("_elements", "")], [("_pretty", "true")]]
)
def test_the_whole(parameters: Any) -> None:
    assert view(parameters) == WHOLE
    assert WHOLE.of(STORED) is STORED


@pytest.mark.parametrize("parameter", [("_summary", "count"), ("_summary", "much"), ("_elements", "$x")])
def test_what_is_malformed(parameter: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        view([parameter])
    assert refusal.value.status == 400
