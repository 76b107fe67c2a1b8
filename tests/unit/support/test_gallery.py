"""The gallery shows pictures that its command takes, and all of those."""

from pathlib import Path

from tests.gallery import PAGES, SHOWN, Shot, shots

GALLERY = Path(__file__).parents[3] / "docs"


def test_what_is_shown_is_what_is_taken() -> None:
    files = {Shot(*each).file for each in SHOWN}
    text = (GALLERY / "gallery.md").read_text(encoding="utf-8")
    assert {part.split(")")[0] for part in text.split("(gallery/")[1:]} == files
    assert {each.name for each in (GALLERY / "gallery").iterdir()} == files
    assert files <= {each.file for each in shots()}


def test_every_page_is_taken_at_three_widths_in_two_languages_and_in_large_type() -> None:
    assert len({each.file for each in shots()}) == len(PAGES) * 9
