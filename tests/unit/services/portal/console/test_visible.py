from services.portal.console.visible import lines, visible


def test_what_has_no_shape_is_shown_as_a_sign() -> None:
    assert visible("a\x00\x0b\x7f\x85\u202e\u200b\tb") == "a␀␋␡⟨U+0085⟩⟨U+202E⟩⟨U+200B⟩␉b"
    assert visible("珅㛃䶮𠮷") == "珅㛃䶮𠮷"


def test_a_segment_is_a_line() -> None:
    assert lines("MSH\rPID\r\nPV1\n") == ["MSH", "PID", "PV1"]
