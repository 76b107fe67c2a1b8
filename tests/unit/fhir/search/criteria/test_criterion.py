"""Checklist lines 59 and 90: what a parameter asks, wherever it stands."""

import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.criteria.chain import Chained
from fhir.search.criteria.criterion import MOST_BRANCHES, MOST_LINKS, Reading
from fhir.search.criteria.reverse_chain import ReferredBy


def chained(type: str, given: str, value: str = "x") -> Chained:
    found = Reading().condition(type, given, value)
    assert isinstance(found, Chained)
    return found


def test_a_chain_with_a_type_goes_to_that_type() -> None:
    found = chained("Observation", "subject:Patient.name")
    assert ([type for type, _ in found.targets], found.named) == (["Patient"], True)


def test_a_chain_without_a_type_goes_wherever_the_parameter_is() -> None:
    found = chained("Observation", "subject.identifier")
    assert [type for type, _ in found.targets] == ["Device", "Group", "Location", "Patient"]
    assert not found.named
    assert [type for type, _ in chained("Observation", "subject.birthdate", "1958").targets] == ["Patient"]


def test_a_value_that_fits_one_of_the_types_is_left_to_it() -> None:
    found = chained("Observation", "focus.birthdate", "1958")
    assert [type for type, _ in found.targets] == ["Patient", "Person", "RelatedPerson"]
    with pytest.raises(Refusal):
        Reading().condition("Observation", "focus.birthdate", "soon")


def test_has_takes_a_whole_parameter() -> None:
    found = Reading().condition(
        "Patient", "_has:Observation:patient:_has:Provenance:target:agent:missing", "true"
    )
    assert isinstance(found, ReferredBy)
    assert isinstance(found.inner, ReferredBy)
    assert (found.type, found.parameter.key, found.inner.parameter.key) == (
        "Patient", "Observation.patient", "Provenance.target",
    )  # fmt: skip


def test_the_types_that_are_named_must_be_open() -> None:
    reading = Reading()
    reading.condition("Observation", "subject:Patient.organization.name", "x")
    reading.condition("Observation", "_has:Provenance:target:agent", "x")
    reading.condition("Observation", "subject.identifier", "x")
    reading.condition("Observation", "_list", "1")
    assert reading.types == {"Patient", "Organization", "Provenance", "List"}


@pytest.mark.parametrize("given", ["name", "subject:Patient.name", "_has:Provenance:target:agent", "_filter"])
def test_nothing_is_asked_without_a_value(given: str) -> None:
    for value in ("", " ", ",", ",,"):
        if not (given == "_filter" and value.strip()):
            type = "Patient" if given == "name" else "Observation"
            assert Reading().condition(type, given, value) is None


@pytest.mark.parametrize(
    ("type", "given", "fault"),
    [
        ("Patient", "_query", Fault.UNSUPPORTED_PARAMETER),
        ("Patient", "_containedType", Fault.UNSUPPORTED_PARAMETER),
        ("Patient", "nonsense", Fault.PARAMETER),
        ("Patient", "name.x", Fault.PARAMETER),
        ("Patient", "organization.nonsense", Fault.PARAMETER),
        ("Patient", "organization:Patient.name", Fault.UNSUPPORTED_PARAMETER),
        ("Patient", "_has", Fault.PARAMETER),
        ("Patient", "_has:Observation:patient:", Fault.PARAMETER),
        ("Patient", "_has:Observation:encounter:code", Fault.PARAMETER),
        ("Patient", "_has:AuditEvent:patient:date", Fault.UNSUPPORTED_PARAMETER),
        ("Organization", "partof." * (MOST_LINKS + 1) + "name", Fault.TOO_COSTLY),
        ("Organization", "_has:Organization:partof:" * (MOST_LINKS + 1) + "name", Fault.TOO_COSTLY),
        ("Observation", "focus.focus._id", Fault.TOO_COSTLY),
    ],
)
def test_what_cannot_be_asked(type: str, given: str, fault: Fault) -> None:
    with pytest.raises(Refusal) as refused:
        Reading().condition(type, given, "x")
    assert refused.value.fault is fault


def test_all_chains_of_a_search_count_together() -> None:
    reading = Reading()
    for _ in range(MOST_BRANCHES):
        reading.condition("Observation", "patient.name", "x")
    with pytest.raises(Refusal) as refused:
        reading.condition("Observation", "patient.name", "x")
    assert refused.value.fault is Fault.TOO_COSTLY
