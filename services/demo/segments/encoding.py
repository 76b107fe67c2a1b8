r"""Encoding: text and times to HL7 v2 fields.

Chapter 2.7: the delimiters of `|^~\&` inside a value are escaped (\F\ \S\ \T\ \R\ \E\).
"""

from datetime import date, datetime

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


class Encoded(str):
    """Text that already is a field: components joined, values escaped."""

    __slots__ = ()


def escape(value: str) -> str:
    """The value with its delimiters escaped, unless it is encoded already."""
    return value if isinstance(value, Encoded) else value.translate(_ESCAPES)


def components(*values: str) -> Encoded:
    """Components joined by `^`, without empty ones at the end."""
    return Encoded("^".join(escape(value) for value in values).rstrip("^"))


def repetitions(*values: str) -> Encoded:
    """Repetitions joined by `~`, empty ones left out."""
    return Encoded("~".join(escape(value) for value in values if value))


def segment(name: str, **fields: str) -> str:
    """One segment: fields by position (`f3="…"`), empty ones at the end left out."""
    positions = {int(key[1:]): escape(value) for key, value in fields.items() if value}
    last = max(positions, default=0)
    return "|".join([name, *(positions.get(position, "") for position in range(1, last + 1))])


def moment(time: datetime, zone: bool) -> str:
    """A time to the second, with +0800 where the house sends a zone."""
    return f"{time:%Y%m%d%H%M%S}" + ("+0800" if zone else "")


def day(value: date) -> str:
    """A date."""
    return f"{value:%Y%m%d}"
