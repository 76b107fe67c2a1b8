"""Fonts: one of the system that has Chinese, and others for the characters that it lacks.

Asked of fontconfig where that is there, else looked for in the places where systems keep such fonts.
"""

import shutil
import subprocess
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTCollection, TTFont, TTLibError

_SAMPLE = frozenset(map(ord, "芙蓉市健康档案过敏药物Aa09，。"))
_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
)
_COLLECTIONS = (".ttc", ".otc")
_MOST_OTHERS = 3
_PATIENCE = 5


class Face(NamedTuple):
    """A font: its file, and which one within it."""

    path: str
    number: int = 0


@cache
def chinese() -> Face | None:
    """The font for everything; None where the system has none with Chinese characters."""
    asked = _asked(":lang=zh-cn:fontformat=TrueType", ":lang=zh-cn")
    known = [Face(path) for path in _PLACES if Path(path).is_file()]
    return next((each for each in (*asked, *known) if characters(each) >= _SAMPLE), None)


def others(missing: Collection[int]) -> list[Face]:
    """Fonts that have some of the characters that the first one lacks."""
    found: list[Face] = []
    left = set(missing)
    while left and len(found) < _MOST_OTHERS:
        wanted = min(left)
        face = next((each for each in _with(wanted) if wanted in characters(each)), None)
        left -= {wanted} if face is None else characters(face)
        found += [face] if face else []
    return found


@cache
def characters(face: Face) -> frozenset[int]:
    """The characters of a font; none where it cannot be read or embedded."""
    try:
        with Path(face.path).open("rb") as file:
            if face.path.lower().endswith(_COLLECTIONS):
                return frozenset(TTCollection(file, lazy=True).fonts[face.number].getBestCmap() or ())
            return frozenset(TTFont(file, lazy=True).getBestCmap() or ())
    except (OSError, TTLibError, IndexError, KeyError):
        return frozenset()


@cache
def _with(character: int) -> tuple[Face, ...]:
    return _asked(f":charset={character:x}")


def _asked(*patterns: str) -> tuple[Face, ...]:
    """What fontconfig names for each of some patterns."""
    program = shutil.which("fc-match")
    if program is None:
        return ()
    found = []
    for pattern in patterns:
        command = [program, "-f", "%{file}|%{index}", pattern]
        try:
            said = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=_PATIENCE, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        path, _, number = said.partition("|")
        if path.lower().endswith((".ttf", ".otf", ".ttc", ".otc")):
            found.append(Face(path, int(number or 0) & 0xFFFF))
    return tuple(found)
