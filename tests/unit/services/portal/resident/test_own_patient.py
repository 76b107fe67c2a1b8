from types import SimpleNamespace

import pytest

from fhir.outcome import Refusal
from services.portal.resident.own_patient import own_patient


def test_it_is_the_readers_own_or_whom_he_acts_for_and_never_nobody() -> None:
    visit = SimpleNamespace(principal=SimpleNamespace(patient="Patient/a"))
    assert own_patient(visit) == "Patient/a"  # type: ignore[arg-type]
    visit.principal.patient = None
    with pytest.raises(Refusal):
        own_patient(visit)  # type: ignore[arg-type]
