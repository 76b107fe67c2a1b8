from collections.abc import Sequence
from typing import Any

import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.condition import Condition
from fhir.search.criteria.chain import Chained
from fhir.search.criteria.criterion import Reading
from tests.support.refusal import refused

TOO_MUCH = Refusal(Fault.TOO_COSTLY, "too much")
DENIED = Refusal(Fault.FORBIDDEN, "no")


class Asked:
    """Answers look-ups from a script and notes them."""

    def __init__(self, **found: Any) -> None:
        self.found, self.calls = found, list[tuple[str, int]]()

    async def references(self, type: str, conditions: Sequence[Condition]) -> Sequence[str]:
        self.calls.append((type, len(conditions)))
        answer = self.found.get(f"{type}{len(conditions)}", self.found.get(type, []))
        if isinstance(answer, Refusal):
            raise answer
        return list(answer)

    async def referred(self, type: str, conditions: Sequence[Condition], parameter: str) -> Sequence[str]:
        return await self.references(f"{type}_{parameter}", conditions)


async def asked(given: str, resolver: Any, type: str = "Observation", beside: str = "") -> dict[str, Any]:
    found = Reading().condition(type, given, "x")
    assert isinstance(found, Chained)
    if beside:
        other = Reading().condition(type, beside, "x")
        assert other is not None
        found = Chained(found.parameter, found.targets, found.named, (other,))
    return (await found.resolve(resolver)).filter(str, {"Patient/1": ("Patient/1", "Patient/2")})


async def test_what_is_found_is_referred_to_and_the_person_is_meant() -> None:
    found = await asked("patient.name", Asked(Patient=["Patient/1"]))
    assert found["tokens"] == {"$in": ["Observation.patient|Patient/1", "Observation.patient|Patient/2"]}
    assert found["owner"] == {"$in": ["Patient/1", "Patient/2"]}


async def test_nothing_found_is_nothing_referred_to() -> None:
    assert await asked("patient.name", Asked()) == {"tokens": {"$in": []}}


async def test_a_denied_type_that_was_not_named_is_passed_over() -> None:
    found = await asked("subject.identifier", Asked(Patient=DENIED, Group=["Group/1"]))
    assert found == {"tokens": "Observation.subject|Group/1"}
    every = dict.fromkeys(("Patient", "Group", "Device", "Location"), DENIED)
    await refused(asked("subject.identifier", Asked(**every)), Fault.FORBIDDEN)
    await refused(asked("subject:Patient.identifier", Asked(Patient=DENIED)), Fault.FORBIDDEN)


async def test_where_it_is_too_much_the_other_side_is_asked() -> None:
    resolver = Asked(Patient1=TOO_MUCH, Observation_patient=["Patient/1", "Group/1"], Patient2=["Patient/1"])
    found = await asked("patient.name", resolver, beside="code")
    assert found["owner"] == {"$in": ["Patient/1", "Patient/2"]}
    assert resolver.calls == [("Patient", 1), ("Observation_patient", 1), ("Patient", 2)]
    await refused(asked("patient.name", Asked(Patient=TOO_MUCH)), Fault.TOO_COSTLY)


async def test_a_canonical_is_followed_by_its_url() -> None:
    resolver = Asked(Questionnaire_url=["http://x.example/q"])
    found = await asked("questionnaire.title", resolver, "QuestionnaireResponse")
    assert found == {"tokens": "QuestionnaireResponse.questionnaire|http://x.example/q"}


def test_there_is_no_filter_before_it_is_resolved() -> None:
    found = Reading().condition("Observation", "patient.name", "x")
    assert found is not None
    with pytest.raises(TypeError):
        found.filter(str, {})
    assert found.patients == frozenset()
