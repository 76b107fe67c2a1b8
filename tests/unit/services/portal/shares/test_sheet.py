"""What stands on the sheet."""

from services.portal.shares.sheet import MOST_MEDICATIONS, MOST_PROBLEMS, sheet
from tests.support import people


def test_it_tells_what_a_doctor_needs_first() -> None:
    made = sheet(people.five_diseases(), people.TODAY)
    assert made.allergies.current
    assert made.problems
    assert any(each.medication.dose for each in made.medications)


def test_of_long_lists_it_says_how_much_is_left_out() -> None:
    names = "甲乙丙丁戊己庚辛壬癸子丑寅卯"[: MOST_MEDICATIONS + 2]
    many = [people.request(f"{name}药片", "每日1次", 3) for name in names]
    made = sheet(people.health_file([*people.organizations(), people.patient(), *many]), people.TODAY)
    assert (len(made.medications), made.more_medications) == (MOST_MEDICATIONS, 2)
    assert (made.more_problems, len(made.problems) <= MOST_PROBLEMS) == (0, True)
