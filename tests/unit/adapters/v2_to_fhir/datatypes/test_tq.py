"""adapters.v2_to_fhir.datatypes.tq: repeat patterns."""

from adapters.v2_to_fhir.datatypes import tq
from tests.unit.adapters.v2_to_fhir.given import context, repetition


def test_a_known_pattern_is_also_numbers() -> None:
    assert tq.timing(repetition("bid"), context()) == {
        "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"},
        "code": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "code": "BID"}],
            "text": "bid",
        },
    }
    assert tq.timing(repetition("Q8H"), context()) == {
        "repeat": {"frequency": 1, "period": 8, "periodUnit": "h"},
        "code": {"text": "Q8H"},
    }


def test_an_unknown_pattern_is_its_text() -> None:
    assert tq.timing(repetition("必要时"), context()) == {"code": {"text": "必要时"}}
    assert tq.timing(repetition(""), context()) is None
