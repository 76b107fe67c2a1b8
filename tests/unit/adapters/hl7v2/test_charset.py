"""Character sets, declared, wrong and silent (lines 9 to 13 of the feed's checklist)."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2 import escape
from adapters.hl7v2.charset import CharsetError, _is_rather_utf8, codec_of, decode, encode, fitted, header
from adapters.hl7v2.delimiters import USUAL
from adapters.hl7v2.error import Location
from adapters.hl7v2.message import Message

# Second bytes that look like delimiters in GBK; four bytes; FE9F; characters beyond the basic plane.
NAMES = "珅琝玘瑋㛃䶮𠮷𬱖"


def message(charset: str = "", name: str = "", application: str = "医院") -> str:
    return (
        f"MSH|^~\\&|{application}|{NAMES}|FURONG|CD|20260102||ADT^A01|1|P|2.5.1||||||{charset}|ZH\r"
        f"PID|1||1||{name}\r"
    )


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("UNICODE", "utf-8"),
        ("GB 18030-2000", "gb18030"),
        ("gb18030", "gb18030"),
        ("GBK", "gb18030"),
        ("GB2312", "gb18030"),
        ("CP936", "gb18030"),
        ("BIG-5", "cp950"),
        ("8859/1", "iso8859-1"),
        ("8859/15", "iso8859-15"),
        ("ISO-8859-9", "iso8859-9"),
        ("8859/12", None),
        ("ASCII", None),
        ("", None),
        ("KLINGON", None),
    ],
)
def test_knows_the_names(name: str, codec: str | None) -> None:
    assert codec_of(name) == codec


@pytest.mark.parametrize("declared", ["GB 18030-2000", "GBK", "gb2312", "UNICODE UTF-8", "UTF-8", "UNICODE"])
def test_reads_what_is_declared_after_names_that_hold_delimiters(declared: str) -> None:
    raw = encode(message(declared, NAMES), declared)
    decoded = decode(raw, "8859/1")
    assert decoded.text == message(declared, NAMES)
    assert decoded.notes == ()
    assert str(Message.parse(decoded.text).get("PID-5")) == NAMES


@pytest.mark.parametrize("character", NAMES)
def test_rare_characters_survive_both_ways(character: str) -> None:
    for charset in ("GB18030", "UTF-8"):
        raw = encode(message(charset, character), charset)
        assert decode(raw).text == message(charset, character)
    assert encode("䶮", "GB18030").hex() == "fe9f"
    assert encode("㛃", "GB18030").hex() == "8230b731"


def test_byte_pairs_that_were_private_in_2000_are_the_characters_of_2022() -> None:
    raw = encode(message("GB18030", "龴龻"), "GB18030")
    assert bytes.fromhex("fe59fea0") in raw
    assert decode(raw).text == message("GB18030", "龴龻")


@pytest.mark.parametrize("default", ["GB18030", "UTF-8", "BIG-5"])
@pytest.mark.parametrize("declared", ["", "ASCII"])
def test_an_empty_declaration_means_the_default_of_the_source(default: str, declared: str) -> None:
    text = f"MSH|^~\\&|A|B|||||ADT^A01|1|P|2.5.1||||||{declared}\rPID|1||1||王^小明\r"
    decoded = decode(encode(text, default), default)
    assert decoded.text == text
    assert decoded.charset == codec_of(default)
    assert decoded.notes == ("default-character-set",)


def test_a_wrong_declaration_is_noted_and_the_next_tried() -> None:
    text = "MSH|^~\\&|A|B|||||ADT^A01|1|P|2.5.1||||||UNICODE UTF-8\rPID|1||1||王^小明\r"
    decoded = decode(text.encode("gb18030"), "GB18030")
    assert decoded.text == text
    assert decoded.notes == ("gb18030-instead",)
    unknown = text.replace("UNICODE UTF-8", "KLINGON")
    decoded = decode(unknown.encode("gb18030"), "GB18030")
    assert decoded.text == unknown
    assert decoded.notes == ("unknown-character-set", "default-character-set")


@pytest.mark.parametrize("declared", ["", "GBK", "8859/1"])
def test_what_is_certainly_utf8_is_read_as_utf8(declared: str) -> None:
    text = message(declared, "成都市第一人民医院")
    decoded = decode(text.encode(), "GB18030")
    assert decoded.text == text
    assert decoded.notes[-1] == "utf-8-instead"


def short(name: str, declared: str = "") -> str:
    return f"MSH|^~\\&|A|B|||||ADT^A01|1|P|2.5||||||{declared}\rPID|1||1||{name}||19480302\r"


@pytest.mark.parametrize("default", ["GB18030", "8859/1"])
@pytest.mark.parametrize("declared", ["", "ASCII", "KLINGON"])
@pytest.mark.parametrize(
    "name",
    [
        "山田太郎",
        "欧阳修竹",
        "张伟",
        "李冒用",
        "王芳",
        "赵敏",
        "刘洋洋",
        "陈静",
        "山田^太郎",
        "王",
        "𠮷",
        "严褶",
        "许漯",
        "(女)",
    ],
)
def test_short_utf8_needs_no_declaration(name: str, declared: str, default: str) -> None:
    decoded = decode(short(name, declared).encode(), default)
    assert decoded.text == short(name, declared)
    assert decoded.charset == "utf-8"
    assert decoded.notes[-1] == "utf-8-instead"


# The last two are UTF-8 of three bytes by accident, of which the GB 2312 reading is the more usual.
@pytest.mark.parametrize("name", ["联通", "张伟", "王小明", "欧阳修竹", "琝", "珅", "濮邦保", "洧板安"])
def test_short_gb18030_needs_no_declaration(name: str) -> None:
    decoded = decode(short(name).encode("gb18030"), "GB18030")
    assert decoded.text == short(name)
    assert decoded.notes == ("default-character-set",)


def test_names_of_usual_characters_are_never_utf8_of_three_bytes() -> None:
    level_1 = [bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)]
    for character in level_1:
        with pytest.raises(UnicodeDecodeError):
            (character + b"\xb0\xa1").decode("utf-8")
        for following in (b"\xb0\xa1", b"\xbf\xe5", b"|"):
            assert not _is_rather_utf8(b"PID|||1||" + character + following, "gb18030", True)


def test_a_declared_gb18030_loses_only_where_it_swallows_a_delimiter() -> None:
    for name in ("李冒用", "王"):
        decoded = decode(short(name, "GBK").encode(), "GB18030")
        assert decoded.text == short(name, "GBK")
        assert decoded.notes == ("utf-8-instead",)
    assert decode(short("张伟", "GBK").encode(), "GB18030").charset == "gb18030"


def test_the_first_of_several_character_sets_counts() -> None:
    text = message("UNICODE UTF-8~GB 18030-2000", NAMES)
    assert decode(text.encode(), "GB18030").text == text
    text = message("~GB 18030-2000", NAMES)
    assert decode(text.encode("gb18030"), "UTF-8").text == text


def test_a_byte_order_mark_is_left_to_the_message() -> None:
    text = message("UTF-8", NAMES)
    assert Message.parse(decode(b"\xef\xbb\xbf" + text.encode()).text).encode() == text


@pytest.mark.parametrize("declared", ["", "ASCII", "GB18030"])
@pytest.mark.parametrize("name", ["HTEST", "张伟", "䶮"])
def test_a_byte_order_mark_of_utf8_says_what_the_bytes_are(declared: str, name: str) -> None:
    text = f"MSH|^~\\&|HIS||||20260105||ADT^A08|1|P|2.4||||||{declared}\rPID|||1||{name}\r"
    found = decode(codecs.BOM_UTF8 + text.encode(), "GB18030")
    assert (found.text, found.charset) == ("\ufeff" + text, "utf-8")
    assert Message.parse(found.text).encode() == text


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_refuses_wide_characters(codec: str) -> None:
    with pytest.raises(CharsetError) as caught:
        decode(message("UNICODE UTF-16").encode(codec))
    assert caught.value.error.rejected
    assert caught.value.error.text_key == "wide-characters"


def test_says_where_bytes_cannot_be_read() -> None:
    raw = message("UTF-8", NAMES).encode().replace("𬱖\r".encode(), b"\xff\r")
    with pytest.raises(CharsetError) as caught:
        decode(raw, "GB18030")
    assert caught.value.offset == raw.index(b"\xff")
    assert caught.value.location == Location("PID", 1, 5)
    assert caught.value.error.code == "102"
    assert NAMES[0] not in str(caught.value)


def test_a_torn_character_is_refused_and_not_read_as_something_else() -> None:
    raw = message("UTF-8", "王小明").encode().replace("明".encode(), "明".encode()[:2])
    with pytest.raises(CharsetError):
        decode(raw, "GB18030")


def test_location_counts_segments_of_the_same_name() -> None:
    raw = b"MSH|^~\\&|A||||||ORU^R01|1|P|2.5\rOBX|1|ST|a||b\rOBX|2|ST|a||\xff\xff|\r"
    with pytest.raises(CharsetError) as caught:
        decode(raw, "UTF-8")
    assert caught.value.location == Location("OBX", 2, 5)
    raw = b"MSH|^~\\&|A\xff|\r"
    with pytest.raises(CharsetError) as caught:
        decode(raw, "GB18030")
    assert caught.value.location == Location("MSH", 1, 3)


@pytest.mark.parametrize("raw", [b"", b"garbage\r", b"MSH", b"MSH|", b"\x00\x01"])
def test_text_without_a_header_is_still_text(raw: bytes) -> None:
    assert decode(raw, "GB18030").text.encode() == raw


@pytest.mark.parametrize("raw", [b"\x80\xff", b"\xff\xff garbage\r"])
def test_garbage_lacks_its_header(raw: bytes) -> None:
    with pytest.raises(CharsetError) as caught:
        decode(raw, "GB18030")
    assert caught.value.location == Location("MSH", 1)


@pytest.mark.parametrize("charset", ["UTF-8", "GB18030"])
def test_the_header_of_an_unreadable_message_is_enough_to_answer(charset: str) -> None:
    raw = encode(message(charset, application=NAMES), charset) + b"NTE|\xff"
    with pytest.raises(CharsetError):
        decode(raw)
    parsed = Message.parse(header(raw))
    assert str(parsed.get("MSH-3")) == NAMES
    assert str(parsed.get("MSH-10")) == "1"


def test_even_an_unreadable_header_answers() -> None:
    parsed = Message.parse(header(b"MSH|^~\\&|\xff|B|||||ADT^A01|42|P|2.5.1\r"))
    assert str(parsed.get("MSH-10")) == "42"
    assert header(b"nothing") == ""


def test_no_character_is_replaced_when_encoding() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode("王", "8859/1")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Co", "Cs"])))
def test_gb18030_carries_every_character(text: str) -> None:
    sent = f"{message('GB18030')}NTE|1||{text}"
    assert decode(encode(sent, "GB18030"), "UTF-8").text == sent


@given(st.binary(max_size=200))
def test_no_byte_is_ever_replaced(data: bytes) -> None:
    raw = b"MSH|^~\\&|A|||||||1|P|2.5\rNTE|1||" + data
    try:
        decoded = decode(raw, "UTF-8")
    except CharsetError:
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")
    else:
        assert "\ufffd" not in decoded.text or "\ufffd".encode(decoded.charset) in raw


@given(
    st.lists(st.text(st.sampled_from("珅琝玘㛃䶮\U00020bb7张王|^~\\&x"), max_size=6), min_size=1, max_size=5)
)
@pytest.mark.parametrize("declared", ["GB18030", "UNICODE UTF-8"])
def test_dangerous_characters_anywhere_survive(declared: str, values: list[str]) -> None:
    body = "\r".join(f"NTE|{number}|{value}" for number, value in enumerate(values))
    text = f"MSH|^~\\&|HIS|珅|||20260105||ORU^R01|1|P|2.4||||||{declared}\r{body}\r"
    assert decode(encode(text, declared), "UTF-8").text == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_what_a_character_set_has_not_is_escaped_and_read_as_it_was(text: str) -> None:
    written = escape.encode(text, USUAL)
    for charset, codec in (("8859/1", "latin-1"), ("GB18030", "gb18030"), ("UNICODE UTF-8", "utf-8")):
        assert escape.decode(fitted(written, charset, "\\").decode(codec), USUAL) == text


def test_a_long_text_of_foreign_characters_and_no_escape_character() -> None:
    assert fitted("张a" * 5_000, "8859/1", "\\") == b"\\XE5BCA0\\a" * 5_000
    assert fitted("张", "8859/1", "") == "张".encode()
