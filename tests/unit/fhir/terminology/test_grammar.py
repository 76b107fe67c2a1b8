import pytest

from fhir.outcome import Fault, Refusal
from fhir.terminology.grammar import GRAMMARS


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        ("http://unitsofmeasure.org", "mg/dL", "milligram"),
        ("urn:ietf:bcp:47", "zh-Hans-CN", "zh_CN"),
        ("urn:ietf:bcp:13", "text/plain; charset=utf-8", "plain"),
        ("urn:ietf:rfc:3986", "urn:oid:1.2.3", "no uri"),
    ],
)
def test_codes_are_told_by_their_form(system: str, good: str, bad: str) -> None:
    found = GRAMMARS[system].find(good)
    assert found is not None
    assert found.code == good
    assert GRAMMARS[system].find(bad) is None
    assert GRAMMARS[system].find("x" * 300) is None


def test_they_cannot_be_listed() -> None:
    with pytest.raises(Refusal) as refused:
        GRAMMARS["urn:ietf:bcp:47"].listed()
    assert refused.value.fault is Fault.TOO_COSTLY
