from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.search.condition import HasToken, Term
from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import token


def keyed(text: str) -> str:
    return f"#{text}"


def tokens(type: str, code: str, value: Any) -> set[str]:
    entries = Entries(keyed)
    parameter = parameters(type)[code]
    for location in parameter.locations:
        emit = token.emitter(parameter, location)
        assert emit is not None
        emit(value, entries)
    return {each.removeprefix(parameter.key) for each in entries.tokens}


@pytest.mark.parametrize(
    ("type", "code", "value", "expected"),
    [
        ("Observation", "code", {"coding": [{"system": "s", "code": "c"}]}, {"|s|c", "|c"}),
        ("Observation", "code", {"coding": [{"code": "c"}]}, {"|c", "||c"}),
        ("Observation", "code", {"coding": [{"system": "s"}]}, {"|s|"}),
        ("Observation", "code", {"coding": [{"display": "d"}]}, {"|"}),
        ("Observation", "code", {"text": "t"}, {"|"}),
        ("Observation", "code", {"coding": [{"system": "s|", "code": "c|"}]}, {"|s\\||c\\|", "|c\\|"}),
        ("Encounter", "class", {"code": "AMB"}, {"|AMB", "||AMB"}),
        ("Patient", "gender", "male", {"|male"}),
        ("Patient", "active", True, {"|true"}),
        ("Patient", "active", False, {"|false"}),
        ("Patient", "identifier", {"system": "s", "value": "12x"}, {"|s|#12X", "|#12X"}),
        (
            "Patient",
            "identifier",
            {"type": {"coding": [{"system": "t", "code": "MR"}]}, "value": "1"},
            {"|#1", "||#1", ":of-type|t|MR|#1"},
        ),
        (
            "Patient",
            "phone",
            {"system": "phone", "value": "138 0013 8000"},
            {"|phone|#13800138000", "|#13800138000", "||#13800138000"},
        ),
        ("Patient", "gender", [5], set()),
        ("Patient", "identifier", "x", set()),
    ],
)
def test_tokens_of_a_value(type: str, code: str, value: Any, expected: set[str]) -> None:
    assert tokens(type, code, value) == expected


def test_a_token_parameter_on_codes_and_contacts_asks_for_both() -> None:
    for parameter in parameters("Patient").values():
        if parameter.type == "token" and parameter.code != "_id":
            condition = token.condition(parameter, "", ["true"])
            assert isinstance(condition, HasToken)
            secret = parameter.code in ("identifier", "telecom", "phone", "email")
            assert [term.secret is not None for term in condition.terms] == [secret]


def test_identifiers_of_references() -> None:
    assert token.terms_of_identifier("k", "subject", "s|1x") == [Term("k|s|", "1X")]


def test_displays_and_texts_are_found_by_their_beginning() -> None:
    entries = Entries(keyed)
    parameter = parameters("Observation")["code"]
    emit = token.emitter(parameter, parameter.locations[0])
    assert emit is not None
    emit({"coding": [{"code": "c", "display": "Blood  Pressure"}], "text": "血压"}, entries)
    assert entries.texts == ["Observation.code:text|blood pressure", "Observation.code:text|血压"]


def test_a_bare_code_implies_its_system() -> None:
    gender = parameters("Patient")["gender"]
    for value in ("male", "|male", "http://hl7.org/fhir/administrative-gender|male"):
        assert token.condition(gender, "", [value]).filter(keyed, {}) == {"tokens": "Patient.gender|male"}
    other = token.condition(gender, "", ["urn:other|male"]).filter(keyed, {})
    assert other == {"tokens": "Patient.gender|urn:other|male"}, "which nothing has"


@pytest.mark.parametrize("value", ["foo", "1", "TRUE", "http://x|yes"])
def test_a_boolean_is_true_or_false(value: str) -> None:
    with pytest.raises(Refusal, match="true or false"):
        token.condition(parameters("Patient")["active"], "", [value])
    assert token.condition(parameters("Patient")["active"], "not", ["true", "false"])
