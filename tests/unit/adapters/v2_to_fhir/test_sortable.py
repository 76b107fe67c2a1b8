"""adapters.v2_to_fhir.sortable: times as text that sorts."""

from adapters.v2_to_fhir.sortable import sortable
from tests.unit.adapters.v2_to_fhir.given import time


def test_the_first_counts_first_and_none_sorts_before_any() -> None:
    assert sortable(None) == ""
    nine, ten = time(9), time(10)
    ordered = [(None,), (None, None), (None, nine), (nine,), (nine, None), (nine, nine), (nine, ten), (ten,)]
    told = [sortable(*moments) for moments in ordered]
    assert told == sorted(told)
    assert len(set(told)) == len(told)
