from datetime import date

import pytest

from services.demo.region import Region
from services.demo.timeline import Timeline


@pytest.fixture
def life(region: Region) -> Timeline:
    return Timeline(region.character("diabetic"), 1, date(2026, 5, 31))


def triggers(life: Timeline) -> list[str]:
    return [event.trigger for event in life.events]


def test_a_visit_opens_reports_prescribes_and_closes(life: Timeline) -> None:
    with life.clinic(life.day(9), "内分泌科", "diabetes") as visit:
        visit.vitals(systolic=131.0)
        visit.report(glucose={"glucose": 7.1})
        visit.prescribe("metformin")
        visit.prescribe("atorvastatin")
    assert triggers(life) == ["A04", "R01", "O11", "A03"]
    assert [report.panel for report in life.events[1].reports] == ["vitals", "glucose"]
    assert [each.drug for each in life.events[2].prescriptions] == ["metformin", "atorvastatin"]
    assert dict(life.events[1].reports[0].results)["systolic"] == "131"


def test_more_than_twelve_observations_go_out_in_two_messages(life: Timeline) -> None:
    with life.clinic(life.day(9), "内分泌科") as visit:
        visit.report(blood={}, renal={})
    assert triggers(life) == ["A04", "R01", "R01", "A03"]


def test_the_clock_goes_on_with_every_step(life: Timeline) -> None:
    with life.stay(life.day(9), "内分泌科", "diabetes") as stay:
        stay.report(glucose={})
        stay.sleep(2)
        stay.transfer("外科病区", "0101")
        stay.update()
    times = [event.time for event in life.events]
    assert times == sorted(set(times))
    assert (times[-1] - times[0]).days == 2


def test_a_visit_that_is_told_afterwards_is_told_once(life: Timeline, region: Region) -> None:
    house = next(each for each in region.houses if each.code == "JNSQ")
    with life.clinic(life.day(9), "全科医疗科", house=house) as visit:
        visit.vitals()
    assert triggers(life) == ["R01", "A04"]
    assert life.events[-1].closed is not None


def test_a_cancelled_visit_does_not_close(life: Timeline) -> None:
    with life.clinic(life.day(9), "内分泌科") as visit:
        visit.cancel()
    assert triggers(life) == ["A04", "A11"]


def test_what_lies_after_the_last_day_has_not_happened(life: Timeline) -> None:
    with life.stay(life.until, "内分泌科") as stay:
        stay.sleep(3)
    assert triggers(life) == ["A01"]


def test_the_body_mass_index_follows_from_height_and_weight(life: Timeline) -> None:
    life.height = 170.0
    with life.clinic(life.day(9), "内分泌科") as visit:
        visit.measure(72.25)
    assert dict(life.events[1].reports[0].results) == {"height": "170", "weight": "72.2", "bmi": "25.0"}
