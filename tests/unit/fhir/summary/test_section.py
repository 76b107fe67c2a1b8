from datetime import datetime

import pytest

from fhir.summary.moment import CHENGDU, Moment
from fhir.summary.section import Emptiness, Section, standing
from fhir.summary.source import Origin

SAID = Origin("医院", None)


def test_none_known_must_be_said_by_somebody() -> None:
    assert Section().emptiness is Emptiness.NO_DATA
    assert Section(earlier=["x"]).emptiness is Emptiness.NO_DATA
    assert Section(denied=[SAID]).emptiness is Emptiness.NONE_KNOWN
    assert Section(current=["x"], denied=[SAID]).emptiness is None


def day(number: int) -> Moment:
    return Moment(datetime(2026, 11, number, tzinfo=CHENGDU))


@pytest.mark.parametrize(
    ("said", "lines", "stands"),
    [
        (day(5), [], True),
        (None, [], True),
        (day(5), [day(4), None], True),
        (day(5), [day(5)], True),
        (day(5), [day(4), day(6)], False),
        (None, [day(4)], True),
    ],
)
def test_a_denial_stands_until_something_is_recorded(
    said: Moment | None, lines: list[Moment | None], stands: bool
) -> None:
    assert bool(standing([{"id": "x"}], lambda _: said, lines)) is stands
