import pytest

from services.portal.console.editing import NoSuchPlace, editable, edited, fields, is_place, with_field

TEXT = "MSH|^~\\&|HIS|T\rPID|1||P1\rOBX|1|NM\rOBX|2|ST\r"


def test_edited_text_comes_back_as_it_was() -> None:
    text = "MSH|张\rPID|1\r"
    assert edited((editable(text) or "").replace("\n", "\r\n")) == text


def test_what_a_browser_would_change_is_not_edited() -> None:
    assert editable("MSH|\x0b\rPID") is None
    assert editable("MSH|" + "张" * 8000) is None


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        ("PID-3", "P2^^^X", "PID|1||P2^^^X"),
        ("pid[1]-5", "王^五", "PID|1||P1||王^五"),
        ("OBX[2]-2", "", "OBX|2|"),
        ("OBX(2)-5", "a\r\nb", "OBX|2|ST|||a b"),
        ("MSH-4", "U", "MSH|^~\\&|HIS|U"),
    ],
)
def test_line_63_a_field_is_changed_by_its_place(place: str, value: str, line: str) -> None:
    changed = with_field(TEXT, place, value).split("\r")
    assert line in changed
    assert sum(one != other for one, other in zip(changed, TEXT.split("\r"), strict=True)) == 1


@pytest.mark.parametrize("place", ["", "PID", "PID-0", "PID[2]-3", "PV1-2", "MSH-1", "MSH-2", "PID-3.1"])
def test_a_place_that_there_is_not_is_told(place: str) -> None:
    with pytest.raises(NoSuchPlace):
        with_field(TEXT, place, "x")
    with pytest.raises(NoSuchPlace):
        with_field("PID|1", "PID-1", "x")


def test_fields_by_place() -> None:
    found = dict(fields(TEXT))
    assert found["OBX[2]"] == [("OBX[2]-1", "2"), ("OBX[2]-2", "ST")]
    assert found["PID[1]"] == [("PID[1]-1", "1"), ("PID[1]-3", "P1")]
    assert fields("nothing") == []
    assert [is_place(one) for one in ("PID[1]-5", "Patient.name[0]")] == [True, False]
