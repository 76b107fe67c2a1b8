"""What of an address or a form is believed."""

from datetime import date

import pytest

from services.portal.clinician.timeline.entries import Wanted
from services.portal.clinician.timeline.views import _typed, _wanted, page_number


@pytest.mark.parametrize(
    ("text", "most", "page"),
    [("", 3, 1), ("2", 3, 2), ("9", 3, 3), ("0", 3, 1), ("-1", 3, 1), ("x", 3, 1), ("²", 3, 1), ("5", 0, 1)],
)
def test_a_page_is_one_that_is_there(text: str, most: int, page: int) -> None:
    assert page_number(text, most) == page


def test_what_is_no_day_is_no_filter() -> None:
    assert _wanted(_typed(None)) == Wanted()
    assert _wanted(_typed('{"since": "2026-02-30", "until": "2026-03-01"}')) == Wanted(until=date(2026, 3, 1))
