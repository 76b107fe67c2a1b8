"""Whose sight a rule may change."""

from services.portal.consents.desk import _readers, _total
from services.portal.consents.effect import Asking
from services.portal.consents.form import Offer
from services.portal.consents.rule import Rule

OFFER = Offer({"Organization/a": "A", "Organization/b": "B"}, ["Organization/a"])


def test_the_houses_of_today_and_whom_the_rule_names() -> None:
    here = Asking("Organization/a")
    assert _readers(Rule("deny"), OFFER) == _readers(None, OFFER) == [here]
    assert _readers(Rule("deny", "Organization/b"), OFFER) == [Asking("Organization/b"), here]
    assert _readers(Rule("deny", "Organization/a"), OFFER) == [here]
    named = Asking("Organization/a", "Practitioner/p")
    assert _readers(Rule("deny", "Practitioner/p"), OFFER) == [named, here]


def test_what_forbids_everything() -> None:
    rules = (Rule("deny"), Rule("permit"), Rule("deny", labels=("HIV",)), Rule("deny", kinds=("visits",)))
    assert [_total(each) for each in rules] == [True, False, False, False]
