"""Which rule a look met, at its own moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from auth.audit.record import Outcome
from services.portal.consents.rule import Rule, consent
from services.portal.resident.deciding import Deciding, deciding
from tests.support.people import HUAXI, JIANYANG, entry

LOOKED = entry().moment
DAY = timedelta(days=1)
LABELS = Rule("deny", labels=("HIV",))


def given(id: str, rule: Rule, at: datetime = LOOKED - DAY, **more: Any) -> dict[str, Any]:
    return consent(rule, "Patient/p", at, channel="web") | {"id": id, "meta": {}} | more


def met(*consents: dict[str, Any], permitted: bool = False, **more: Any) -> list[str]:
    return [each.id for each in deciding(consents, entry(**more), permitted=permitted)]


def test_a_denial_is_told_where_something_was_hidden() -> None:
    assert deciding([given("a", LABELS)], entry(masked=True), permitted=False) == (
        Deciding("a", "不许看", ("艾滋病病毒",)),
    )
    assert met(given("a", LABELS)) == []


def test_a_refusal_is_told_by_what_denies_everything() -> None:
    all_of_it = given("all", Rule("deny", HUAXI))
    assert met(all_of_it, given("a", LABELS), result=Outcome.REFUSED, reason="not_found") == ["all"]
    assert met(all_of_it, result=Outcome.REFUSED, reason="role") == []


def test_a_permission_is_told_where_it_let_the_reader_in() -> None:
    rule = given("a", Rule("permit", HUAXI))
    assert met(rule, permitted=True) == ["a"]
    assert met(rule, permitted=False) == []


def test_what_was_given_later_withdrawn_before_or_is_about_another_house_decided_nothing() -> None:
    assert met(given("a", LABELS, LOOKED + DAY), masked=True) == []
    assert met(given("a", Rule("deny", JIANYANG)), masked=True) == []
    before = {"lastUpdated": (LOOKED - DAY / 2).astimezone(UTC).isoformat()}
    after = {"lastUpdated": (LOOKED + DAY).astimezone(UTC).isoformat()}
    gone = given("a", LABELS, status="inactive", meta=before)
    assert met(gone, masked=True) == []
    assert met(gone | {"meta": after}, masked=True) == ["a"]


def test_a_draft_and_the_residents_own_look_are_no_decision() -> None:
    assert met(given("a", LABELS, status="draft"), masked=True) == []
    assert met(given("a", LABELS), masked=True, own=True) == []
    assert met(given("a", LABELS), masked=True, proxy="parent") == []
