"""String folding: what is left of a text when width, case, accents and spacing don't count.

FHIR R4 3.1.1.4.5 (search.html#string): case- and accent-insensitive. Full-width forms become plain ones
(NFKC); only Latin, Greek and Cyrillic accents go, since the marks of Tibetan or Devanagari are letters.
"""

import re
import unicodedata
from functools import cache

import opencc

_ACCENTS = re.compile("[\u0300-\u036f]")
_GAPS = re.compile(r"[\s\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65]+")
_NAME_GAPS = re.compile(
    r"[\s'\u2018\u2019\u02bc\u00b7\u2022\u2027\u2219\u22c5\u30fb.\uff0e\uff65\u200b-\u200d\ufeff]+"
)
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
_NUMBER_SIGNS = re.compile(r"[\s()\-\u2010-\u2015.]+")
_NUMBER = re.compile(r"\+?\d{5,}")
# What stands beyond is not compared: no name is that long, and folding costs time.
LONGEST = 1024
_CHINA = re.compile(r"(?:\+|00)86(?=\d{6,})")


def fold(text: str) -> str:
    """Folded, with each run of spaces or middle dots left as one space."""
    return " ".join(_GAPS.sub(" ", _plain(text)).split())


def fold_text(text: str) -> str:
    """As `fold`, however long the text is."""
    return " ".join(_GAPS.sub(" ", _folded(text)).split())


def fold_name(text: str) -> str:
    """Folded, in simplified characters, without spaces, middle dots, full stops or apostrophes: a name or an
    address."""
    return _NAME_GAPS.sub("", simplified(_plain(text)))


def words(text: str) -> list[str]:
    """The folded parts of a name between its spaces and middle dots, in simplified characters."""
    return [word for word in _NAME_GAPS.split(simplified(_plain(text))) if word]


def simplified(text: str) -> str:
    """Traditional characters made simple: a name of Taiwan or of an old card is looked for as it is heard."""
    if text.isascii():
        return text
    try:
        return str(_converter().convert(text))
    except UnicodeEncodeError:  # half of a surrogate pair, which a query may hold
        return text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold_identifier(text: str) -> str:
    """An Identifier's value: width, case and outer spaces don't count (`51…x`, `５１…Ｘ`)."""
    return text.strip().upper() if text.isascii() else unicodedata.normalize("NFKC", text).strip().upper()


def fold_contact(text: str) -> str:
    """A ContactPoint's value: of a telephone number the digits, without China's country code; else folded."""
    plain = _plain(text).strip()
    number = _NUMBER_SIGNS.sub("", plain)
    return _CHINA.sub("", number, count=1) if _NUMBER.fullmatch(number) else plain


def _plain(text: str) -> str:
    return _folded(text[:LONGEST])


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if all(character >= "\u2e80" for character in text):
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
