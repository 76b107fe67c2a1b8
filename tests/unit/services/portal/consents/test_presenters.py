"""Rules in words, and which of them count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData

from fhir.summary.moment import moment
from fhir.summary.wording import Wording
from services.portal.cases.line import Line
from services.portal.consents.effect import ANYWHERE, Asking, Effect
from services.portal.consents.form import Offer, rule
from services.portal.consents.guardians import Guardian
from services.portal.consents.presenters import (
    IDLE,
    IN_FORCE,
    OVER,
    REPLACED,
    WITHDRAWN,
    lines,
    replaced_by,
    revived_by,
    said,
    sights,
)
from services.portal.consents.rule import FORMER, Rule, consent
from services.portal.formats import spoken

MA = Guardian(Wording("HTEST Ma"), ("RelatedPerson/r",))
OFFER = Offer({"Organization/h": "HTEST"}, ["Organization/h"], {"Practitioner/p": "HTEST Li"})
AT = datetime(2026, 11, 1, tzinfo=UTC)


def given(id: str, rule: Rule, day: int = 0, **more: Any) -> dict[str, Any]:
    made = consent(rule, "Patient/p", AT + timedelta(days=day), channel="web")
    return made | {"id": id, "meta": {"lastUpdated": "2026-11-20T00:00:00Z"}} | more


def test_each_state_of_a_rule() -> None:
    rules = [
        given("old", Rule("deny", "Organization/h"), 0),
        given("new", Rule("permit", "Organization/h"), 1),
        given("gone", Rule("deny"), 2, status="inactive"),
        given("over", Rule("deny", "Practitioner/p", end="2020-01-01"), 3),
    ]
    found = {each.id: each for each in lines(rules, OFFER)}
    assert {id: each.state for id, each in found.items()} == {
        "old": REPLACED, "new": IN_FORCE, "gone": WITHDRAWN, "over": OVER,
    }  # fmt: skip
    assert lines(rules, OFFER)[0].id == "new"
    assert found["gone"].ended is not None
    assert [found[id].active for id in ("old", "new", "gone", "over")] == [True, True, False, False]


def test_a_rule_tells_what_it_takes_the_place_of() -> None:
    rules = [given("a", Rule("deny", kinds=("visits",))), given("b", Rule("deny", "Organization/h"))]
    assert replaced_by(rules, given("draft", Rule("permit"), 5)) == {"a"}
    assert replaced_by(rules, given("draft", Rule("permit", purpose="HRESCH"), 5)) == set()


def test_a_withdrawn_rule_tells_what_counts_again() -> None:
    rules = [
        given("a", Rule("deny", kinds=("visits",))),
        given("over", Rule("deny", end="2020-01-01"), 1),
        given("b", Rule("permit"), 2),
        given("c", Rule("deny"), 3),
    ]
    back = {id: revived_by(rules, given(id, Rule("deny"), status="inactive")) for id in ("a", "b", "c")}
    assert back == {"a": set(), "b": set(), "c": {"b"}}


def test_other_consents_are_none_of_the_list() -> None:
    research = given("r", Rule("deny")) | {"scope": {"coding": [{"code": "research"}]}}
    nested = given("n", Rule("deny")) | {"provision": {"type": "permit", "provision": [{"type": "deny"}]}}
    (only,) = lines([research, nested], OFFER)
    assert (only.id, only.said, only.state) == ("n", None, IN_FORCE)


def test_names_stand_where_they_are_known() -> None:
    assert (said(Rule("deny", "Organization/h"), OFFER).who, said(Rule("deny"), OFFER).named) == (
        "HTEST",
        False,
    )
    assert said(Rule("deny", "Organization/x"), OFFER).who == "Organization/x"


def test_a_sight_names_the_doctor_and_the_house() -> None:
    effect = Effect(Asking("Organization/h", "Practitioner/p"), 9, 9, 7, {"诊断": 2}, {})
    (sight,) = sights([effect], OFFER)
    assert (sight.name, sight.house) == ("HTEST Li", "HTEST")
    assert [(each.kind, each.count, each.more) for each in sight.missed] == [("诊断", 2, 2)]


def test_what_is_missed_is_named_the_newest_first_and_what_is_alike_once() -> None:
    read = [Line(Wording("梅毒抗体"), "", moment(f"2026-03-0{day}")) for day in (2, 5, 2, 1)]
    effect = Effect(Asking("Organization/h"), 90, 90, 80, {"检查结果": 10}, {}, {"检查结果": read})
    (missed,) = sights([effect], OFFER)[0].missed
    assert [(str(each.when.day), each.times) for each in missed.lines if each.when] == [
        ("2026-03-05", 1),
        ("2026-03-02", 2),
        ("2026-03-01", 1),
    ]
    assert (missed.count, missed.more) == (10, 6)


def test_many_names_are_folded() -> None:
    def folded(kinds: int) -> bool:
        names = {
            str(kind): [Line(Wording(f"HTEST {each}"), "", None) for each in range(4)]
            for kind in range(kinds)
        }
        effect = Effect(Asking("Organization/h"), 90, 90, 0, dict.fromkeys(names, 4), {}, names)
        return sights([effect], OFFER)[0].folded

    assert [folded(1), folded(2)] == [False, True]


def test_what_a_doctor_sees_anywhere_is_left_out_where_it_is_nothing() -> None:
    anywhere = Asking(ANYWHERE, "Practitioner/p")
    (sight,) = sights([Effect(anywhere, 9, 0, 0, {}, {}), Effect(anywhere, 9, 0, 2, {}, {"诊断": 2})], OFFER)
    assert (sight.name, sight.house, sight.anywhere, sight.after) == ("HTEST Li", None, True, 2)


def test_a_guardian_is_told_of_by_name_even_where_he_sees_nothing() -> None:
    offer = replace(OFFER, guardians={"RelatedPerson/r": MA})
    asking = Asking(ANYWHERE, guardian=("RelatedPerson/r",), idle=True)
    (sight,) = sights([Effect(asking, 9, 0, 0, {}, {})], offer)
    assert (sight.name, sight.house, sight.anywhere, sight.idle) == ("HTEST Ma", None, False, True)


def test_a_rule_that_does_not_reach_who_looks_now_is_not_in_force() -> None:
    rules = [given("old", Rule("deny", "RelatedPerson/r")), given("new", Rule("deny", "RelatedPerson/s"))]

    def told(*looks: str) -> dict[str, tuple[str, str, str, bool]]:
        mother = Guardian(Wording("HTEST Ma"), ("RelatedPerson/s", "RelatedPerson/r"), looks)
        offer = replace(OFFER, guardians=dict.fromkeys(mother.references, mother))
        found = {each.id: each for each in lines(rules, offer)}
        return {
            id: (each.said.who, each.state, each.said.missed, each.active)
            for id, each in found.items()
            if each.said
        }

    astray = "这条规则管不到现在的代看，请再写一条。"
    assert told("RelatedPerson/s") == {
        "old": ("HTEST Ma", IDLE, astray, True),
        "new": ("HTEST Ma（现在代看）", IN_FORCE, "", True),
    }
    unregistered = ("HTEST Ma", IDLE, "现在没有登记代看，所以这条规则不起作用。", True)
    assert told() == {"old": unregistered, "new": unregistered}
    both = dict.fromkeys(("old", "new"), ("HTEST Ma（现在代看）", IN_FORCE, "", True))
    assert told("RelatedPerson/s", "RelatedPerson/r") == both, "she is registered twice"


def test_a_rule_on_who_is_gone_reaches_nobody_and_tells_no_reference() -> None:
    (line,) = lines([given("gone", Rule("deny", "RelatedPerson/gone"))], OFFER)
    assert line.said is not None
    assert (str(line.said.who), line.state) == ("一位已不再登记的家人或监护人", IDLE)
    assert line.said.missed == "现在没有登记代看，所以这条规则不起作用。"
    assert spoken(line.said.who, "en") == "A family member or guardian who is no longer registered"
    assert line.active, "it may be withdrawn"


def test_of_two_permits_to_who_looks_now_the_newest_counts() -> None:
    mother = Guardian(Wording("HTEST Ma"), ("RelatedPerson/a", "RelatedPerson/r"), ("RelatedPerson/r",))
    offer = replace(OFFER, guardians=dict.fromkeys(mother.references, mother))
    typed = {"effect": "permit", "who": "guardian", "guardian": mother.reference, "what": "labels"}
    form = FormData([*typed.items(), ("labels", "STD"), ("purpose", ""), ("until", "always")])
    older = given("old", Rule("permit", "RelatedPerson/r", labels=("PSY",)))
    assert replaced_by([older], given("new", rule(form, offer), 1)) == {"old"}


def test_what_opens_a_closed_file_does_not_last_for_ever() -> None:
    rules = (Rule("permit", "Organization/h"), Rule("permit"), Rule("deny", "Organization/h"))
    assert [said(each, OFFER).opens for each in rules] == [True, False, False]


def test_a_rule_for_which_nobody_looks_says_so() -> None:
    offer = replace(OFFER, guardians={"RelatedPerson/r": MA})
    rules = {
        purpose: Rule("deny", purpose=purpose) for purpose in ("", "TREAT", "BTG", "HRESCH", "FAMRQT", "x")
    }
    found = {purpose: said(each, offer) for purpose, each in rules.items()}
    assert [purpose for purpose, each in found.items() if each.idle] == ["HRESCH", "FAMRQT", "x"]
    assert (found["HRESCH"].purpose, found["x"].purpose) == (FORMER["HRESCH"], "x")
    assert not said(Rule("deny", "RelatedPerson/r", purpose="FAMRQT"), offer).idle
    yielding = replace(OFFER, purposes={"": "", "TREAT": ""})
    assert said(rules["BTG"], yielding).idle
