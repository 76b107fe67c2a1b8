"""Line breaking: where a line of Chinese with numbers in it may end.

Unicode UAX #14, as far as a dose needs it: no line ends within a number, between it and its unit, or before a
closing mark. "0.5 g" that is read as "5 g" would be ten times the dose.
"""

import re
from collections.abc import Callable, Iterator

_WIDE = "\u2e80-\U0003ffff"
_BOUND = "\u00a0"
_CLOSING = "，。；、：！？）》」％"
_PIECE = re.compile(f" |[^ {_WIDE}]+[{_WIDE}]?[{_CLOSING}]*|[{_WIDE}][{_CLOSING}]*")
_NUMBER = re.compile(r"(?<=[0-9]) (?=[^0-9\s])")


def bound(text: str) -> str:
    """A text in which numbers and units hold together."""
    return _NUMBER.sub(_BOUND, text)


def broken(text: str, width: float, measure: Callable[[str], float]) -> str:
    """A text with line ends, so that each line is at most `width` wide where its pieces allow it."""
    return "\n".join("\n".join(_lines(line, width, measure)) for line in text.split("\n"))


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What holds together; a number and its unit part where no line is wide enough for both."""
    for piece in _PIECE.findall(text):
        number, space, unit = piece.partition(_BOUND)
        if space and measure(piece) > width:
            yield from (number, " ", unit)
        else:
            yield piece


def _lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines, room = [""], width
    for piece in _pieces(text, width, measure):
        needed = measure(piece)
        if needed > room and lines[-1]:
            lines[-1] = lines[-1].rstrip(" ")
            lines.append("")
            room = width
        if piece != " " or lines[-1]:
            lines[-1] += piece
            room -= needed
    return lines
