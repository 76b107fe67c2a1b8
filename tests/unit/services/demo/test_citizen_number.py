from datetime import date

import pytest

from services.demo.citizen_number import citizen_number


@pytest.mark.parametrize(
    ("area", "birth", "sequence", "number"),
    [
        ("510104", date(1958, 3, 12), 901, "510104195803129013"),
        ("510104", date(1958, 3, 12), 902, "510104195803129021"),
        ("510108", date(1970, 1, 1), 901, "51010819700101901X"),
    ],
)
def test_parts_and_check_digit(area: str, birth: date, sequence: int, number: str) -> None:
    assert citizen_number(area, birth, sequence) == number
