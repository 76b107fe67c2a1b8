from typing import Any

import pytest

from fhir.summary.file import HealthFile
from fhir.summary.ips.references import Resolving
from tests.support.people import JINJIANG, patient

BASE = "https://furong.test/fhir"
IDENTIFIER = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}


def resolved(reference: dict[str, Any]) -> dict[str, Any]:
    people = [patient(), patient("p2", JINJIANG)]
    file = HealthFile(people, {}, members=("Patient/p1", "Patient/p2", "Patient/unseen"))
    resolving = Resolving.of(BASE, file, [{"resourceType": "Medication", "id": "m"}])
    made = resolving.within({"resourceType": "Basic", "id": "b", "subject": reference})
    return dict(made["subject"])


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"reference": "Patient/p1"}, {"reference": "Patient/p1"}),
        ({"reference": f"{BASE}/Patient/p1"}, {"reference": "Patient/p1"}),
        ({"reference": "Patient/p1/_history/3"}, {"reference": "Patient/p1"}),
        ({"reference": "Medication/m"}, {"reference": "Medication/m"}),
        ({"reference": "#inner"}, {"reference": "#inner"}),
        ({"reference": "Patient/p2"}, {"reference": "Patient/p1", "identifier": IDENTIFIER}),
        ({"reference": "Patient/unseen"}, {"reference": "Patient/p1"}),
        ({"reference": "Patient/p9"}, {"type": "Patient"}),
        ({"reference": "Encounter/e", "display": "x"}, {"type": "Encounter", "display": "x"}),
        ({"reference": "urn:uuid:1"}, {"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}}),
        (
            {"reference": "https://elsewhere.test/Patient/1"},
            {"identifier": {"system": "urn:ietf:rfc:3986", "value": "https://elsewhere.test/Patient/1"}},
        ),
        ({"display": "x"}, {"display": "x"}),
    ],
)
def test_references(given: dict[str, Any], made: dict[str, Any]) -> None:
    assert resolved(given) == made


def test_an_attachment_is_named_by_its_whole_address() -> None:
    report = {"resourceType": "DiagnosticReport", "presentedForm": [{"url": "Binary/b1"}]}
    made = Resolving.of(BASE, HealthFile([patient()], {}), []).within(report)
    assert made["presentedForm"][0]["url"] == f"{BASE}/Binary/b1"


def test_what_was_changed_names_no_version_and_what_was_not_does() -> None:
    resolving = Resolving.of(BASE, HealthFile([patient()], {}), [])
    stored = {"resourceType": "Basic", "id": "b", "meta": {"versionId": "2"}}
    assert resolving.within(stored) == stored
    changed = resolving.within(stored | {"subject": {"reference": "Patient/gone"}})
    assert changed["meta"] == {}
