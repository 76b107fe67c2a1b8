"""Whose sight a rule may change."""

from dataclasses import replace

from services.portal.consents.desk import _readers, _total
from services.portal.consents.effect import ANYWHERE, Asking
from services.portal.consents.form import Offer
from services.portal.consents.rule import Rule

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


def test_what_forbids_everything() -> None:
    rules = (Rule("deny"), Rule("permit"), Rule("deny", labels=("HIV",)), Rule("deny", kinds=("visits",)))
    assert [_total(each) for each in rules] == [True, False, False, False]
