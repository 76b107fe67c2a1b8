import pytest

from fhir.outcome import Refusal
from fhir.terminology.code_system import CodeSystem
from fhir.terminology.property_filter import selected

_SYSTEM = CodeSystem(
    {
        "url": "http://a.example/s", "content": "complete",
        "property": [{"code": "kind", "type": "code"}],
        "concept": [
            {"code": "A", "concept": [{"code": "B", "property": [{"code": "kind", "valueCode": "x"}]}]},
            {"code": "C", "property": [{"code": "inactive", "valueBoolean": False}]},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("property", "op", "value", "codes"),
    [
        ("concept", "is-a", "A", ["A", "B"]),
        ("concept", "descendent-of", "A", ["B"]),
        ("concept", "is-not-a", "A", ["C"]),
        ("concept", "generalizes", "B", ["A", "B"]),
        ("kind", "=", "x", ["B"]),
        ("kind", "exists", "true", ["B"]),
        ("kind", "exists", "false", ["A", "C"]),
        ("inactive", "=", "false", ["A", "B", "C"]),
        ("inactive", "exists", "true", ["C"]),
        ("inactive", "exists", "false", ["A", "B"]),
        ("code", "in", "A,C", ["A", "C"]),
        ("code", "not-in", "A,C", ["B"]),
        ("code", "regex", "[AB]", ["A", "B"]),
    ],
)
def test_what_a_filter_selects(property: str, op: str, value: str, codes: list[str]) -> None:
    assert list(selected(_SYSTEM, {"property": property, "op": op, "value": value})) == codes


@pytest.mark.parametrize(
    ("property", "op", "value"), [("concept", "is-a", "Z"), ("kind", "is-a", "A"), ("nothing", "=", "x")]
)
def test_what_makes_no_sense_is_refused(property: str, op: str, value: str) -> None:
    with pytest.raises(Refusal):
        selected(_SYSTEM, {"property": property, "op": op, "value": value})
