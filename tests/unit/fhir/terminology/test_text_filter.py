import pytest

from fhir.terminology.concept import Concept
from fhir.terminology.text_filter import text_filter

_MALE = Concept("M1", "Male sex", designations=({"language": "zh", "value": "男性"},))


@pytest.mark.parametrize("text", ["male", "SE", "sex mal", "m1", "性", "nanxing", "nx", "ＭＡＬＥ", ""])
def test_what_finds_it(text: str) -> None:
    assert text_filter(text)(_MALE)


@pytest.mark.parametrize("text", ["ale", "female", "male nothing", "女"])
def test_what_does_not(text: str) -> None:
    assert not text_filter(text)(_MALE)
