from typing import Any

import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.query import MOST_VALUES, Query, parse
from fhir.search.types.ngram import Confirmed

LINKED = {"Patient/1": ("Patient/1", "Patient/2")}


def keyed(text: str) -> str:
    return f"<{text[::-1]}>"


def read(type: str, *parameters: tuple[str, str], strict: bool = False, base: str | None = None) -> Query:
    return parse(type, parameters, strict, base)


def test_no_parameter_asks_for_the_type() -> None:
    assert read("Observation").filter(keyed, {}) == {"tokens": "Observation"}


def test_the_type_stands_in_every_filter() -> None:
    for name, value in [
        ("code", "x"),
        ("_id", "1"),
        ("date", "2024"),
        ("code:not", "x"),
        ("code:missing", "true"),
    ]:
        assert {"tokens": "Observation"} in read("Observation", (name, value)).filter(keyed, {})["$and"]


@pytest.mark.parametrize(
    "type", ["Observation", "AllergyIntolerance", "Immunization", "DeviceUseStatement", "Coverage"]
)
def test_a_patient_s_owner_is_named_where_the_reference_decides_it(type: str) -> None:
    wanted = {"owner": {"$in": ["Patient/1"]}, "tokens": f"{type}.patient|Patient/1"}
    assert read(type, ("patient", "1")).filter(keyed, {})["$and"][0] == wanted
    assert read(type, ("patient", "Patient/1")).filter(keyed, {})["$and"][0] == wanted


def test_a_condition_is_widened_to_all_patients_of_the_person() -> None:
    tokens = {"$in": ["Observation.subject|Patient/1", "Observation.subject|Patient/2"]}
    found = read("Observation", ("subject", "Patient/1")).filter(keyed, LINKED)["$and"][0]
    assert found == {"owner": {"$in": ["Patient/1", "Patient/2"]}, "tokens": tokens}


@pytest.mark.parametrize(
    ("type", "name", "value"),
    [
        ("Observation", "performer", "Patient/1"),
        ("Appointment", "patient", "1"),
        ("Observation", "subject", "1"),
        ("Observation", "subject", "Patient/1,Group/1"),
    ],
)
def test_no_owner_where_the_reference_does_not_decide_it(type: str, name: str, value: str) -> None:
    assert "owner" not in read(type, (name, value)).filter(keyed, {})["$and"][0]


def test_the_patients_that_are_mentioned() -> None:
    query = read(
        "Observation", ("patient", "1,2"), ("performer", "Patient/3"), ("encounter", "4"), ("code", "x")
    )
    assert query.patients == {"Patient/1", "Patient/2", "Patient/3"}
    assert read("Patient", ("_id", "7")).patients == {"Patient/7"}
    assert read("Observation", ("_id", "7")).patients == frozenset()


def test_self_link_and_warnings() -> None:
    query = read(
        "Patient",
        ("name", "张"),
        ("nonsense", "x"),
        ("gender", ""),
        ("_count", "5"),
        ("_format", "json"),
        ("given:exact", "三"),
        ("name", ","),
    )
    assert query.processed == [("name", "张"), ("_count", "5"), ("given:exact", "三")]
    assert [(issue.severity, issue.code) for issue in query.issues] == [("warning", "not-supported")]
    assert "nonsense" in query.issues[0].diagnostics


@pytest.mark.parametrize(
    ("type", "name", "value", "fault"),
    [
        ("Patient", "name:contains", "··", Fault.PARAMETER),
        ("Patient", "_content", "(510104195803129013", Fault.PARAMETER),
        ("Patient", "birthdate", "510104195803129013", Fault.PARAMETER),
        ("Patient", "general-practitioner", "510104 195803129013", Fault.PARAMETER),
        ("Patient", "identifier", "a|510104195803129013|c", Fault.PARAMETER),
        ("Patient", "identifier:510104195803129013", "x", Fault.UNSUPPORTED_PARAMETER),
        ("Patient", "identifier", "510104195803129013\0", Fault.PARAMETER),
        ("Patient", "identifier", "510104195803129013\ud800", Fault.PARAMETER),
        ("Patient", "_count", "510104195803129013x", Fault.PARAMETER),
        ("Patient", "_sort", "near,510104195803129013", Fault.PARAMETER),
        ("Patient", "name.510104195803129013 ", "x", Fault.PARAMETER),
        ("Patient", "_has:510104195803129013", "x", Fault.PARAMETER),
        ("Patient", "_has:Observation:510104195803129013:code", "x", Fault.PARAMETER),
        ("Patient", "organization.510104195803129013", "x", Fault.PARAMETER),
        ("Patient", "_filter", "510104195803129013 eq x", Fault.PARAMETER),
        ("Patient", "_filter", "name xx 510104195803129013", Fault.PARAMETER),
        ("Patient", "_filter", 'name eq "510104195803129013', Fault.PARAMETER),
        ("Patient", "_list", "510104195803129013 x", Fault.PARAMETER),
        ("Patient", "_include", "510104195803129013", Fault.PARAMETER),
        ("Observation", "value-quantity", "510104195803129013|x", Fault.PARAMETER),
        ("Observation", "code-value-quantity", "510104195803129013", Fault.PARAMETER),
        ("RiskAssessment", "probability", "510104195803129013x", Fault.PARAMETER),
        ("Location", "near", "510104195803129013", Fault.PARAMETER),
    ],
)
def test_a_refusal_names_the_parameter_and_never_the_value(
    type: str, name: str, value: str, fault: Fault
) -> None:
    with pytest.raises(Refusal) as refused:
        read(type, (name, value), strict=name == "_sort")
    assert refused.value.fault is fault
    assert name.partition(":")[0].partition(".")[0] in str(refused.value)
    assert "5101" not in str(refused.value)


def test_strict_refuses_what_is_unknown_and_lenient_does_not() -> None:
    with pytest.raises(Refusal) as refused:
        read("Patient", ("code", "x"), strict=True)
    assert refused.value.fault is Fault.PARAMETER
    assert read("Patient", ("code", "x")).processed == []


def test_unknown_types() -> None:
    for type in ("Nothing", "Resource", "", "patient"):
        with pytest.raises(Refusal) as refused:
            read(type)
        assert refused.value.fault is Fault.UNKNOWN_TYPE


def test_too_many() -> None:
    with pytest.raises(Refusal) as refused:
        read("Patient", ("_id", ",".join(map(str, range(MOST_VALUES + 1)))))
    assert refused.value.fault is Fault.TOO_COSTLY
    with pytest.raises(Refusal):
        parse("Patient", [("_id", "1")] * 201, False)
    with pytest.raises(Refusal):
        read("Basic", ("subject", ",".join(map(str, range(100)))))


def test_the_server_s_own_base_is_stripped_and_no_other() -> None:
    own = read("Observation", ("subject", "https://a.example/fhir/Patient/1"), base="https://a.example/fhir/")
    other = read(
        "Observation", ("subject", "https://a.example/fhir/Patient/1"), base="https://b.example/fhir"
    )
    assert own.patients == {"Patient/1"}
    assert other.patients == frozenset()
    assert (
        other.filter(keyed, {})["$and"][0]["tokens"] == "Observation.subject|https://a.example/fhir/Patient/1"
    )


def test_result_parameters_are_there() -> None:
    query = read(
        "Observation",
        ("_count", "20"),
        ("_sort", "-date"),
        ("_total", "none"),
        ("_summary", "data"),
        ("_elements", "code"),
        ("_include", "Observation:subject"),
        ("_revinclude", "Provenance:target"),
    )
    assert (query.count, query.total, query.summary, query.elements) == (20, "none", "data", ("code",))
    assert [(key.field, key.descending) for key in query.sort] == [("sort.date", True)]
    assert [each.parameter for each in (*query.includes, *query.revincludes)] == ["subject", "target"]
    assert query.filter(keyed, {}) == {"tokens": "Observation"}


OPERATORS = {
    "$and",
    "$or",
    "$in",
    "$nin",
    "$elemMatch",
    "$gte",
    "$lt",
    "$gt",
    "$lte",
    "$ne",
    "$regex",
    "$options",
}
FIELDS = {"tokens", "dates", "values", "texts", "owner", "updated", "_id", "p", "s", "e", "y", "c", "u", "a"}


def keys(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part) | set().union(*(keys(each) for each in part.values()))
    return set().union(*(keys(each) for each in part)) if isinstance(part, list) else set()


@pytest.mark.parametrize(
    "evil", ["$where", '{"$ne": 1}', "$gt", "a$ne", "tokens", "__proto__", "'; return true; //"]
)
def test_a_unit_is_never_an_operator(evil: str) -> None:
    for name, value in (("value-quantity", f"1|{evil}|{evil}"), ("value-quantity", f"1||{evil}")):
        assert keys(read("Observation", (name, value)).filter(keyed, {})) <= OPERATORS | FIELDS
    code = evil.replace("$", "\\$")
    found = read("Observation", ("code-value-quantity", f"{code}|{code}$1")).filter(keyed, {})
    assert keys(found) <= OPERATORS | FIELDS


@pytest.mark.parametrize(
    "evil", ["$where", '{"$ne": 1}', "$gt", "a$ne", "tokens", "__proto__", "'; return true; //"]
)
def test_a_value_is_never_an_operator(evil: str) -> None:
    for type, name in [
        ("Patient", "_id"),
        ("Patient", "identifier"),
        ("Patient", "name"),
        ("Patient", "name:exact"),
        ("Organization", "name"),
        ("Patient", "name:contains"),
        ("Patient", "_content"),
        ("ValueSet", "url:below"),
        ("Observation", "code:text"),
        ("Patient", "gender:not"),
    ]:
        for condition in read(type, (name, evil)).conditions:
            asked = condition.candidates if isinstance(condition, Confirmed) else condition
            assert keys(asked.filter(keyed, {})) <= OPERATORS | FIELDS
