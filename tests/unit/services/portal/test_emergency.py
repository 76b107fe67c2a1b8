"""An emergency access in words."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.emergency import REASONS, left, purpose

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (4 * 3600, (4, 0)),
        (4 * 3600 - 1, (4, 0)),
        (3540, (0, 59)),
        (3541, (1, 0)),
        (1, (0, 1)),
        (0, (0, 0)),
        (-9, (0, 0)),
    ],
)
def test_the_last_minute_counts_as_whole(seconds: int, expected: tuple[int, int]) -> None:
    assert left(NOW + timedelta(seconds=seconds), NOW) == expected


def test_a_reason_is_treatment_or_breaks_the_glass() -> None:
    assert {code: purpose(code) for code in REASONS} == {
        "unconscious": "ETREAT", "life-threat": "ETREAT", "newborn": "ETREAT", "other": "BTG",
    }  # fmt: skip
