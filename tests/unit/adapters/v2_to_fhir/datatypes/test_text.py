"""adapters.v2_to_fhir.datatypes.text: words."""

from adapters.v2_to_fhir.datatypes import text
from tests.unit.adapters.v2_to_fhir.given import context, repetition


def test_text() -> None:
    assert text.string(repetition(" a^b\\.br\\c "), context()) == "a^b\nc"
    assert text.string(repetition(" "), context()) is None
    assert text.concept(repetition("皮疹"), context()) == {"text": "皮疹"}
    assert text.concept(repetition(""), context()) is None
