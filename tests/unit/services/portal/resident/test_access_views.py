from datetime import UTC, datetime

import time_machine

from auth.store.cases import Kind
from services.portal.resident.access import looks
from services.portal.resident.access_views import OTHERS, STEP, Asked, Pages, about, part
from tests.support.people import HUAXI, entry
from tests.unit.services.portal.cases.pages import case


def test_without_a_day_it_is_twelve_months_and_on_request_all() -> None:
    with time_machine.travel(datetime(2026, 11, 26, tzinfo=UTC), tick=False):
        assert Asked().bounds == (datetime(2025, 11, 25, tzinfo=UTC), None)
    assert Asked(whole=True).bounds == (None, None)


def test_a_day_is_chengdus_and_the_last_one_is_whole() -> None:
    since, until = Asked("2026-11-01", "2026-11-02").bounds
    assert since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert until == datetime(2026, 11, 2, 16, tzinfo=UTC)


def test_a_person_and_a_house_narrow_it() -> None:
    assert Asked().fits(entry(), "周敏")
    assert Asked(who="周敏", house=HUAXI).fits(entry(), "周敏")
    assert not Asked(who="李明").fits(entry(), "周敏")
    assert Asked(who=OTHERS).fits(entry(), "周敏")
    assert not Asked(who=OTHERS).fits(entry(own=True), "周敏")
    assert not Asked(house="Organization/other").fits(entry(), "周敏")


def test_a_part_begins_behind_a_look_and_says_what_lies_around_it() -> None:
    found = [entry(id=str(number)) for number in range(2 * STEP + 1)]
    lines = {each.id: int(each.id) for each in found}

    def numbers(before: str) -> tuple[list[int], Pages]:
        shown, pages = part(found, before, lines)
        return [int(each.id) for each in shown], pages

    assert numbers("") == (list(range(STEP)), Pages(None, str(STEP - 1)))
    assert numbers("unknown") == numbers("")
    assert numbers(str(STEP - 1)) == (list(range(STEP, 2 * STEP)), Pages("", str(2 * STEP - 1)))
    assert numbers(str(2 * STEP - 1)) == ([2 * STEP], Pages(str(STEP - 1), None))
    assert numbers("2") == (list(range(3, STEP + 3)), Pages("", str(STEP + 2)))
    assert numbers(str(2 * STEP)) == ([], Pages(str(STEP), None))
    assert part([], "", {}) == ([], Pages(None, None))


def test_a_complaint_about_what_was_folded_in_stands_at_the_look() -> None:
    cases = {"2": case("c", Kind.COMPLAINT)}
    own = {"own": True, "role": "resident"}
    (folded,) = looks([entry(**own, id="1"), entry(**own, id="2")], {})
    assert about(folded, cases) == cases["2"]
    assert about(looks([entry(id="3")], {})[0], cases) is None


def test_what_is_folded_into_one_line_takes_the_room_of_one() -> None:
    found = [entry(id=str(number)) for number in range(100)]
    shown, pages = part(found, "", {each.id: int(each.id) // 3 for each in found})
    assert len(shown) == 3 * STEP
    assert pages == Pages(None, shown[-1].id)
    one = {each.id: 0 for each in found}
    assert len(part(found, "", one)[0]) == 60, "but a line does not grow for ever"
    assert part(found, "59", one)[1] == Pages("", None)
