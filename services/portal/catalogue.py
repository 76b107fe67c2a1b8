"""gettext catalogues: Chinese is the language of the source, English a translation of it.

A msgid is the Chinese text; locale/en/LC_MESSAGES/portal.po is compiled in memory at start, so no .mo file
can be older than its .po.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CHINESE, ENGLISH = "zh-CN", "en"
LANGUAGES = (CHINESE, ENGLISH)
LOCALE = Path(__file__).with_name("locale")


def mark(message: str) -> str:
    """Mark a Chinese text for the catalogue; the template translates it where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language of LANGUAGES; the Chinese one gives every text back as it is."""
    if language == CHINESE:
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALE / language / "LC_MESSAGES" / "portal.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
