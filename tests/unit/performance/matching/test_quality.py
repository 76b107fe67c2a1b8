import pytest

from tests.performance.matching.quality import interval, quality


def test_pairs_and_merges_are_counted_within_persons() -> None:
    found = quality("x", [1, 1, 1, 2, 2, 3], [[0, 1], [2, 3], [4], [5]], 1.0)
    assert (found.true, found.pairs, found.right) == (4, 2, 1)
    assert (found.merges, found.false) == (2, 1)
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_nothing_joined_is_nothing_wrong() -> None:
    found = quality("x", [1, 1], [[0], [1]], 1.0)
    assert (found.precision, found.recall, found.false) == (1.0, 0.0, 0)


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.39)]
)
def test_the_interval_is_that_of_the_tables(events: int, low: float, high: float) -> None:
    """Garwood's exact limits of a Poisson mean."""
    found = interval(events, 1)
    assert found == pytest.approx((low, high), abs=0.005)
