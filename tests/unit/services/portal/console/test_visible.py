from services.portal.console.editing import editable, edited
from services.portal.console.visible import lines, visible


def test_what_has_no_shape_is_shown_as_a_sign() -> None:
    assert visible("a\x00\x0b\x7f\x85\u202e\u200b\tb") == "a␀␋␡⟨U+0085⟩⟨U+202E⟩⟨U+200B⟩␉b"
    assert visible("珅㛃䶮𠮷") == "珅㛃䶮𠮷"


def test_a_segment_is_a_line() -> None:
    assert lines("MSH\rPID\r\nPV1\n") == ["MSH", "PID", "PV1"]


def test_edited_text_comes_back_as_it_was() -> None:
    text = "MSH|张\rPID|1\r"
    assert edited((editable(text) or "").replace("\n", "\r\n")) == text


def test_what_a_browser_would_change_is_not_edited() -> None:
    assert editable("MSH|\x0b\rPID") is None
    assert editable("MSH|" + "张" * 8000) is None
