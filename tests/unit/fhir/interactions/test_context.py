from fhir.access import Action
from fhir.interactions.context import Context, Trail
from fhir.outcome import Fault
from fhir.store import EVERYONE
from tests.support.refusal import refused
from tests.unit.fhir.interactions.conftest import Contexts


def test_a_trail_keeps_the_patients_among_the_owners() -> None:
    trail = Trail()
    trail.touch(["Patient/p1", "Organization/h1", "Patient/p1"])
    assert trail.patients == {"Patient/p1"}


async def test_a_permit_is_its_constraint(regional: Context) -> None:
    assert await regional.permit("Patient", Action.READ) is EVERYONE


async def test_a_denial_is_a_refusal_with_its_reason(contexts: Contexts) -> None:
    refusal = await refused(contexts(denied=("u",)).permit("Patient", Action.UPDATE), Fault.FORBIDDEN)
    assert str(refusal) == "not this one"


async def test_two_contexts_do_not_share_a_trail(contexts: Contexts) -> None:
    one, other = contexts(), contexts()
    one.trail.touch(["Patient/p1"])
    assert other.trail.patients == set()
