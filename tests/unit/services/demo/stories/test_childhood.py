from datetime import date, timedelta

from services.demo.catalogue import vaccines
from services.demo.region import Region
from services.demo.stories.childhood import due, growth
from tests.unit.services.demo.stories.sense import events, residents, values


def test_vaccines_come_in_order_and_not_before_their_age(region: Region) -> None:
    for child in [*residents(region, "childhood"), *residents(region, "newborn")]:
        given = [dose for event in events(region, child) for dose in event.doses]
        assert given
        last: dict[str, int] = {}
        for dose in sorted(given, key=lambda dose: (dose.given, vaccines()[dose.vaccine].dose)):
            vaccine = vaccines()[dose.vaccine]
            assert vaccine.dose == last.get(vaccine.local[:2], 0) + 1
            assert dose.given.date() >= due(child.birth, vaccine.age_months or 0)
            last[vaccine.local[:2]] = vaccine.dose


def test_no_dose_is_told_before_it_is_given(region: Region) -> None:
    for event in region.events:
        for dose in event.doses:
            assert dose.given.date() <= event.time.date()
            assert dose.historical == (dose.given.date() < region.until - timedelta(days=730))


def test_children_grow(region: Region) -> None:
    for child in residents(region, "childhood"):
        heights = values(region, child, "height")
        assert heights == sorted(heights)


def test_growth_is_that_of_children() -> None:
    assert growth(0, "female")["weight"] < 4
    assert 72 < growth(12, "male")["height"] < 80
    assert 105 < growth(60, "female")["height"] < 115


def test_months_are_counted_over_the_year() -> None:
    assert due(date(2024, 11, 30), 3) == date(2025, 2, 28)
