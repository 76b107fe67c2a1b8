"""What stands on the sheet."""

from dataclasses import replace

import pytest

from fhir.summary.medications import taken
from services.portal.resident.presenters import my_file
from services.portal.shares.sheet import MOST_MEDICATIONS, MOST_PROBLEMS, sheet
from tests.support import people
from tests.unit.services.portal.html import rendered
from tests.unit.services.portal.shares.pages import PAGES


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


def test_a_dangerous_drug_never_falls_off_for_newer_ones_and_no_other_page_changes_its_order() -> None:
    newer = [people.request(f"{name}药片", "每日1次", 3) for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    old = people.request("华法林钠片", "每日1次 2.5mg", 90)
    file = people.health_file([*people.organizations(), people.patient(), *newer, old])
    made = sheet(file, people.TODAY)
    assert made.medications[0].medication.name == "华法林钠片"
    assert (len(made.medications), made.more_medications) == (MOST_MEDICATIONS, 15 - MOST_MEDICATIONS)
    assert my_file(file, people.TODAY).plain_medications[-1].medication.name == "华法林钠片"
    assert taken(file, people.TODAY).current[-1].name == "华法林钠片"


@pytest.mark.parametrize(("status", "said"), [("stopped", "别的机构已停用"), ("on-hold", "别的机构已暂停")])
def test_a_drug_that_another_house_has_stopped_or_paused_says_so_on_paper(status: str, said: str) -> None:
    template, reader, model = PAGES["sheet"]
    taken = people.request("华法林钠片", "每日1次", 30)
    ended = people.request(
        "华法林钠片", "每日1次", 3, status=status, requester={"reference": people.JINJIANG}
    )
    told = [
        sheet(people.health_file([*people.organizations(), people.patient(), *lines]), people.TODAY)
        for lines in ([taken], [taken, ended])
    ]
    texts = [rendered(template, reader=reader, **model | {"sheet": each}).text for each in told]
    assert [said in text for text in texts] == [False, True]
    (other,) = {"别的机构已停用", "别的机构已暂停"} - {said}
    assert other not in texts[1]


def test_a_parent_is_told_that_something_may_be_left_out_whatever_he_ticked() -> None:
    template, reader, model = PAGES["sheet"]
    parent = replace(reader, about="李明", proxy="parent")
    for who, said in ((reader, False), (parent, True)):
        text = rendered(template, reader=who, **model | {"sensitive": True}).text
        assert ("敏感的内容可能不在这里" in text) == said
