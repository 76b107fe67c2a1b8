import pytest

from fhir.outcome import Fault
from fhir.search import refused


def test_the_parameter_is_named() -> None:
    assert refused.malformed("date", "why").fault is Fault.PARAMETER
    assert "'date'" in str(refused.malformed("date", "why"))
    assert refused.unsupported("near", "why").fault is Fault.UNSUPPORTED_PARAMETER


@pytest.mark.parametrize(
    ("given", "shown"), [("exact", ":exact"), ("张三", "given"), ("5101", "given"), ("x" * 33, "given")]
)
def test_a_modifier_is_shown_only_when_it_is_a_word(given: str, shown: str) -> None:
    assert f"the modifier {shown} is" in str(refused.modifier("name", given))
