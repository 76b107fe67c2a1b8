"""The lines name what is there: places and tests of the checkout."""

from pathlib import Path

import pytest

from services.portal.security.line import Kind, Line, lines

CHECKOUT = Path(__file__).parents[5]
LISTED = {*range(1, 20), *range(22, 30), *range(32, 37), *range(38, 43), 53}


def test_every_line_that_is_promised_stands_there_once() -> None:
    numbers = [line.number for line in lines()]
    assert numbers == sorted(LISTED)


@pytest.mark.parametrize("line", lines(), ids=lambda line: str(line.number))
def test_what_it_names_is_there(line: Line) -> None:
    assert line.zh
    assert line.en
    for path in (line.by, *line.tests):
        assert (CHECKOUT / path).exists(), path
    assert bool(line.tests) or line.kind in (Kind.ABSENT, Kind.PROCEDURE)
