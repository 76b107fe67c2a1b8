from typing import Any

from fhir.search.condition import HasToken, Matches
from fhir.search.entries import Entries, secret
from fhir.search.registry import parameters
from fhir.search.types import string
from fhir.search.types.ngram import Confirmed


def keyed(text: str) -> str:
    return f"#{text}"


def entries(type: str, code: str, value: Any) -> Entries:
    found = Entries(keyed)
    parameter = parameters(type)[code]
    for location in parameter.locations:
        emit = string.emitter(parameter, location)
        assert emit is not None
        emit(value, found)
    return found


def tokens(type: str, code: str, value: Any) -> list[str]:
    return [each.removeprefix(f"{type}.{code}") for each in entries(type, code, value).tokens]


def secrets(*texts: str) -> set[int]:
    return {secret(keyed, text) for text in texts}


def test_of_a_person_every_beginning_is_a_hash() -> None:
    assert tokens("Practitioner", "family", "Ob") == ["|#o", "|#ob"]


def test_of_an_address_it_stands_in_the_smaller_index() -> None:
    found = entries("Patient", "address-city", "Ab c")
    assert found.tokens == ["Patient.address-city|"], "which says that there is one"
    key = "Patient.address-city"
    assert secrets(f"{key}|a", f"{key}|ab", f"{key}|abc", f"{key}:exact|Ab c", f"{key}:in|bc") <= set(
        found.texts
    )


def test_beginnings_are_bounded() -> None:
    found = tokens("Patient", "name", {"text": "x" * 100})
    assert len(found) == string.LONGEST_PREFIX
    many = {"given": [f"{number:04}" * 8 for number in range(500)]}
    assert len(tokens("Patient", "name", many)) == string.MOST_PREFIXES


def test_a_long_value_asks_for_as_much_as_is_indexed() -> None:
    condition = string.condition(parameters("Patient")["name"], "", ["x" * 100])
    assert condition.filter(keyed, {}) == {"tokens": "Patient.name|#" + "x" * string.LONGEST_PREFIX}


def test_other_types_keep_the_folded_text() -> None:
    found = entries("Organization", "name", "West  Clinic").texts
    assert found[:2] == ["Organization.name|west clinic", "Organization.name:exact|West  Clinic"]
    assert "Organization.name:in|t clinic" in found
    assert tokens("Organization", "name", "West  Clinic") == []


def test_the_sound_is_among_the_tokens_of_the_name() -> None:
    assert set(tokens("Patient", "phonetic", {"text": "张三"})) == {"|"}
    condition = string.condition(parameters("Patient")["phonetic"], "", ["章三"])
    assert condition.filter(keyed, {}) == {"tokens": "Patient.name|#zhangsan"}
    assert "|#zhangsan" in tokens("Patient", "name", {"text": "张三"})


def test_a_prefix_search_on_other_types_is_a_range_on_one_element() -> None:
    condition = string.condition(parameters("Organization")["name"], "", ["Ab"])
    assert isinstance(condition, Matches)
    bounds = {"$gte": "Organization.name|ab", "$lt": "Organization.name|ab\U0010ffff"}
    assert condition.filter(keyed, {}) == {"texts": {"$elemMatch": bounds}}


def test_a_prefix_search_on_persons_is_an_equality() -> None:
    assert isinstance(string.condition(parameters("Patient")["name"], "", ["a"]), HasToken)
    address = string.condition(parameters("Patient")["address"], "", ["a"])
    assert address.filter(keyed, {}) == {"texts": secret(keyed, "Patient.address|a")}


def test_exact_of_persons_is_hashed_too() -> None:
    condition = string.condition(parameters("Patient")["name"], "exact", ["张三"])
    assert condition.filter(keyed, {}) == {"texts": secret(keyed, "Patient.name:exact|张三")}


def test_tones_as_numbers_are_left_out_of_names_only() -> None:
    name = string.condition(parameters("Patient")["name"], "", ["zhang1 san1"])
    assert name.filter(keyed, {}) == {"tokens": "Patient.name|#zhangsan"}
    city = string.condition(parameters("Patient")["address-city"], "", ["shan1"])
    assert city.filter(keyed, {}) == {"texts": secret(keyed, "Patient.address-city|shan1")}


def test_a_part_of_a_name_is_confirmed_on_the_resource() -> None:
    condition = string.condition(parameters("Patient")["family"], "contains", ["ABCD"])
    assert isinstance(condition, Confirmed)
    assert condition.test({"name": [{"family": "xAbc D"}]})
    assert not condition.test({"name": [{"family": "abcxabcd"[:7]}]})
    assert not condition.test({"name": [{"given": ["abcd"]}]})
