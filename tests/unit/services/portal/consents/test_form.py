"""What somebody fills in becomes a rule, or a sentence."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.datastructures import FormData

from auth import moment
from auth.access.grounds import Policy
from auth.audit.purpose import STATED
from fhir.summary.wording import Wording
from services.portal.consents.form import (
    Document,
    Offer,
    WrongRule,
    _called,
    _document,
    _permitted,
    _purposes,
    rule,
)
from services.portal.consents.guardians import Guardian
from services.portal.consents.rule import Rule, consent
from tests.unit.services.portal.consents.pages import PAGES
from tests.unit.services.portal.html import rendered

MA = Guardian(Wording("HTEST Ma"), ("RelatedPerson/r", "RelatedPerson/s"))
OFFER = Offer(
    {"Organization/h": "HTEST"},
    ["Organization/h"],
    {"Practitioner/p": "HTEST Li"},
    {
        "DiagnosticReport/d": Document("DiagnosticReport/d", "CT", None, ("Observation/o",)),
        "DiagnosticReport/e": Document("DiagnosticReport/e", "CT", None, holds=False),
    },
    dict.fromkeys(MA.references, MA),
)


def filled(*more: tuple[str, str], **fields: str) -> FormData:
    usual = {"effect": "deny", "who": "all", "what": "everything", "purpose": "", "until": "always"} | fields
    return FormData([*usual.items(), *more])


def test_each_choice_is_kept() -> None:
    assert rule(filled(), OFFER) == Rule("deny")
    assert rule(filled(who="house", house="Organization/h"), OFFER) == Rule("deny", "Organization/h")
    chosen = filled(("labels", "PSY"), ("labels", "HIV"), ("labels", "x"), what="labels", effect="permit")
    assert rule(chosen, OFFER) == Rule("permit", labels=("HIV", "PSY"))
    dated = filled(("kinds", "visits"), what="kinds", until="day", end="2999-01-31", purpose="TREAT")
    assert rule(dated, OFFER) == Rule("deny", kinds=("visits",), end="2999-01-31", purpose="TREAT")
    paper = filled(what="document", document="DiagnosticReport/d", who="guardian", guardian="RelatedPerson/r")
    assert rule(paper, OFFER) == Rule(
        "deny",
        "RelatedPerson/r",
        document="DiagnosticReport/d",
        parts=("Observation/o",),
    )
    assert OFFER.family == {"RelatedPerson/r": "HTEST Ma"}
    assert OFFER.named("RelatedPerson/s") == "HTEST Ma"


@pytest.mark.parametrize(
    "fields",
    [
        {"effect": "x"},
        {"who": "x"},
        {"who": "house", "house": "Organization/other"},
        {"who": "doctor", "doctor": ""},
        {"what": "x"},
        {"what": "labels"},
        {"what": "kinds"},
        {"what": "document", "document": "DiagnosticReport/other"},
        {"what": "document", "document": "DiagnosticReport/e"},
        {"purpose": "x"},
        {"purpose": "HRESCH"},
        {"purpose": "BTG", "effect": "permit"},
        {"purpose": "TREAT", "who": "guardian", "guardian": "RelatedPerson/r"},
        {"until": ""},
        {"until": "day"},
        {"until": "always", "end": "2999-01-31"},
        {"until": "day", "end": "31.12.2999"},
        {"until": "day", "end": "2020-01-01"},
    ],
)
def test_what_is_missing_or_was_not_offered_is_said(fields: dict[str, str]) -> None:
    with pytest.raises(WrongRule):
        rule(filled(**fields), OFFER)


def test_every_field_that_is_missing_is_named() -> None:
    with pytest.raises(WrongRule) as nothing:
        rule(FormData(), OFFER)
    assert list(nothing.value.faults) == ["effect", "who", "what", "until"]
    assert len(set(nothing.value.faults.values())) == 4
    with pytest.raises(WrongRule) as some:
        rule(filled(who="house", what="kinds"), OFFER, {"note": "HTEST"})
    assert some.value.faults == {
        "note": "HTEST",
        "who": "请选择是哪一家医院或社区中心。",
        "what": "请至少选一类内容。",
    }


def test_a_rule_names_a_guardian_by_the_one_reference_as_which_he_looks() -> None:
    looking = replace(MA, looks=("RelatedPerson/s",))
    offered = replace(OFFER, guardians=dict.fromkeys(MA.references, looking))
    assert offered.family == {"RelatedPerson/s": "HTEST Ma（现在代看）"}
    assert rule(filled(who="guardian", guardian="RelatedPerson/s"), offered).actor == "RelatedPerson/s"
    with pytest.raises(WrongRule):
        rule(filled(who="guardian", guardian="RelatedPerson/r"), offered)


def test_a_day_that_was_typed_is_chosen() -> None:
    assert rule(filled(until="", end="2999-01-31"), OFFER).end == "2999-01-31"


def test_who_is_permitted_something_is_offered() -> None:
    made = [
        consent(Rule("permit", actor, end=end), "Patient/p", moment.now(), channel="web")
        for actor, end in (
            ("Practitioner/q", None),
            ("Organization/h", None),
            ("Organization/x", "2020-01-01"),
        )
    ]
    assert _permitted(made) == ["Organization/h", "Practitioner/q"]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ([{"family": "Smith", "given": ["John"]}], "John Smith"),
        ([{"family": "李", "given": ["明"]}], "李明"),
        ([{"text": "Zhou Min"}, {"text": "周敏"}], "周敏"),
        ([], "Practitioner/p"),
    ],
)
def test_a_doctor_is_called_as_on_every_page(name: list[dict[str, Any]], called: str) -> None:
    assert _called({"resourceType": "Practitioner", "id": "p", "name": name}) == called


def test_a_document_is_offered_by_its_title() -> None:
    paper: dict[str, Any] = {"resourceType": "DocumentReference", "id": "d"}
    attached = paper | {"content": [{"attachment": {"title": "HTEST 小结"}}]}
    assert _document(attached).title == "HTEST 小结"
    untitled = _document(paper).title
    assert isinstance(untitled, Wording)
    assert (untitled, untitled.english) == ("没有标题的文书", "Document without a title")


def test_a_purpose_is_offered_where_somebody_can_look_for_it() -> None:
    assert set(_purposes(Policy())) == {"", "TREAT", "BTG"}
    assert set(_purposes(Policy())) - {""} <= STATED
    assert rule(filled(purpose="BTG"), OFFER) == Rule("deny", purpose="BTG")
    yielding = replace(OFFER, purposes=_purposes(Policy(denial_binds=False)))
    with pytest.raises(WrongRule):
        rule(filled(purpose="BTG"), yielding)


def test_how_a_named_adult_is_stopped_is_told_to_the_resident_alone() -> None:
    def told(name: str, **more: Any) -> bool:
        template, reader, model = PAGES[name]
        shown = rendered(template, reader=replace(reader, **more), **model).text
        assert 'name="who"' in shown
        return "您指定的成年人不在这里选" in shown

    assert told("rule form")
    assert not told("rule form", proxy="parent")
    assert not told("rule form of an officer")
