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


PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"versionId": "1"},
    "text": {"status": "generated", "div": "<div/>"},
    "modifierExtension": [{"url": "m", "valueCode": "x"}],
    "active": True,
    "name": [
        {"id": "n", "use": "old", "family": "HTEST", "_family": {"id": "f"}, "given": ["A", "B"]},
        {"text": "HTEST"},
    ],
    "birthDate": "1958-03-12",
    "_birthDate": {"extension": [{"url": "e", "valueCode": "x"}]},
    "contact": [{"name": {"family": "HTESTC", "text": "HTESTC"}, "gender": "male"}],
    "photo": [{"contentType": "image/png", "data": "aaaa"}],
    "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}],
    "deceasedBoolean": False,
}
ALWAYS = {"resourceType", "id", "meta", "modifierExtension", "active", "deceasedBoolean", "link"}
"""`active`, `deceased` and `link` are modifiers."""


def part(summary: str | None, *elements: str) -> Resource:
    found = subset(PATIENT, summary, elements)
    assert found.keys() >= ALWAYS
    return {name: value for name, value in found.items() if name not in ALWAYS}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (("birthDate",), {"birthDate": PATIENT["birthDate"], "_birthDate": PATIENT["_birthDate"]}),
        (("name.given",), {"name": [{"use": "old", "given": ["A", "B"]}, {}]}),
        (("Patient.name.family",), {"name": [{"use": "old", "family": "HTEST", "_family": {"id": "f"}}, {}]}),
        (("name", "name.given"), {"name": PATIENT["name"]}),
        (("contact.name.text",), {"contact": [{"name": {"text": "HTESTC"}}]}),
        (("contact.gender", "contact.name"), {"contact": PATIENT["contact"]}),
        (("birthDate.extension",), {"birthDate": "1958-03-12", "_birthDate": PATIENT["_birthDate"]}),
        (("nonsense", "name.nonsense"), {"name": [{"use": "old"}, {}]}),
    ],
)
def test_elements_within_elements(elements: tuple[str, ...], expected: Resource) -> None:
    """Checklist line 69."""
    assert part(None, *elements) == expected


def test_a_summary_is_what_the_definitions_mark_at_every_depth() -> None:
    """Checklist line 69."""
    found = part("true")
    assert found.keys() == {"name", "birthDate", "_birthDate"}
    assert found["name"][0].keys() == {"use", "family", "_family", "given"}
    component = {"code": {"text": "c"}, "valueString": "v", "referenceRange": [{"text": "r"}]}
    cut = subset(OBSERVATION | {"component": [component]}, "true")
    assert cut["component"] == [{"code": {"text": "c"}, "valueString": "v"}]


def test_a_media_summary_has_no_bytes() -> None:
    media = {"resourceType": "Media", "id": "m", "meta": {}, "status": "completed"}
    attachment = {"contentType": "image/png", "data": "aaaa", "url": "http://x.example"}
    cut = subset(media | {"content": attachment}, "true")
    assert cut["content"] == {"contentType": "image/png", "url": "http://x.example"}


def test_text_and_data_are_each_without_the_other() -> None:
    assert part("text") == {"text": PATIENT["text"]}
    assert part("data") == {
        name: value for name, value in PATIENT.items() if name not in ALWAYS and name != "text"
    }


def test_items_within_items_are_cut_alike() -> None:
    item = {
        "linkId": "1",
        "type": "group",
        "text": "t",
        "item": [{"linkId": "2", "type": "string", "text": "u"}],
    }
    form = {"resourceType": "Questionnaire", "id": "q", "meta": {}, "status": "draft", "item": [item]}
    cut = subset(form, None, ("item.item.text",))
    assert cut["item"][0]["item"] == [{"linkId": "2", "type": "string", "text": "u"}]
    assert "text" not in cut["item"][0]


def test_what_is_included_is_cut_by_names_of_its_type_alone() -> None:
    """search.html#elements: names without a type speak of what was searched."""
    (whole,) = subset_all([stored()], None, ("status",), matches=False)
    assert whole.body == stored().body
    (cut,) = subset_all([stored()], None, ("status", "Observation.note"), matches=False)
    assert "valueString" not in cut.resource()
    (other,) = subset_all([stored()], None, ("Patient.name",))
    assert other.body == stored().body
