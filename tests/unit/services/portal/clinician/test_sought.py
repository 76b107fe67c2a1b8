"""Of a file that is not shown the record names the Patient all the same."""

from typing import Any, cast

import pytest

from fhir.outcome import Fault, Refusal
from services.portal.clinician.sought import sought
from services.portal.visit import Visit


class Noted:
    """As much of a visit as this needs."""

    patients: tuple[str, ...] = ()

    def note(self, **known: Any) -> None:
        self.patients = known["patients"]


@pytest.mark.parametrize(
    ("fault", "patients"), [(Fault.NOT_FOUND, ("Patient/x",)), (Fault.GONE, ("Patient/x",)),
                            (Fault.FORBIDDEN, ())],
)  # fmt: skip
def test_who_was_sought(fault: Fault, patients: tuple[str, ...]) -> None:
    visit = Noted()
    with pytest.raises(Refusal), sought(cast(Visit, visit), "x"):
        raise Refusal(fault, "no")
    assert visit.patients == patients
