import pytest

from fhir.access import Action
from fhir.interactions.bundle.entry import entry
from fhir.interactions.bundle.permits import permitted
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation
from tests.unit.fhir.interactions.conftest import BASE, Contexts


def ask(position: int, method: str) -> object:
    resource = {"resourceType": "Parameters"} if method == "PATCH" else observation("o1")
    url = "Observation" if method == "POST" else "Observation/o1"
    return entry(position, {"request": {"method": method, "url": url}, "resource": resource}, BASE)


@pytest.mark.parametrize(
    ("method", "action"),
    [("POST", Action.CREATE), ("PUT", Action.UPDATE), ("DELETE", Action.DELETE), ("PATCH", Action.READ)],
)
async def test_each_write_needs_its_own_right(contexts: Contexts, method: str, action: Action) -> None:
    """Checklist line 72: decided before any data is touched, and the entry is named."""
    writes = [ask(0, "PUT" if method != "PUT" else "POST"), ask(1, method)]
    assert (await permitted(contexts(), writes)).keys() == {0, 1}  # type: ignore[arg-type]
    denied = contexts(denied=(action.value,))
    refusal = await refused(permitted(denied, writes), Fault.FORBIDDEN)  # type: ignore[arg-type]
    assert refusal.issues[0].expression == "Bundle.entry[1]"
