import pytest

from fhir.outcome import Refusal
from fhir.search.criteria import identity
from fhir.search.registry import parameters


def test_ids_are_the_documents_own_keys() -> None:
    found = identity.condition(parameters("Flag")["_id"], "", ["a", r"b\,c"])
    assert found.filter(str, {}) == {"_id": {"$in": ["Flag/a", "Flag/b,c"]}}
    assert found.patients == frozenset()


def test_all_but_some() -> None:
    found = identity.condition(parameters("Flag")["_id"], "not", ["a"])
    assert found.filter(str, {}) == {"$nor": [{"_id": {"$in": ["Flag/a"]}}]}


def test_no_other_modifier() -> None:
    with pytest.raises(Refusal):
        identity.condition(parameters("Flag")["_id"], "above", ["a"])
