from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.references import is_literal, local, references, targets
from tests.support.resources import observation


@pytest.mark.parametrize(
    ("target", "literal"),
    [
        ("Patient/p1", True),
        ("Nobody/p1", False),
        ("Patient/", False),
        ("Patient/a b", False),
        ("https://x.example/fhir/Patient/p1", False),
        ("#contained", False),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", False),
    ],
)
def test_what_a_literal_reference_is(target: str, literal: bool) -> None:
    assert is_literal(target) is literal


def test_references_are_found_at_any_depth_with_their_path() -> None:
    resource = observation() | {
        "component": [{"x": 1}, {"extension": [{"valueReference": {"reference": "A/1"}}]}]
    }
    assert list(references(resource, "Observation")) == [
        ("Observation.subject.reference", "Patient/p1"),
        ("Observation.component[1].extension[0].valueReference.reference", "A/1"),
    ]


def test_what_lies_below_the_server_s_own_base_is_relative() -> None:
    base = "https://x.example/fhir"
    mixed = {
        "resourceType": "List",
        "source": {"reference": f"{base}/Patient/p1"},
        "entry": [
            {"item": {"reference": f"{base}/Patient/p1/_history/2", "display": f"{base}/Patient/p1"}},
            {"item": {"reference": f"{base}/Patient?name=x"}},
            {"item": {"reference": "https://x.example/fhir2/Patient/p1"}},
        ],
    }
    found = local(mixed, base)
    assert [each for _, each in references(found, "List")] == [
        "Patient/p1",
        "Patient/p1/_history/2",
        f"{base}/Patient?name=x",
        "https://x.example/fhir2/Patient/p1",
    ]
    assert found["entry"][0]["item"]["display"] == f"{base}/Patient/p1"
    assert local(observation(), base) == observation()
    bundle = {"resourceType": "Bundle", "entry": [{"resource": mixed}]}
    assert local(bundle, base) is bundle, "there it leads to an entry"


def test_a_reference_to_a_version_is_one_to_its_resource() -> None:
    resource = {"a": {"reference": "Patient/p1/_history/2"}, "b": {"reference": "Patient/p1"}}
    assert targets(resource) == {"Patient/p1": ("2",)}
    assert next(references(resource, "x")) == ("x.a.reference", "Patient/p1/_history/2")


_names = st.sampled_from(["reference", "subject", "extension"])
_values = st.recursive(
    st.sampled_from(["A/1", "A/1/_history/2", "#x", 5, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
)


@given(st.dictionaries(_names, _values, max_size=3))
def test_targets_are_those_of_the_references(resource: dict[str, Any]) -> None:
    found = {target.partition("/_history/")[0] for _, target in references(resource, "")}
    assert set(targets(resource)) == found
