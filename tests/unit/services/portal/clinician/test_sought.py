"""Of a file that is not shown the record names the Patient all the same, and nothing within."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fhir.interactions.context import Trail
from fhir.outcome import Fault, Refusal
from services.portal.clinician.sought import sought
from services.portal.visit import Visit


class Noted:
    """As much of a visit as this needs."""

    def __init__(self, *shown: str) -> None:
        self.known: dict[str, Any] = {}
        self.context = SimpleNamespace(trail=Trail(patients=set(shown)))

    def note(self, **known: Any) -> None:
        self.known |= known


NAMED = {"patients": ("Patient/x",)}


@pytest.mark.parametrize(
    ("fault", "shown", "known"),
    [
        (Fault.NOT_FOUND, (), NAMED | {"entity": "Patient/x"}),
        (Fault.GONE, (), NAMED | {"entity": "Patient/x"}),
        (Fault.NOT_FOUND, ("Patient/x",), NAMED),
        (Fault.FORBIDDEN, (), {}),
    ],
)
def test_who_was_sought(fault: Fault, shown: tuple[str, ...], known: dict[str, Any]) -> None:
    visit = Noted(*shown)
    with pytest.raises(Refusal), sought(cast(Visit, visit), "x"):
        raise Refusal(fault, "no")
    assert visit.known == known
