"""Values to a segment: what is read again is what was written."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2.delimiters import Delimiters
from adapters.hl7v2.encoding import segment
from adapters.hl7v2.segment import Segment

USUAL, OTHER = Delimiters(), Delimiters("*", "!", ":", "?", "%")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


def test_positions_are_left_out_at_the_end() -> None:
    fields = {3: [("P1", "", "", ("H", "1.2", "ISO"), "")], 5: ["", ("", "", "S")], 8: ""}
    assert segment("PID", fields, USUAL) == "PID|||P1^^^H&1.2&ISO||~^^S"
    assert segment("PID", {}, USUAL) == "PID"


@given(st.lists(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_is_written_is_read(values: list[list[tuple[str, str]]]) -> None:
    for delimiters in (USUAL, OTHER):
        written = segment("PID", {2: [tuple(repetition) for repetition in values]}, delimiters)
        field = Segment(written, delimiters)[2]
        read = [[(each[1].value, each[2].value) for each in repetition] for repetition in field]
        assert read == values
