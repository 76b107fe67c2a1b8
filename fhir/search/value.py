"""Parameter values: separators and escapes.

FHIR R4 3.1.1.4.19 (search.html#escaping): `,` `|` and `$` separate, a backslash makes them ordinary.
"""

import re

_ESCAPED = re.compile(r"\\([,|$\\])")
_SEPARATORS = re.compile(r"([,|$\\])")
_WELL_ESCAPED = re.compile(r"(?:[^\\]|\\[,|$\\])*+", re.DOTALL)


def well_escaped(text: str) -> bool:
    """Whether each backslash stands before a sign that it makes ordinary."""
    return "\\" not in text or _WELL_ESCAPED.fullmatch(text) is not None


def escaped(text: str) -> str:
    """A value in which the separators and the backslash stand for themselves."""
    return _SEPARATORS.sub(r"\\\1", text)


def alternatives(text: str) -> list[str]:
    """The values that commas separate, still escaped; empty ones are left out."""
    return [each for each in separate(text, ",") if each.strip()]


def separate(text: str, sign: str) -> list[str]:
    """Split at each `sign` that no backslash makes ordinary."""
    if "\\" not in text:
        return text.split(sign)
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == sign:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def plain(text: str) -> str:
    """The value itself, without its escapes."""
    return _ESCAPED.sub(r"\1", text)


def guarded(text: str) -> str:
    """A part of a token in which `|` is no separator."""
    return text.replace("\\", "\\\\").replace("|", "\\|") if "|" in text or "\\" in text else text
