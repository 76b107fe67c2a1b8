"""adapters.v2_to_fhir.datatypes.sps."""

import pytest

from adapters.v2_to_fhir.datatypes import sps
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "elements"),
    [
        ("BLD^血液", {"type"}),
        ("BLD&血液&L", {"type"}),
        ("BLD^^^LA", {"type", "collection.bodySite"}),
        (
            "BLD&血液^EDTA^词^LA&左臂^^VP",
            {"type", "container", "note", "collection.bodySite", "collection.method"},
        ),
        ("", set()),
    ],
)
def test_elements(raw: str, elements: set[str]) -> None:
    assert set(sps.elements(repetition(raw), context("PID|1"))) == elements


def test_a_code_with_its_words_is_no_additive() -> None:
    (type_,) = sps.elements(repetition("BLD^血液^L"), context("PID|1")).values()
    assert type_["text"] == "血液"
