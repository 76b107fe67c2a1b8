import argparse

import pytest

from tests.performance import ladder
from tests.performance.figure import NOT_SERVED, Figure, Tally, figure
from tests.performance.ladder import Rung, slower, text


def measured(what: str, done: int) -> Figure:
    cores = {"api": 0.5, "mongod": 0.5, "others": 1.0}
    return figure(what, Tally(latencies=[0.01], units=done), 1, connections=16, cores=cores)


def unserved(what: str) -> Figure:
    tally = Tally()
    tally.note(0, 1, f"{NOT_SERVED}X?y")
    return figure(what, tally, 1, connections=16)


def test_each_workload_is_held_against_itself_at_the_smallest_size() -> None:
    assert slower(measured("read", 1300), measured("read", 1000)) == pytest.approx(1.3)
    assert slower(measured("read", 1300), unserved("read")) is None


def test_the_table_names_the_goal_and_who_misses_it() -> None:
    small = Rung(1_000, 40_000, [measured("read", 1000), measured("date", 1000), unserved("quantity")])
    large = Rung(16_000, 640_000, [measured("read", 990), measured("date", 500), unserved("quantity")])
    head, read, date, quantity, *_ = text([small, large]).splitlines()
    assert head.split()[:4] == ["what", "1,000", "16,000", "slower"]
    assert read.split() == ["read", "1000/s", "990/s", "1.01", "yes", "1.01"]
    assert date.split() == ["date", "1000/s", "500/s", "2.00", "NO", "2.00"]
    assert quantity.split() == ["quantity", "0/s", "0/s", "not", "served"]


def test_one_size_alone_is_no_ladder_and_breaks_nothing() -> None:
    assert "read" in text([Rung(1_000, 40_000, [measured("read", 1000)])])


@pytest.mark.parametrize("given", ["", "a", "4000,1000", "0,5", "5,5"])
def test_sizes_that_do_not_rise_are_refused(given: str) -> None:
    with pytest.raises((ValueError, argparse.ArgumentTypeError)):
        ladder.sizes(given)
    assert ladder.sizes("10,20") == [10, 20]
