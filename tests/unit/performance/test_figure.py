import math

import pytest

from tests.performance.figure import Goal, Tally, figure, percentile


@pytest.mark.parametrize(
    ("numbers", "share", "expected"),
    [([1.0], 0.5, 1.0), ([1.0, 2.0], 0.5, 1.0), (list(range(1, 101)), 0.95, 95), ([1.0, 9.0], 0.99, 9.0)],
)
def test_percentile_is_the_nearest_rank(numbers: list[float], share: float, expected: float) -> None:
    assert percentile(numbers, share) == expected


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_a_wrong_reply_counts_as_an_error_and_has_no_latency() -> None:
    tally = Tally()
    tally.note(1, 2, "status 500")
    tally.note(11, 12, "status 500", units=50)
    tally.note(12, 14)
    assert (tally.errors["status 500"], tally.units, tally.latencies) == (2, 1, [2])


def test_a_figure_has_milliseconds_and_units_a_second() -> None:
    tally = Tally()
    tally.note(0, 0.010, units=50)
    tally.note(0, 0.030, units=50)
    made = figure("transactions", tally, 2, connections=4, unit="resources")
    assert (made.p50, made.p95, made.rate, made.count) == (10, 30, 50, 100)


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (None, None),
        (Goal(note="of another kind"), None),
        (Goal(p95=30, rate=50), True),
        (Goal(p95=29), False),
        (Goal(p99=29), False),
        (Goal(p95=30, rate=51), False),
    ],
)
def test_a_goal_is_met_when_all_of_it_is(goal: Goal | None, met: bool | None) -> None:
    tally = Tally(latencies=[0.010, 0.030], units=100)
    assert figure("x", tally, 2, connections=1, goal=goal).met is met


def test_an_error_misses_the_goal() -> None:
    tally = Tally(latencies=[0.001], units=1)
    tally.note(0, 1, "status 500")
    assert figure("x", tally, 1, connections=1, goal=Goal(p95=30)).met is False


def test_no_latency_at_all_misses_a_goal_of_latency() -> None:
    assert figure("x", Tally(), 1, connections=1, goal=Goal(p95=30)).met is False


def test_a_goal_reads_as_the_design_writes_it() -> None:
    assert str(Goal(p95=30, rate=1000, note="here")) == "p95 30 ms, >= 1000/s, here"
