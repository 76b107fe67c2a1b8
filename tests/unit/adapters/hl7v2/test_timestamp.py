import pytest

from adapters.hl7v2.timestamp import is_valid


@pytest.mark.parametrize(
    "value",
    ["2026", "202602", "20260228", "20240229", "2026022823", "202602282359", "20260228235960",
     "20260228235959.1234", "20260228235959+0800", "202602281200-0330", "20260228240000", " 20260228 "],
)  # fmt: skip
def test_accepts_every_precision(value: str) -> None:
    assert is_valid(value)


@pytest.mark.parametrize(
    "value",
    ["", "0000", "00000000", "20260229", "20261301", "20260100", "2026-02-28", "20260228T1200",
     "202602282500", "202602282360", "20260228240001", "20260228120000+9900", "2026022", "now", "２０２６"],
)  # fmt: skip
def test_refuses_what_is_no_moment(value: str) -> None:
    assert not is_valid(value)
