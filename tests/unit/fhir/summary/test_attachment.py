"""Files within resources: where they lie, their bytes, their text."""

import base64

import pytest

from fhir.summary.attachment import attachment, attachments, content, text


def test_the_files_of_a_document_and_of_a_report_in_their_order() -> None:
    one, other = {"contentType": "Image/PNG; x=y", "url": "Binary/1"}, {"data": "QQ=="}
    empty = {"contentType": "image/png"}
    document = {"content": [{"attachment": one}, {"attachment": empty}, {}, {"attachment": other}]}
    assert [each.type for each in attachments(document)] == ["image/png", ""]
    assert [each.data for each in attachments({"presentedForm": [other]})] == ["QQ=="]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("Binary/a1", ("a1", "")),
        ("https://furong.example/fhir/Binary/a1/_history/2", ("a1", "2")),
        ("https://other.example/fhir/Binary/a1", None),
        ("Binary/../Patient/1", None),
        ("Patient/a1", None),
        ("file:///etc/passwd", None),
    ],
)
def test_only_a_binary_of_this_server_is_read(url: str, place: tuple[str, str] | None) -> None:
    assert attachment({"url": url}).binary("https://furong.example/fhir") == place


def test_base64_with_line_breaks_is_read_and_what_is_none_is_not() -> None:
    assert content("SFRF\r\nU1Q=") == b"HTEST"
    assert content("%%%") is None
    assert content("SFR") is None


@pytest.mark.parametrize("charset", ["gb18030", "gbk", "gb2312", "utf-8", "big5"])
def test_a_text_is_read_in_the_set_that_it_names(charset: str) -> None:
    said = attachment({"contentType": f'text/plain; charset="{charset.upper()}"', "data": ""})
    assert text("出院".encode(charset), said.charset) == "出院"


def test_without_a_set_it_is_utf_8_or_that_of_china() -> None:
    assert text("\ufeff出院".encode(), "") == "出院"
    assert text("镕药".encode("gb18030"), "") == "镕药"
    assert text(b"\xff\xff", "") is None
    assert text(b"abc", "x-htest") is None


def test_how_large_it_is_where_that_is_known() -> None:
    assert attachment({"data": base64.b64encode(b"x" * 300).decode()}).size == 300
    assert attachment({"url": "Binary/1"}).size is None
