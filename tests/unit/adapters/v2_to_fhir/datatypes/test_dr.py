"""adapters.v2_to_fhir.datatypes.dr: periods."""

from adapters.v2_to_fhir.datatypes import dr
from tests.unit.adapters.v2_to_fhir.given import context, repetition


def test_period() -> None:
    assert dr.period(repetition("20260101^20260102"), context()) == {
        "start": "2026-01-01",
        "end": "2026-01-02",
    }
    assert dr.period(repetition("20260101"), context()) == {"start": "2026-01-01"}
    assert dr.period(repetition("x"), context()) is None


def test_a_period_never_ends_before_it_starts() -> None:
    where = context()
    assert dr.period(repetition("20260102^20260101"), where) == {"start": "2026-01-02"}
    assert where.warnings == ["MSH[1]-7: a period that ends before it starts"]
