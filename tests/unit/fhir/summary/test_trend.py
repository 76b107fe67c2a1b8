from fhir.summary.file import health_file
from fhir.summary.results import Reading, results
from fhir.summary.trend import EDGE, HEIGHT, MOST, WIDTH, trend
from tests.support.people import TODAY, observation


def readings(*values: str, low: str = "4", high: str = "6") -> tuple[Reading, ...]:
    made = [
        observation("4548-4", "A", v, "%", 10 * (len(values) - i), low, high) for i, v in enumerate(values)
    ]
    return results(health_file(made), TODAY)[0].readings


def test_runs_from_the_oldest_at_the_left_to_the_newest_at_the_right() -> None:
    chart = trend(readings("9", "7", "5"))
    assert chart is not None
    assert [x for x, _ in chart.points] == [EDGE, WIDTH / 2, WIDTH - EDGE]
    heights = [y for _, y in chart.points]
    assert heights == sorted(heights)
    assert (chart.least.value, chart.greatest.value) == ("5", "9")
    assert chart.line.startswith(f"{EDGE},{EDGE} ")


def test_the_band_lies_where_its_values_lie() -> None:
    chart = trend(readings("4", "6"))
    assert chart is not None
    assert chart.band == (EDGE, HEIGHT - 2 * EDGE)
    one_sided = trend(readings("9", "7", low=""))
    assert one_sided is not None
    assert one_sided.band is not None
    assert sum(one_sided.band) == HEIGHT
    unlimited = trend(readings("9", "7", low="", high=""))
    assert unlimited is not None
    assert unlimited.band is None


def test_equal_values_at_one_moment_do_not_divide_by_zero() -> None:
    same = [observation("1", "A", "5", "%", 10), observation("1", "A", "5", "%", 10)]
    assert trend(results(health_file(same), TODAY)[0].readings) is not None


def test_one_point_is_no_trend_and_many_are_cut() -> None:
    assert trend(readings("9")) is None
    chart = trend(readings(*map(str, range(100))))
    assert chart is not None
    assert len(chart.points) == MOST
    assert chart.greatest.value == "99"
