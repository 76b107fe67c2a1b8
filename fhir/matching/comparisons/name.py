"""Comparison of names: china.md, "Matching persons" rule 3.

`variant`: rare characters and their substitutes; `sound`: the same pinyin; `similar`: one character that
looks or sounds like the other's, or can't be read; `turned`: given name first; `cut`: a long name that a
short field has cut; `other`: one character of the given name differs; `baby`: one is only called somebody's
child; `initials`: the one is the other in initials; `given`: the given name alone.
"""

from fhir.matching.features import Features
from fhir.matching.name import Name, similar, substitutes

LEVELS = (
    "same", "variant", "turned", "cut", "sound", "similar", "other", "baby", "initials", "given", "different",
    "missing",
)  # fmt: skip
SAME, VARIANT, TURNED, CUT, SOUND, SIMILAR, OTHER, BABY, INITIALS, GIVEN, DIFFERENT, MISSING = range(
    len(LEVELS)
)
_SHORTEST_CUT = 5


def compare(one: Features, other: Features) -> int:
    """The best level of any name of the one with any of the other."""
    if not one.names or not other.names:
        return MISSING
    return min(_compare(a, b) for a in one.names for b in other.names)


def _compare(one: Name, other: Name) -> int:
    if one.abbreviated or other.abbreviated:
        return DIFFERENT if one.initials.isdisjoint(other.initials) else INITIALS
    if one.text == other.text:
        return BABY if one.parent else SAME
    if one.parent or other.parent:
        akin = (one.parent or one.text) == (other.parent or other.text) or one.text[0] == other.text[0]
        return BABY if akin else DIFFERENT
    if len(one.text) == len(other.text):
        return _equally_long(one, other)
    return _longer(*sorted((one, other), key=lambda name: len(name.text)))


def _equally_long(one: Name, other: Name) -> int:
    apart = [(a, b) for a, b in zip(one.text, other.text, strict=True) if a != b]
    if all(substitutes(a, b) for a, b in apart):
        return VARIANT
    if one.text == other.given + other.family or other.text == one.given + one.family:
        return TURNED
    if not set(one.sounds).isdisjoint(other.sounds):
        return SOUND
    if len(apart) == 1:
        return SIMILAR if similar(*apart[0]) else _one_other(one, other)
    return SIMILAR if one.dialect == other.dialect else _part(one, other)


def _longer(short: Name, long: Name) -> int:
    if len(short.text) >= _SHORTEST_CUT and long.text.startswith(short.text):
        return CUT
    if not set(short.sounds).isdisjoint(long.sounds):
        return SOUND
    shortened = any(long.text[:at] + long.text[at + 1 :] == short.text for at in range(len(long.text)))
    return _one_other(short, long) if shortened else _part(short, long)


def _one_other(one: Name, other: Name) -> int:
    """One character too many, missing or another's: of the given name, since a surname is not mistaken so."""
    given = one.text[0] == other.text[0] and len(other.text) > 2
    return OTHER if given else _part(one, other)


def _part(one: Name, other: Name) -> int:
    return GIVEN if one.given and one.given == other.given else DIFFERENT
