"""Which frequencies and doses an English text says plainly."""

from decimal import Decimal

import pytest

from fhir.summary.english_dosage import doses_in, frequencies_in, unit_in_english


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Take 1 tablet twice daily with food", ["twice a day"]),
        ("once a day", ["once a day"]),
        ("Three times per day, after meals", ["three times a day"]),
        ("3 times a day", ["three times a day"]),
        ("3x daily", ["three times a day"]),
        ("one tablet four times each day", ["4 times a day"]),
        ("twice-daily", ["twice a day"]),
        ("once weekly", ["once a week"]),
        ("every 8 hours", ["every 8 hours"]),
        ("every six hours", ["every 6 hours"]),
        ("5 mg b.i.d. with food", ["twice a day"]),
        ("1 tab TID", ["three times a day"]),
        ("5 mg q.d. at noon", ["once a day"]),
        ("2 puffs q6h", ["every 6 hours"]),
        ("every other day", ["every other day"]),
        ("1 tablet every night", ["every night"]),
        ("Twice daily. Three times daily.", ["twice a day", "three times a day"]),
    ],
)
def test_a_plain_phrase_says_how_often(text: str, said: list[str]) -> None:
    assert [often.english for often in frequencies_in(text)] == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as directed",
        "1 tablet daily",
        "every day",
        "2 to 3 times a day",
        "2-3 times a day",
        "two or three times a day",
        "every 4 to 6 hours",
        "every 4-6 hours",
        "no more than three times a day",
        "up to twice daily",
        "may be taken twice daily",
        "not twice daily",
        "if needed three times a day",
        "twice daily for 3 days, then once daily",
        "Start with 1 tablet once daily",
        "once",
        "at once, daily thereafter",
        "bidet",
        "od",
        "12.3 times a day",
    ],
)
def test_what_is_not_plain_says_nothing(text: str) -> None:
    assert frequencies_in(text) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Take 1 tablet twice daily", [(1, "tablet")]),
        ("two tabs at night", [(2, "tablet")]),
        ("half a tablet", [("0.5", "tablet")]),
        ("½ tablet", [("0.5", "tablet")]),
        ("1.5 mL", [("1.5", "mL")]),
        ("2 capsules", [(2, "capsule")]),
        ("4 IU", [(4, "IU")]),
        ("1 patch", [(1, "patch")]),
        ("2 patches", [(2, "patch")]),
        ("Take 500 mg tablets, 2 tablets", [(2, "tablet")]),
        ("10 mg/5 mL, 5 mL", [(5, "mL")]),
        ("2 tablets (500 mg each)", [(2, "tablet")]),
        ("20 mg daily", []),
        ("1-2 tablets", []),
        ("1 to 2 tablets", []),
        ("1 or 2 tablets", []),
        ("max 4 g", []),
        ("10 mgs-like", []),
    ],
)
def test_a_plain_phrase_says_how_much(text: str, said: list[tuple[str | int, str]]) -> None:
    assert list(doses_in(text)) == [(Decimal(number), unit) for number, unit in said]


def test_the_ways_of_writing_a_unit() -> None:
    assert {unit_in_english(each) for each in ("tab", "Tabs", "tablet", "tablets")} == {"tablet"}
    assert (unit_in_english("mL"), unit_in_english("IU"), unit_in_english("drops")) == ("mL", "IU", "drop")
    assert unit_in_english("capsule") != unit_in_english("pill")
