"""Sequence numbers (line 30 of the feed's checklist)."""

import pytest

from adapters.hl7v2.sequence import Place, Verdict, judge


@pytest.mark.parametrize(
    ("sent", "last", "verdict"),
    [
        ("", 4, Verdict(Place.UNNUMBERED, 4, None)),
        ("x", None, Verdict(Place.UNNUMBERED, None, None)),
        ("-2", 4, Verdict(Place.UNNUMBERED, 4, None)),
        ("-1", 4, Verdict(Place.RESYNCHRONIZATION, -1, -1)),
        ("70", -1, Verdict(Place.NEXT, 70, 71)),
        ("0", 4, Verdict(Place.RESTART, 0, 1)),
        ("1", 0, Verdict(Place.NEXT, 1, 2)),
        ("7", None, Verdict(Place.NEXT, 7, 8)),
        (" 5 ", 4, Verdict(Place.NEXT, 5, 6)),
        ("4", 4, Verdict(Place.DUPLICATE, 4, 5)),
        ("2", 4, Verdict(Place.DUPLICATE, 4, 5)),
        ("6", 4, Verdict(Place.AHEAD, 4, 5)),
    ],
)
def test_judges_by_the_last_number(sent: str, last: int | None, verdict: Verdict) -> None:
    assert judge(sent, last) == verdict
