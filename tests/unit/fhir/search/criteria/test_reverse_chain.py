from typing import Any

import pytest

from fhir.outcome import Fault
from fhir.search.criteria.criterion import Reading
from fhir.search.criteria.reverse_chain import ReferredBy
from tests.support.refusal import refused
from tests.unit.fhir.search.criteria.test_chain import TOO_MUCH, Asked


async def asked(given: str, resolver: Any, type: str = "Patient", beside: str = "") -> dict[str, Any]:
    found = Reading().condition(type, given, "x")
    assert isinstance(found, ReferredBy)
    if beside:
        other = Reading().condition(type, beside, "x")
        assert other is not None
        found = ReferredBy(found.type, found.parameter, found.inner, (other,))
    return (await found.resolve(resolver)).filter(str, {"Patient/1": ("Patient/1", "Patient/2")})


async def test_what_is_referred_to_is_found_as_far_as_it_is_of_the_type() -> None:
    resolver = Asked(Observation_subject=["Patient/1", "Group/1", "http://x.example/Patient/9"])
    assert await asked("_has:Observation:subject:code", resolver) == {
        "_id": {"$in": ["Patient/1", "Patient/2"]}
    }


async def test_where_it_is_too_much_the_other_side_is_asked() -> None:
    resolver = Asked(Observation_subject1=TOO_MUCH, Patient=["Patient/1"], Observation_subject2=["Patient/1"])
    found = await asked("_has:Observation:subject:code", resolver, beside="identifier")
    assert found == {"_id": {"$in": ["Patient/1", "Patient/2"]}}
    assert resolver.calls == [("Observation_subject", 1), ("Patient", 1), ("Observation_subject", 2)]
    too_much = asked("_has:Observation:subject:code", Asked(Observation_subject=TOO_MUCH))
    await refused(too_much, Fault.TOO_COSTLY)


async def test_a_canonical_is_met_by_its_url() -> None:
    resolver = Asked(QuestionnaireResponse_questionnaire=["http://x.example/q|1"])
    found = await asked("_has:QuestionnaireResponse:questionnaire:status", resolver, "Questionnaire")
    assert found == {"tokens": "Questionnaire.url|http://x.example/q|1"}


def test_there_is_no_filter_before_it_is_resolved() -> None:
    found = Reading().condition("Patient", "_has:Observation:subject:code", "x")
    assert found is not None
    with pytest.raises(TypeError):
        found.filter(str, {})
    assert found.patients == frozenset()
