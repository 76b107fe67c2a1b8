"""A rule as a Consent, and back."""

from datetime import UTC, datetime

import pytest

from auth.access.consent import told
from auth.access.provision import check_enforceable
from fhir.sensitivity import labels
from fhir.validation import errors
from services.portal.consents.rule import KINDS, NOTICE, SENSITIVE, Rule, consent, draft, rule_of

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
RULES = [
    Rule("deny"),
    Rule("permit", "Organization/h", labels=("HIV", "PSY"), purpose="TREAT"),
    Rule("deny", "RelatedPerson/r"),
    Rule("deny", "Practitioner/p", kinds=("results", "visits"), end="2027-01-31"),
    Rule(
        "deny", "RelatedPerson/r", document="DiagnosticReport/d", parts=("Observation/o",), start="2026-12-01"
    ),
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_a_valid_consent_that_is_kept_to_and_read_again(rule: Rule) -> None:
    made = consent(rule, "Patient/p", AT, channel="web") | {"id": "c"}
    assert errors(made) == []
    check_enforceable(made)
    said = told(made)
    assert said is not None
    assert (said.base, said.given) == (rule.effect, "2026-11-27T08:00:00.000Z")
    assert rule_of(made) == rule


def test_the_notice_the_way_and_the_moment_are_recorded() -> None:
    made = consent(Rule("deny"), "Patient/p", AT, channel="paper", note="HTEST 12")
    assert made["policy"] == [{"uri": NOTICE}]
    assert made["sourceAttachment"]["title"] == "paper: HTEST 12"
    assert made["verification"] == [{"verified": True, "verificationDate": "2026-11-27T08:00:00.000Z"}]


def test_a_permission_of_a_document_opens_what_it_names_and_not_what_tells_of_it() -> None:
    rule = Rule("permit", "Organization/h", document="DiagnosticReport/d", parts=("Observation/o",))
    made = consent(rule, "Patient/p", AT, channel="web")
    assert [each["meaning"] for each in made["provision"]["data"]] == ["instance", "instance"]
    made["provision"]["data"][0]["meaning"] = "related"  # as it was written before
    assert rule_of(made) == rule
    made["provision"]["data"][1]["meaning"] = "related"
    assert rule_of(made) is None


def test_what_says_more_than_a_rule_is_none() -> None:
    made = consent(Rule("permit"), "Patient/p", AT, channel="web")
    nested = made | {"provision": {"type": "permit", "provision": [{"type": "deny"}]}}
    dated = made | {"provision": {"type": "permit", "dataPeriod": {"start": "2020"}}}
    assert [rule_of(each) for each in (nested, dated, made | {"provision": {}})] == [None, None, None]


@pytest.mark.parametrize("type", ["Organization", "RelatedPerson"])
def test_what_names_several_is_not_told_as_a_rule_on_one(type: str) -> None:
    made = consent(Rule("deny", f"{type}/a"), "Patient/p", AT, channel="web")
    made["provision"]["actor"] += consent(Rule("deny", f"{type}/b"), "Patient/p", AT, channel="web")[
        "provision"
    ]["actor"]
    assert rule_of(made) is None


def test_what_closes_a_file_to_everybody() -> None:
    closing = [Rule("deny"), Rule("deny", purpose="BTG"), Rule("deny", end="2027-01-31")]
    others = [
        Rule("permit"),
        Rule("deny", "Organization/h"),
        Rule("deny", labels=("HIV",)),
        Rule("deny", kinds=("visits",)),
        Rule("deny", document="DiagnosticReport/d"),
    ]
    assert [each for each in (*closing, *others) if each.closes] == closing


def test_every_label_and_kind_has_a_name() -> None:
    assert {code for _, code in labels()} == set(SENSITIVE)
    types = [type for _, types in KINDS.values() for type in types]
    assert len(types) == len(set(types))


def test_a_draft_is_read_like_what_is_stored() -> None:
    assert draft(consent(Rule("deny"), "Patient/p", AT, channel="web"))["id"] == "draft"
