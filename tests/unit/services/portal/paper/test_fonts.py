import shutil
from pathlib import Path

import pytest

from services.portal.paper import fonts
from services.portal.paper.fonts import Face, characters, chinese, others

WITH_FONT = pytest.mark.skipif(chinese() is None, reason="no Chinese font: apt-get install fonts-noto-cjk")


@WITH_FONT
def test_the_system_has_a_font_with_chinese_in_it() -> None:
    face = chinese()
    assert face is not None
    assert {ord("芙"), ord("蓉"), ord("A")} <= characters(face)


@WITH_FONT
def test_known_places_do_without_fontconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    face = chinese()
    assert face is not None
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(fonts, "_PLACES", (face.path,))
    chinese.cache_clear()
    found = chinese()
    chinese.cache_clear()
    assert found == Face(face.path)


def test_a_system_without_one_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(fonts, "_PLACES", ("/nowhere.ttc",))
    chinese.cache_clear()
    found = chinese()
    chinese.cache_clear()
    assert found is None


def test_what_cannot_be_read_has_no_characters(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    assert characters(Face(str(broken))) == frozenset()
    assert characters(Face("/nowhere.ttc", 3)) == frozenset()


def test_other_fonts_have_what_is_asked_for() -> None:
    for face in others({ord("⁹"), 0x10FFFF}):
        assert ord("⁹") in characters(face)
