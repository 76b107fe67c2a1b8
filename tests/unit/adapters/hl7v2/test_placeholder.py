import pytest

from adapters.hl7v2.placeholder import is_placeholder


@pytest.mark.parametrize(
    "number",
    ["0", "000000", "-", "--", "/", "无", "暂无", "不详", " NULL ", "None", "n/a", "N/A", "Unknown", "？"],
)
def test_what_stands_for_no_number(number: str) -> None:
    assert is_placeholder(number)


@pytest.mark.parametrize("number", ["", "1", "10", "P0", "A-1", "无锡01", "NA12", "0000000001"])
def test_what_is_a_number_or_nothing(number: str) -> None:
    assert not is_placeholder(number)
