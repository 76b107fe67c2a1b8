from typing import Any

import pytest

from fhir.search import token
from fhir.search.condition import HasToken, Term
from fhir.search.entries import Entries
from fhir.search.registry import parameters


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
        ("Observation", "code", {"coding": [{"system": "s", "code": "c"}]}, {"", "|s|c", "|c", "|s|"}),
        ("Observation", "code", {"coding": [{"code": "c"}]}, {"", "|c", "||c"}),
        ("Observation", "code", {"coding": [{"system": "s"}]}, {"", "|s|"}),
        ("Observation", "code", {"text": "t"}, {""}),
        (
            "Observation",
            "code",
            {"coding": [{"system": "s|", "code": "c|"}]},
            {"", "|s\\||c\\|", "|c\\|", "|s\\||"},
        ),
        ("Encounter", "class", {"code": "AMB"}, {"", "|AMB", "||AMB"}),
        (
            "Patient",
            "gender",
            "male",
            {
                "",
                "|male",
                "||male",
                "|http://hl7.org/fhir/administrative-gender|male",
                "|http://hl7.org/fhir/administrative-gender|",
            },
        ),
        (
            "Patient",
            "active",
            True,
            {
                "",
                "|true",
                "||true",
                "|http://hl7.org/fhir/special-values|true",
                "|http://hl7.org/fhir/special-values|",
            },
        ),
        ("Patient", "identifier", {"system": "s", "value": "12x"}, {"", "|s|#12X", "|#12X", "|s|"}),
        (
            "Patient",
            "identifier",
            {"type": {"coding": [{"system": "t", "code": "MR"}]}, "value": "1"},
            {"", "|#1", "||#1", ":of-type|t|MR|#1"},
        ),
        (
            "Patient",
            "phone",
            {"system": "phone", "value": "138 0013 8000"},
            {"", "|phone|#13800138000", "|#13800138000", "||#13800138000", "|phone|"},
        ),
        ("Patient", "gender", 5, set()),
        ("Patient", "identifier", "x", set()),
    ],
)
def test_tokens_of_a_value(type: str, code: str, value: Any, expected: set[str]) -> None:
    assert tokens(type, code, value) == expected


def test_a_token_parameter_on_codes_and_contacts_asks_for_both() -> None:
    for parameter in parameters("Patient").values():
        if parameter.type == "token" and parameter.code != "_id":
            condition = token.condition(parameter, "", ["x"])
            assert isinstance(condition, HasToken)
            secret = parameter.code in ("identifier", "telecom", "phone", "email")
            assert [term.secret is not None for term in condition.terms] == [secret]


def test_identifiers_of_references() -> None:
    assert token.terms_of_identifier("k", "subject", "s|1x") == [Term("k|s|", "1X")]
