from itertools import pairwise

from fhir.summary.results import Series, results
from services.portal.clinician.series.chart import BOTTOM, HEIGHT, LEFT, MOST, RIGHT, TOP, WIDTH, chart
from tests.support.people import TODAY, five_diseases, health_file, observation, patient


def series(*days: int, value: str = "7") -> Series:
    readings = [observation("1-1", "x", f"{value}.{day}", "%", day, "4.0", "6.0") for day in days]
    return results(health_file([patient(), *readings]), TODAY)[0]


def test_every_point_lies_within_the_axes() -> None:
    for each in results(five_diseases(), TODAY):
        drawn = chart(each.readings)
        if drawn is None:
            continue
        assert all(LEFT <= point.x <= WIDTH - RIGHT for point in drawn.points)
        assert all(TOP <= point.y <= HEIGHT - BOTTOM for point in drawn.points)
        assert drawn.points[-1].x == WIDTH - RIGHT
        assert len(drawn.line.split()) == len(drawn.points)


def test_what_is_outside_the_range_is_marked_and_the_range_is_drawn() -> None:
    drawn = chart(series(1, 2, 3).readings)
    assert drawn is not None
    assert all(point.notable for point in drawn.points)
    assert drawn.band is not None
    assert {"4.0", "6.0"} <= {tick.text for tick in drawn.ticks}


def test_ticks_do_not_cover_each_other() -> None:
    drawn = chart(series(1, 2, 3).readings)
    assert drawn is not None
    heights = sorted(tick.y for tick in drawn.ticks)
    assert all(after - before >= 14 for before, after in pairwise(heights))


def test_one_reading_makes_no_chart_and_a_very_long_series_its_newest() -> None:
    assert chart(series(1).readings) is None
    drawn = chart(series(*range(1, MOST + 50)).readings)
    assert drawn is not None
    assert len(drawn.points) == MOST
