from typing import Any

import pytest

from fhir.definitions.element_paths import places, rows


@pytest.mark.parametrize(
    ("base", "expression", "expected"),
    [
        (
            "Observation",
            "Observation.effective",
            [
                {"path": ["effectiveDateTime"], "type": "dateTime"},
                {"path": ["effectivePeriod"], "type": "Period"},
                {"path": ["effectiveTiming"], "type": "Timing"},
                {"path": ["effectiveInstant"], "type": "instant"},
            ],
        ),
        (
            "Observation",
            "(Observation.component.value as Quantity)",
            [{"path": ["component*", "valueQuantity"], "type": "Quantity"}],
        ),
        (
            "Observation",
            "Observation.value.as(DateTime)",
            [{"path": ["valueDateTime"], "type": "dateTime"}],
        ),
        (
            "Patient",
            "Patient.gender",
            [{"path": ["gender"], "type": "code", "system": "http://hl7.org/fhir/administrative-gender"}],
        ),
        (
            "Flag",
            "Flag.subject.where(resolve() is Patient)",
            [
                {
                    "path": ["subject"],
                    "type": "Reference",
                    "resolves": "Patient",
                    "target": [
                        "Group", "Location", "Medication", "Organization", "Patient", "PlanDefinition",
                        "Practitioner", "Procedure",
                    ],
                }
            ],
        ),
        (
            "Patient",
            "Patient.telecom.where(system='email')",
            [{"path": ["telecom*[system=email]"], "type": "ContactPoint"}],
        ),
        ("Bundle", "Bundle.entry[0].resource", [{"path": ["entry*#0", "resource"], "type": "Resource"}]),
        (
            "Questionnaire",
            "Questionnaire.item.item.linkId",
            [{"path": ["item*", "item*", "linkId"], "type": "string"}],
        ),
        (
            "Patient",
            "Patient.deceased.exists() and Patient.deceased != false",
            [{"path": ["deceasedBoolean", "deceasedDateTime"], "type": "test"}],
        ),
        (
            "Patient",
            "Patient.extension('urn:x').value as Coding",
            [{"path": ["extension*[url=urn:x]", "valueCoding"], "type": "Coding"}],
        ),
        ("Patient", "name.family", [{"path": ["name*", "family"], "type": "string"}]),
        ("Patient", "Resource.id", [{"path": ["id"], "type": "id"}]),
        ("Patient", "Observation.code", []),
        ("Patient", "Patient", []),
        ("Patient", "Patient.nothing", []),
    ],
)  # fmt: skip
def test_paths_name_the_json_members(base: str, expression: str, expected: list[dict[str, Any]]) -> None:
    assert rows(base, expression) == expected


def test_what_ends_at_an_extension_is_its_value() -> None:
    found = {row["type"]: row["path"] for row in rows("Device", "Device.extension('urn:x')")}
    assert len(found) == 50
    assert found["CodeableConcept"] == ["extension*[url=urn:x]", "valueCodeableConcept"]


def test_the_parts_of_a_composite_are_reached_from_where_it_stands() -> None:
    found = list(places("Observation", "Observation | Observation.component"))
    assert [spelled for spelled, _ in found] == [[], ["component*"]]
    for _, children in found:
        assert rows("Observation", "value.as(Quantity)", children) == [
            {"path": ["valueQuantity"], "type": "Quantity"}
        ]
    (spelled, children) = next(places("MolecularSequence", "MolecularSequence.variant"))
    assert spelled == ["variant*"]
    assert rows("MolecularSequence", "start", children) == [{"path": ["start"], "type": "integer"}]
    assert rows("MolecularSequence", "%resource.referenceSeq.chromosome", children) == [
        {"path": ["referenceSeq", "chromosome"], "type": "CodeableConcept", "root": True}
    ]
