from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.comparison import compare
from fhir.matching.features import features
from fhir.matching.judgement import Judgement, Outcome, Rule, judge
from fhir.matching.model import shipped
from fhir.resource import Resource
from tests.support.person import record

NUMBERS = ("510105196606069219", "510105196606069235")
HOME = {"phone": "15400000001", "address": "武侯区演示路1号"}


def judged(one: Resource, other: Resource) -> Judgement:
    a, b = features(one), features(other)
    return judge(a, b, compare(a, b), shipped(), 1e6)


told = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["陈静", "陈晶", "陈静文", "李芳", "张三之女", "无名氏", "陈?"]),
        "birth": st.sampled_from(["1966-06-06", "1966", "1966-01-01", "1976-06-06", "2024-05-06"]),
        "sex": st.sampled_from(["male", "female"]),
        "number": st.sampled_from([*NUMBERS, "510105196606069218"]),
        "phone": st.sampled_from(["15400000001", "15400000002"]),
        "address": st.sampled_from(["武侯区演示路1号", "武侯区"]),
        "mother": st.sampled_from(["张三", "李四"]),
        "card": st.sampled_from(["0A1B", "0A1C"]),
        "twin": st.booleans(),
    },
)


@given(told, told)
def test_it_does_not_matter_who_comes_first(one: dict[str, str], other: dict[str, str]) -> None:
    there, back = (
        judged(record("a", **one), record("b", **other)),
        judged(record("b", **other), record("a", **one)),
    )
    assert (there.outcome, there.rule) == (back.outcome, back.rule)


@given(told, told)
def test_two_numbers_of_their_own_are_never_linked(one: dict[str, str], other: dict[str, str]) -> None:
    pair = [
        record("ab"[at], **each | {"number": NUMBERS[at], "birth": "1966-06-06"})
        for at, each in enumerate((one, other))
    ]
    assert judged(*pair).outcome is not Outcome.LINK


@given(told, told)
def test_nobody_without_a_name_is_linked_but_by_number(one: dict[str, str], other: dict[str, str]) -> None:
    found = judged(record("a", **one | {"name": "无名氏"}), record("b", **other))
    assert found.outcome is not Outcome.LINK or found.rule is Rule.NUMBER


@given(told, told, st.sampled_from(["WJG", "C J", "Chen J", "L.F."]))
def test_nobody_is_linked_by_initials_but_with_a_number(
    one: dict[str, str], other: dict[str, str], initials: str
) -> None:
    found = judged(record("a", **one | {"name": initials}), record("b", **other))
    assert found.outcome is not Outcome.LINK or found.rule is Rule.NUMBER


def test_initials_that_fit_say_nothing_against_a_number_and_ask_a_clerk_otherwise() -> None:
    known = {"birth": "1966-06-06", "sex": "female", "phone": "15400000001"}
    whole, short = known | {"name": "陈静"}, known | {"name": "C J"}
    numbered = {"number": NUMBERS[0]}
    assert judged(record("a", **whole | numbered), record("b", **short | numbered)).outcome is Outcome.LINK
    assert judged(record("a", **whole), record("b", **short)).outcome is Outcome.REVIEW
    other = short | {"name": "L F"} | numbered
    assert judged(record("a", **whole | numbered), record("b", **other)).outcome is not Outcome.LINK
    assert judged(record("a", **short), record("b", **short)).outcome is not Outcome.LINK


def test_two_numbers_go_to_a_clerk_where_all_else_agrees() -> None:
    one, other = (
        record(number, name="陈静", birth="1966-06-06", number=number, **HOME) for number in NUMBERS
    )
    assert judged(one, other).rule is Rule.ONE_NUMBER_WRONG
