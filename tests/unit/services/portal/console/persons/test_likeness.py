"""The words of likeness: none is missing, and a clerk understands them."""

from itertools import product

import pytest

from fhir.matching.comparison import LEVELS
from fhir.matching.judgement import Outcome, Rule
from services.portal.console.persons.likeness import (
    AGREEMENTS,
    FEATURES,
    PHRASES,
    RULES,
    Agreement,
    Slip,
    Unnamed,
    phrase,
    reason,
    sentence,
)
from services.portal.formats import filters

FOUND = {"number": "same", "birth": "same", "name": "similar"}


def test_every_level_of_every_feature_has_its_words_and_no_other() -> None:
    assert {feature: list(levels) for feature, levels in PHRASES.items()} == {
        feature: list(LEVELS[feature]) for feature in PHRASES
    }
    assert PHRASES.keys() == LEVELS.keys() == FEATURES.keys()
    assert len({each.text for levels in PHRASES.values() for each in levels.values()}) == sum(
        map(len, LEVELS.values())
    )


def test_every_rule_and_agreement_has_its_words() -> None:
    assert set(RULES) == set(Rule)
    assert set(AGREEMENTS) == set(Agreement)
    for rule, outcome, unnamed in product(Rule, Outcome, (None, *Unnamed)):
        assert reason(rule, outcome, unnamed).endswith("。")


def test_what_one_does_not_tell_is_silent_and_only_that() -> None:
    silent = {
        (feature, level)
        for feature, levels in PHRASES.items()
        for level, each in levels.items()
        if each.agreement is Agreement.SILENT
    }
    assert silent == {(feature, "missing") for feature in PHRASES}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-CN", "身份证号相同，出生日期相同，姓名有一个形近字不同。"),
        (
            "en",
            "Same citizen number, same birth date, one character of the name differs, which looks similar.",
        ),
    ],
)
def test_the_reason_is_one_sentence(language: str, expected: str) -> None:
    assert filters(language)["sentence"](sentence(FOUND, Slip.LOOK)) == expected


def test_a_sentence_begins_with_what_agrees() -> None:
    told = sentence({"number": "different", "name": "same", "contact": "district"})
    assert told == ["姓名相同", "住在同一个区县", "身份证号不同"]


def test_of_nothing_there_is_no_sentence() -> None:
    assert filters("zh-CN")["sentence"](sentence({})) == ""


def test_a_slip_is_told_of_similar_names_alone() -> None:
    assert phrase("name", "sound", Slip.LOOK).text == "姓名读音相同而字不同"
    assert phrase("name", "similar", None).text == "姓名有形近或音近的字"


def test_newborns_and_unknown_people_are_named_as_such() -> None:
    for unnamed in Unnamed:
        assert reason(Rule.NAMELESS, Outcome.REVIEW, unnamed) == unnamed.value
        assert reason(Rule.TWINS, Outcome.REVIEW, unnamed) == RULES[Rule.TWINS]
    assert reason(Rule.NAMELESS, Outcome.REVIEW) == RULES[Rule.NAMELESS]


def test_the_weight_says_what_came_of_it() -> None:
    assert len({reason(Rule.WEIGHT, outcome) for outcome in Outcome}) == len(Outcome)
