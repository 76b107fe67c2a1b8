from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.resource import Resource, serialize
from fhir.store import Stored
from fhir.subset import subset, subset_all

NOTHING: dict[str, Any] = {"summary": None, "elements": ()}
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
OBSERVATION: Resource = {
    "resourceType": "Observation",
    "id": "o1",
    "meta": {"versionId": "1", "tag": [{"code": "kept"}]},
    "text": {"status": "empty"},
    "status": "final",
    "_status": {"id": "x"},
    "modifierExtension": [{"url": "m"}],
    "code": {"text": "c"},
    "valueString": "v",
    "note": [{"text": "n"}],
}


@pytest.mark.parametrize(
    ("summary", "elements", "kept", "cut"),
    [
        ("true", (), {"valueString", "code"}, {"note", "text"}),
        ("text", (), {"text", "code"}, {"valueString", "note"}),
        ("data", (), {"valueString", "note"}, {"text"}),
        (None, ("note",), {"note", "code"}, {"valueString", "text"}),
        ("false", ("note.text", "value"), {"note", "valueString"}, {"text"}),
    ],
)
def test_what_is_asked_for_stays_and_the_rest_goes(
    summary: str | None, elements: tuple[str, ...], kept: set[str], cut: set[str]
) -> None:
    part = subset(OBSERVATION, summary, elements)
    assert kept <= part.keys()
    assert not cut & part.keys()


def test_mandatory_elements_and_modifiers_always_stay() -> None:
    part = subset(OBSERVATION, None, ("note",))
    assert part.keys() >= {"resourceType", "id", "meta", "status", "_status", "code", "modifierExtension"}


def test_the_part_is_tagged_and_the_whole_is_not_touched() -> None:
    part = subset(OBSERVATION, "true")
    assert [tag["code"] for tag in part["meta"]["tag"]] == ["kept", "SUBSETTED"]
    assert OBSERVATION["meta"]["tag"] == [{"code": "kept"}]


def stored() -> Stored:
    return Stored("Observation", "o1", 1, MOMENT, "Patient/p1", body=serialize(OBSERVATION))


@pytest.mark.parametrize("asked", [NOTHING, NOTHING | {"summary": "false"}, NOTHING | {"summary": "count"}])
def test_rows_stay_as_they_are_where_no_part_is_asked_for(asked: dict[str, Any]) -> None:
    assert subset_all([stored()], **asked)[0].body == stored().body


def test_rows_are_cut_where_a_part_is_asked_for() -> None:
    (row,) = subset_all([stored()], None, ("note",))
    assert "valueString" not in row.resource()
    assert row.resource()["note"] == OBSERVATION["note"]
