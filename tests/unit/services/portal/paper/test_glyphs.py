from services.portal.paper.glyphs import legend, shown


def test_what_no_font_has_is_replaced_and_named() -> None:
    lacking: set[int] = set()
    known = frozenset(map(ord, "王 〓"))
    assert shown("王𪚥 王\u200b\x07", known, lacking) == "王〓 王"
    assert legend(lacking) == "U+2A6A5"


def test_a_line_end_of_another_kind_is_a_space() -> None:
    assert shown("王\u2028王", frozenset(map(ord, "王")), set()) == "王 王"


def test_what_turns_the_reading_order_is_left_out_though_the_font_has_it() -> None:
    assert shown("5\u202e mg", frozenset(range(0x10000)), set()) == "5 mg"
