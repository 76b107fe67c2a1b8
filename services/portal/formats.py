"""Dates and texts as each language writes them: the filters of the templates.

Dates are local (Asia/Shanghai) and as precise as their source.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from babel.dates import format_date
from markupsafe import Markup, escape

from fhir.summary.moment import CHENGDU, Moment, Precision, local_day
from fhir.summary.wording import Name, Wording
from services.portal.catalogue import CHINESE, mark, translations

_HAN = re.compile(r"[⺀-鿿豈-﫿\U00020000-\U0003ffff]")
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Unicode UAX #9, 2: the formatting characters."""
_RANGE = re.compile(r"(?:[<>≤≥]=?\s?)?\d+(?:[.,]\d+)*(?:\s?[-–—~～至/]+\s?\d+(?:[.,]\d+)*)*")
_COMMA, _STOP = mark("，"), mark("。")
_SHORT = {
    CHINESE: {Precision.YEAR: "yyyy", Precision.MONTH: "yyyy-MM", Precision.DAY: "yyyy-MM-dd"},
    "en": {Precision.YEAR: "yyyy", Precision.MONTH: "MMM yyyy", Precision.DAY: "d MMM yyyy"},
}
_LONG = {
    CHINESE: {Precision.YEAR: "yyyy年", Precision.MONTH: "yyyy年M月", Precision.DAY: "yyyy年M月d日"},
    "en": {Precision.YEAR: "yyyy", Precision.MONTH: "MMMM yyyy", Precision.DAY: "d MMMM yyyy"},
}


def day(moment: Moment, language: str, *, long: bool = False) -> Markup:
    """A `<time>` with the date."""
    form = (_LONG if long else _SHORT)[language][min(moment.precision, Precision.DAY)]
    shown = format_date(moment.day, form, locale="en" if language == "en" else "zh")
    return _time(moment, shown, Precision.DAY)


def minute(moment: Moment | datetime, language: str) -> Markup:
    """A `<time>` with date and clock time; only the date where no time is known."""
    if isinstance(moment, datetime):
        moment = Moment(moment.astimezone(CHENGDU), Precision.MINUTE)
    if moment.precision < Precision.MINUTE:
        return day(moment, language)
    return _time(moment, f"{day(moment, language).striptags()} {moment.start:%H:%M}")


def instant(moment: datetime, language: str) -> Markup:
    """A `<time>` to the millisecond: which of two steps came first."""
    exact = moment.astimezone(CHENGDU)
    shown = f"{minute(moment, language).striptags()}:{exact:%S}.{exact.microsecond // 1000:03}"
    return Markup('<time datetime="{}">{}</time>').format(exact.isoformat(timespec="milliseconds"), shown)


def spoken(text: str, language: str) -> Markup:
    """A text of the record in the page's language where it has one, else marked as Chinese."""
    text = text.within(language) if isinstance(text, Wording) else text
    if language != CHINESE and _HAN.search(text):
        kept = Markup(' translate="no"') if isinstance(text, Name) else ""
        return Markup('<span lang="zh-CN"{}>{}</span>').format(kept, text)
    return escape(text)


def aside(text: str, language: str) -> Markup:
    """A text in the brackets of the page's language, after what it explains."""
    form = Markup("（{}）") if language == CHINESE else Markup(" ({})")
    return form.format(text)


def inner(text: str, language: str) -> str:
    """A text of ours as it stands within a sentence: in English with a small letter, HIV as it is."""
    small = language != CHINESE and text[1:2].islower()
    return text[:1].lower() + text[1:] if small else text


def unturned(text: str) -> str:
    """A text without the invisible characters that turn the reading order of a line: U+202E shows exe.fdp as
    pdf.exe."""
    return _TURNS.sub("", text)


def whole(text: str, language: str = CHINESE) -> Markup:
    """A reference range as its source wrote it, of which no line ends within the numbers."""
    text = text.within(language) if isinstance(text, Wording) else text
    if language != CHINESE and _HAN.search(text):
        return Markup('<span lang="zh-CN">{}</span>').format(whole(text))
    parts, at = [], 0
    for found in _RANGE.finditer(text):
        if len(found[0]) > 1 and not found[0].isdecimal():
            parts += [
                escape(text[at : found.start()]),
                Markup('<span class="number">{}</span>').format(found[0]),
            ]
            at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def sentence(parts: Sequence[str], language: str) -> str:
    """Some msgids as one sentence."""
    gettext = translations(language).gettext
    text = gettext(_COMMA).join(map(gettext, parts))
    return f"{text[:1].upper()}{text[1:]}{gettext(_STOP)}" if text else ""


def gone_by(moment: datetime) -> bool:
    """Is its day over here? Then the records of it are sealed."""
    return moment.astimezone(CHENGDU).date() < local_day()


def _time(moment: Moment, shown: str, most: Precision = Precision.MINUTE) -> Markup:
    """A `<time>` as precise as what it shows; without an attribute where that is the date itself."""
    lengths = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
    exact = moment.start.isoformat(timespec="minutes")[: lengths.get(min(moment.precision, most), 99)]
    if exact == shown:
        return Markup("<time>{}</time>").format(shown)
    return Markup('<time datetime="{}">{}</time>').format(exact, shown)


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """The filters of one language's templates."""
    return {
        "aside": lambda text: aside(text, language),
        "inner": lambda text: inner(text, language),
        "day": lambda moment: day(moment, language),
        "date_only": lambda date: day(Moment(datetime.combine(date, time(), CHENGDU)), language),
        "long_day": lambda moment: day(moment, language, long=True),
        "gone_by": gone_by,
        "minute": lambda moment: minute(moment, language),
        "instant": lambda moment: instant(moment, language),
        "label": lambda text: text.within(language) if isinstance(text, Wording) else text,
        "sentence": lambda parts: sentence(parts, language),
        "whole": lambda text: whole(text, language),
        "spoken": lambda text: spoken(text, language),
        "words": lambda words: words.within(language),
    }
