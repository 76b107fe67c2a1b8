"""Whose sight a rule may change."""

from dataclasses import replace

import pytest

from fhir.summary.wording import Wording
from services.portal.consents.desk import (
    _LOST,
    _LOST_EVERYWHERE,
    _LOST_IN_EMERGENCIES,
    _NEVER,
    _OTHERWISE,
    _OUTRIGHT,
    _binding,
    _concerned,
    _loses,
    _readers,
)
from services.portal.consents.effect import ANYWHERE, Asking
from services.portal.consents.form import Offer
from services.portal.consents.guardians import Guardian
from services.portal.consents.rule import Rule

MA = Guardian(Wording("HTEST Ma"), ("RelatedPerson/r", "RelatedPerson/s"), ("RelatedPerson/s",))
OFFER = Offer({"Organization/a": "A", "Organization/b": "B"}, ["Organization/a"])


def test_the_houses_of_today_and_whom_the_rule_names() -> None:
    here = Asking("Organization/a")
    assert _readers(Rule("deny"), OFFER) == _readers(None, OFFER) == [here]
    assert _readers(Rule("deny", "Organization/b"), OFFER) == [Asking("Organization/b"), here]
    assert _readers(Rule("deny", "Organization/a"), OFFER) == [here]
    named, anywhere = Asking("Organization/a", "Practitioner/p"), Asking(ANYWHERE, "Practitioner/p")
    assert _readers(Rule("deny", "Practitioner/p"), OFFER) == [named, anywhere, here]
    trusting, other = replace(OFFER, trusted=["Practitioner/q"]), Asking(ANYWHERE, "Practitioner/q")
    assert _readers(Rule("deny"), trusting) == [here, other]
    assert _readers(Rule("permit", "Practitioner/p"), trusting) == [named, anywhere, here, other]
    assert _readers(Rule("permit", "Practitioner/q"), replace(trusting, present=[])) == [other]


def test_a_rule_on_a_guardian_changes_his_sight_alone() -> None:
    looking = replace(OFFER, guardians=dict.fromkeys(MA.references, MA))
    for reference in MA.references:
        assert _readers(Rule("deny", reference), looking) == [Asking(ANYWHERE, guardian=MA.looks)]
    idle = replace(OFFER, guardians={"RelatedPerson/r": replace(MA, looks=())})
    readers = _readers(Rule("deny", "RelatedPerson/r"), idle)
    assert readers == [Asking(ANYWHERE, guardian=("RelatedPerson/r",), idle=True)]
    assert _concerned(readers, idle) == ["HTEST Ma"]
    gone = _readers(Rule("deny", "RelatedPerson/gone"), OFFER)
    assert gone == [Asking(ANYWHERE, guardian=("RelatedPerson/gone",), idle=True)]
    assert _concerned(gone, OFFER) == ["一位已不再登记的家人或监护人"]


def test_in_an_emergency_it_is_any_doctors_sight() -> None:
    assert _readers(Rule("deny", purpose="BTG"), OFFER) == [Asking(ANYWHERE)]
    named = [Asking("Organization/b"), Asking("Organization/a")]
    assert _readers(Rule("deny", "Organization/b", purpose="BTG"), OFFER) == named


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule("deny"), _OUTRIGHT),
        (Rule("deny", "Organization/a"), _OUTRIGHT),
        (Rule("deny", purpose="TREAT"), _OTHERWISE),
        (Rule("deny", labels=("HIV",)), _OTHERWISE),
        (Rule("deny", kinds=("visits",)), _OTHERWISE),
        (Rule("deny", purpose="BTG"), None),
        (Rule("deny", "RelatedPerson/r"), None),
        (Rule("permit"), None),
    ],
)
def test_what_a_denial_means_in_an_emergency(rule: Rule, text: str | None) -> None:
    offered = replace(OFFER, guardians={"RelatedPerson/r": MA})
    assert _binding(rule, offered) == text
    yielding = replace(offered, purposes={"": "", "TREAT": ""})
    assert _binding(Rule("deny"), yielding) == _NEVER
    assert _loses(Rule("deny"), yielding) == _LOST


def test_what_is_lost_is_said_by_its_purpose() -> None:
    told = {purpose: _loses(Rule("deny", purpose=purpose), OFFER) for purpose in ("", "TREAT", "BTG")}
    assert told == {"": _LOST_EVERYWHERE, "TREAT": _LOST, "BTG": _LOST_IN_EMERGENCIES}
