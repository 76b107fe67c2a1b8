"""Text of a message as a person may look at it: every character that has no shape is shown as a sign."""

import unicodedata

_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = 0x7F, "␡"


def lines(text: str) -> list[str]:
    """The segments, one a line, with `visible` characters only."""
    parts = text.replace("\r\n", "\r").replace("\n", "\r").rstrip("\r").split("\r")
    return [visible(part) for part in parts]


def visible(text: str) -> str:
    """C0 as control pictures (`␋`); C1, bidirectional and zero-width characters as `⟨U+202E⟩`."""
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    number = ord(character)
    if number < 0x20:
        return chr(_PICTURES + number)
    if number == _DELETE:
        return _DELETE_PICTURE
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"⟨U+{number:04X}⟩"
    return character
