"""A file leaves as what its bytes are, under a safe name."""

import pytest

from services.portal.documents.file import disposition, response, safe
from services.portal.documents.reading import Content


@pytest.mark.parametrize(
    ("type", "raw", "sent", "way"),
    [
        ("application/pdf", b"%PDF-1.7", "application/pdf", "inline"),
        ("image/jpeg", b"\xff\xd8\xff\xe0", "image/jpeg", "inline"),
        ("application/pdf", b"<html>", "application/octet-stream", "attachment"),
        ("image/png", b"<svg>", "application/octet-stream", "attachment"),
        ("text/html", b"<script>", "application/octet-stream", "attachment"),
        ("image/svg+xml", b"<svg>", "application/octet-stream", "attachment"),
        ("application/xml", b"<a/>", "application/octet-stream", "attachment"),
        ("text/plain", b"<script>", "text/plain; charset=utf-8", "inline"),
        ("", b"x", "application/octet-stream", "attachment"),
        ("image/gif\r\nX: y", b"x", "application/octet-stream", "attachment"),
    ],
)
def test_only_what_begins_as_its_type_does_is_shown(type: str, raw: bytes, sent: str, way: str) -> None:
    made = response(Content(type, raw), "HTEST")
    assert made.headers["content-type"] == sent
    assert made.headers["content-disposition"].startswith(f"{way}; ")
    assert made.headers["x-content-type-options"] == "nosniff"
    sandboxed = made.headers["content-security-policy"].startswith("sandbox; ")
    assert sandboxed == (sent != "application/pdf")


@pytest.mark.parametrize(("raw", "charset"), [(b"abc", "x-htest"), (b"HTEST \xff", "utf-8")])
def test_a_text_that_cannot_be_read_is_saved_as_it_came(raw: bytes, charset: str) -> None:
    made = response(Content("text/plain", raw, charset), "HTEST")
    assert made.body == raw
    assert made.headers["content-type"] == "application/octet-stream"
    assert made.headers["content-disposition"].startswith("attachment; ")
    assert made.headers["content-disposition"].endswith("HTEST.txt")


@pytest.mark.parametrize(
    ("type", "end"),
    [
        ("text/html", ".bin"), ("image/svg+xml", ".bin"), ("text/javascript", ".bin"),
        ("application/x-sh", ".bin"), ("application/x-msdos-program", ".bin"), ("application/xml", ".xml"),
    ],
)  # fmt: skip
def test_what_is_saved_runs_on_no_click(type: str, end: str) -> None:
    assert response(Content(type, b"x"), "HTEST").headers["content-disposition"].endswith(f"HTEST{end}")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("出院 小结.pdf", "出院_小结.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie_x"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("", "document"),
        ("...", "document"),
        ('"a";b%0a', "a_b_0a"),
    ],
)
def test_a_name_misleads_nobody(name: str, made: str) -> None:
    assert safe(name) == made


def test_a_name_ends_as_its_type_does_and_once() -> None:
    assert disposition("a.pdf", ".pdf", inline=True).endswith("UTF-8''a.pdf")
    assert disposition("a.html", ".pdf", inline=True).endswith("UTF-8''a.html.pdf")
    assert disposition("长" * 200, ".pdf", inline=False).isascii()
