"""The invisible watermark, and what a text still tells of it; security-and-scale.md, line 34."""

import hashlib
import uuid

import pytest

from auth.audit.watermark import Watermark, code, watermarks

RECORD = "aab85bc2-156e-4589-9cc4-aceb08064ea4"


def keyed(text: str) -> str:
    """As the vault: 20 URL-safe characters of a keyed hash."""
    return hashlib.blake2b(text.encode(), key=b"HTEST", digest_size=8).hexdigest() + "AAAA"


@pytest.mark.parametrize("record", [RECORD, str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))])
def test_a_page_that_carries_it_is_read_again(record: str) -> None:
    page = f"<h1>王建国</h1><div>{code(record, keyed)}</div>"
    genuine = [Watermark(record, genuine=True)]
    assert watermarks(page, keyed) == genuine
    assert watermarks("".join(f"&#{ord(each)};" for each in page), keyed) == genuine


def test_it_takes_no_room() -> None:
    made = code(RECORD, keyed)
    assert len(made) == 80
    assert set(made) <= set("\u200b\u200c\u200d\u2060")


def test_nobody_else_can_make_one() -> None:
    forged = code(RECORD, lambda text: "A" * 20)
    assert watermarks(forged, keyed) == [Watermark(RECORD, genuine=False)]


@pytest.mark.parametrize("text", ["", "<h1>x</h1>", "\u200b" * 79])
def test_a_text_without_one(text: str) -> None:
    assert watermarks(text, keyed) == []
