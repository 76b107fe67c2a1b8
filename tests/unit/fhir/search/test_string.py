from typing import Any

from fhir.search import string
from fhir.search.condition import HasToken, Matches
from fhir.search.entries import Entries
from fhir.search.registry import parameters


def keyed(text: str) -> str:
    return f"#{text}"


def tokens(type: str, code: str, value: Any) -> list[str]:
    entries = Entries(keyed)
    parameter = parameters(type)[code]
    for location in parameter.locations:
        emit = string.emitter(parameter, location)
        assert emit is not None
        emit(value, entries)
    return [each.removeprefix(parameter.key) for each in entries.tokens]


def test_of_a_person_every_beginning_is_a_hash() -> None:
    assert tokens("Patient", "address-city", "Ab c") == ["", "|#a", "|#ab", "|#abc", ":exact|#Ab c"]
    assert tokens("Practitioner", "family", "O") == ["", "|#o", ":exact|#O"]


def test_beginnings_are_bounded() -> None:
    found = [each for each in tokens("Patient", "address", {"line": ["x" * 100]}) if each.startswith("|")]
    assert len(found) == string.LONGEST_PREFIX
    many = {"line": [f"{number:04}" * 8 for number in range(500)]}
    assert (
        len([each for each in tokens("Patient", "address", many) if each.startswith("|")])
        == string.MOST_PREFIXES
    )


def test_a_long_value_asks_for_as_much_as_is_indexed() -> None:
    condition = string.condition(parameters("Patient")["address"], "", ["x" * 100])
    assert condition.filter(keyed, {}) == {"tokens": "Patient.address|#" + "x" * string.LONGEST_PREFIX}


def test_other_types_keep_the_folded_text() -> None:
    assert tokens("Organization", "name", "West  Clinic")[:2] == ["", "|west clinic"]


def test_the_sound_is_among_the_tokens_of_the_name() -> None:
    assert set(tokens("Patient", "phonetic", {"text": "张三"})) == {""}
    condition = string.condition(parameters("Patient")["phonetic"], "", ["章三"])
    assert condition.filter(keyed, {}) == {"tokens": "Patient.name|#zhangsan"}
    assert "|#zhangsan" in tokens("Patient", "name", {"text": "张三"})


def test_a_prefix_search_on_other_types_is_a_range_on_one_element() -> None:
    condition = string.condition(parameters("Organization")["name"], "", ["Ab"])
    assert isinstance(condition, Matches)
    bounds = {"$gte": "Organization.name|ab", "$lt": "Organization.name|ab\U0010ffff"}
    assert condition.filter(keyed, {}) == {"tokens": {"$elemMatch": bounds}}


def test_exact_of_persons_is_hashed_too() -> None:
    condition = string.condition(parameters("Patient")["name"], "exact", ["张三"])
    assert isinstance(condition, HasToken)
    assert condition.filter(keyed, {}) == {"tokens": "Patient.name:exact|#张三"}
