"""Segments, longer than any version knows them (line 15 of the feed's checklist)."""

import pytest

from adapters.hl7v2.delimiters import Delimiters
from adapters.hl7v2.segment import Segment


def test_counts_the_header_from_its_separator() -> None:
    header = Segment("MSH|^~\\&|HIS|H1")
    assert [str(field) for field in header] == ["|", "^~\\&", "HIS", "H1"]


def test_counts_other_segments_from_the_first_field() -> None:
    segment = Segment("PID|1||123^^^H1")
    assert str(segment[1]) == "1"
    assert not segment[2]
    assert str(segment[3][4]) == "H1"
    assert len(segment.fields) == 3


def test_keeps_more_fields_than_the_version_defines() -> None:
    assert str(Segment("EVN" + "|" * 80 + "last")[80]) == "last"


def test_fields_count_from_one() -> None:
    with pytest.raises(IndexError):
        Segment("PID|1")[0]


def test_other_separators() -> None:
    assert str(Segment("PID#1#a@b", Delimiters("#", "@", "*", "!", "$"))[2][2]) == "b"


def test_a_name_alone_is_a_segment_without_fields() -> None:
    assert Segment("PV2").fields == ()
    assert not Segment("PV2")[3]


def test_shows_no_content_in_its_representation() -> None:
    assert repr(Segment("pid|1||HTEST", index=2)) == "<Segment PID at 2>"
