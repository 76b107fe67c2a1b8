from datetime import date, datetime

from services.demo.segments.encoding import Encoded, components, day, escape, moment, repetitions, segment


def test_delimiters_within_a_value_are_escaped() -> None:
    assert escape("10^9/L|a&b~c\\") == "10\\S\\9/L\\F\\a\\T\\b\\R\\c\\E\\"


def test_what_is_encoded_stays_as_it_is() -> None:
    assert escape(Encoded("a^b")) == "a^b"


def test_components_leave_out_empty_ones_at_the_end() -> None:
    assert components("a", "", "c^", "", "") == "a^^c\\S\\"


def test_repetitions_leave_out_empty_ones() -> None:
    assert repetitions(components("a", "b"), "", "c") == "a^b~c"


def test_a_segment_places_its_fields() -> None:
    assert segment("ZZZ", f1="1", f4=components("a", "b"), f6="") == "ZZZ|1|||a^b"


def test_times_carry_a_zone_only_where_it_is_sent() -> None:
    assert moment(datetime(2025, 3, 4, 5, 6, 7), zone=True) == "20250304050607+0800"
    assert moment(datetime(2025, 3, 4, 5, 6, 7), zone=False) == "20250304050607"
    assert day(date(2025, 3, 4)) == "20250304"
