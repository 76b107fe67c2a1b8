import pytest

from services.portal.resident.presenters import MOST_RESULTS, my_file
from tests.support.people import TODAY, five_diseases, health_file, nobody_knows, observation, patient


def test_every_known_thing_has_plain_words_beside() -> None:
    mine = my_file(five_diseases(), TODAY)
    assert [line.term.plain.zh for line in mine.plain_problems if line.term][:2] == [
        "血压高",
        "血糖高，伤到了肾",
    ]
    assert {line.term.plain.zh for line in mine.plain_medications if line.term} >= {
        "降血糖",
        "降血压",
        "降血脂",
    }
    assert len(mine.results) == MOST_RESULTS
    assert all(line.term for line in mine.results)


def test_only_a_fresh_critical_result_is_urgent() -> None:
    urgent = [line.series.name for line in my_file(five_diseases(), TODAY).results if line.urgent]
    assert urgent == ["钾"]


def test_every_urgent_result_is_among_the_critical_ones_however_many() -> None:
    low = [{"coding": [{"code": "LL"}]}]
    many = [
        observation(f"x-{n}", f"HTEST {n}", "1", "g/L", 1, interpretation=low)
        for n in range(MOST_RESULTS + 2)
    ]
    assert len(my_file(health_file([patient(), *many]), TODAY).critical) == MOST_RESULTS + 2
    assert [each.series.name for each in my_file(five_diseases(), TODAY).critical] == ["钾"]


def test_what_has_passed_is_not_among_the_most_important() -> None:
    high = [{"coding": [{"code": "H"}]}]
    fever = observation("8310-5", "体温", "39.4", "Cel", 240, interpretation=high)
    sugar = observation("4548-4", "糖化血红蛋白", "8.1", "%", 240, interpretation=high)
    alone = my_file(health_file([patient(), fever]), TODAY)
    assert [(each.series.name, each.foremost) for each in alone.foremost] == [("体温", False)]
    both = my_file(health_file([patient(), fever, sugar]), TODAY)
    assert [each.series.name for each in both.foremost] == ["糖化血红蛋白"]


def test_nobody_is_an_empty_page() -> None:
    mine = my_file(nobody_knows(), TODAY)
    assert (mine.results, mine.vaccinations, mine.visits, mine.documents) == ([], [], [], [])


def test_a_course_is_said_only_between_numbers() -> None:
    courses = {line.course for line in my_file(five_diseases(), TODAY, every=True).results}
    assert courses <= {"up", "down", "same", ""}
    assert "up" in courses or "down" in courses
    for line in my_file(five_diseases(), TODAY).results:
        first = [reading.number for reading in line.series.readings[:2]]
        if line.course == "up":
            assert first[0] is not None
            assert first[1] is not None
            assert first[0] > first[1]


@pytest.mark.parametrize("at", [0, 1])
def test_a_limit_is_neither_above_nor_below_a_value(at: int) -> None:
    readings = [observation("x-1", "肌钙蛋白", value, "ng/L", days) for value, days in (("5", 1), ("4", 9))]
    readings[at]["valueQuantity"]["comparator"] = "<"
    assert my_file(health_file([patient(), *readings]), TODAY).results[0].course == ""
