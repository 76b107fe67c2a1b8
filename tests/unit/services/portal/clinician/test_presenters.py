from services.portal.clinician.presenters import CHARTED, LISTED, found, summary
from tests.support import people
from tests.support.people import TODAY, five_diseases, nobody_knows, patient


def test_the_summary_of_an_old_man_with_five_diseases() -> None:
    shown = summary(five_diseases(), TODAY)
    assert [line.name for line in shown.problems.current[:2]] == ["原发性高血压", "2型糖尿病性肾病"]
    assert len(shown.problems.current[0].origins) == 3
    assert shown.medications.current[0].doses_differ
    assert shown.charted[0].series.name == "钾"
    assert len(shown.charted) == CHARTED
    assert len(shown.listed) == 13 - CHARTED
    assert (len(shown.visits), shown.older_visits) == (5, 1)
    assert len(shown.freshness) == 3


def test_what_is_not_listed_is_counted() -> None:
    many = [people.observation(f"x-{i}", f"T{i}", "1", "g", i) for i in range(CHARTED + LISTED + 5)]
    shown = summary(people.health_file([patient(), *many]), TODAY)
    assert (len(shown.listed), shown.unlisted) == (LISTED, 5)


def test_nobody_is_an_empty_page_not_an_error() -> None:
    shown = summary(nobody_knows(), TODAY)
    assert (shown.charted, shown.visits, shown.flags) == ([], [], [])


def test_many_drugs_and_few_results_move_the_visits_under_the_results() -> None:
    drugs = [people.request(f"药{i}", "每次1 g，每日1次", i) for i in range(9)]
    shown = summary(people.health_file([patient(), *drugs]), TODAY)
    assert shown.crowded(0)
    assert not summary(people.health_file([patient(), *drugs[:1]]), TODAY).crowded(2)


def test_a_person_of_several_institutions_is_found_once() -> None:
    linked = {f"Patient/{id}": ("Patient/p1", "Patient/p2") for id in ("p1", "p2")} | {
        "Patient/p3": ("Patient/p3",)
    }
    people_found = found([patient("p2"), patient("p1"), patient("p3")], linked, TODAY)
    assert [person.id for person in people_found] == ["p2", "p3"]
