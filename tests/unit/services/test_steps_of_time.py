"""Whole steps of time; security-and-scale.md, line 13."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.steps_of_time import left


@given(st.floats(0, 100), st.floats(0.001, 1))
def test_what_is_left_ends_a_step(elapsed: float, step: float) -> None:
    rest = left(elapsed, step)
    assert 0 <= rest <= step
    steps = (elapsed + rest) / step
    assert steps == pytest.approx(round(steps), abs=1e-6)
