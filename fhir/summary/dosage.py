"""Dosage: how a drug is taken, in one line of text, in Chinese and where that is sure in English.

FHIR R4 2.31 (dosage.html): the source's own text, with the dose where the text has none. The English says
what the Chinese says: every phrase must be a controlled word, and what contradicts itself stays Chinese.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fhir.summary.coding import folded, many, text_of
from fhir.summary.controlled import table
from fhir.summary.frequency import Frequency, frequency
from fhir.summary.quantity import number_of, plain, quantity_text, unit_of
from fhir.summary.wording import Wording, joined, speaks_chinese

_PHRASES = re.compile(r"[，,；;、。\s]+")
_DOSE = re.compile(r"(?:[每一1]次|每回)?(\d+(?:\.\d+)?|[一两二三四半])([^\d\s/一二三四两半每次日天]+)")
_SPACE = re.compile(r"(?<=\d)\s+(?=[^\d\s])")
_NEEDED = re.compile("必要时|需要时|必须时|prn|as needed", re.IGNORECASE)
_NOTHING = Wording("")
_WHEN_NEEDED = Wording("必要时", "when needed")
_DIFFERENT = Wording("◆文字和数据说法不一，见原处方", "◆ text and data differ: see the prescription")
_INCOMPLETE = Wording("◆用法还有别的说明，见原处方", "◆ more is said of its use: see the prescription")
_LEFT_OUT = frozenset({"maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "method"})
_WORDS = {"一": "1", "两": "2", "二": "2", "三": "3", "四": "4", "半": "0.5"}
_OTHER = r"(?![\d.]|\s*(?:[-~至到]|次|日|天|周|个?月|小时|年|/|h\b|d\b))"


def dosage_text(instructions: Any) -> Wording:
    """One line for all instructions; "" where nothing is said."""
    return joined([said for each in many(instructions) if (said := _one(each))])


def words_of(instruction: dict[str, Any]) -> str:
    """All that a dosage says in words and by the unit of its dose, as it was written."""
    said = (str(instruction.get("text") or ""), unit_of(_quantity(instruction)), *_further(instruction))
    return " ".join(filter(None, said))


def _one(instruction: dict[str, Any]) -> Wording:
    text = str(instruction.get("text") or "").strip()
    said, mark = _told(text, instruction) if text else _made(instruction)
    more = [Wording(each) for each in _further(instruction) if each not in text]
    if text and instruction.get("asNeededBoolean") is True and not _NEEDED.search(text):
        more.append(_WHEN_NEEDED)
    return joined([each for each in (said, *more, mark) if each], ("，", ", "))


def _further(instruction: dict[str, Any]) -> list[str]:
    """What is said in words beside the dosage: for whom, when, where on the body."""
    concepts = [
        *many(instruction.get("additionalInstruction")),
        *many(instruction.get("asNeededCodeableConcept")),
        *many(instruction.get("site")),
    ]
    words = [*map(text_of, concepts), str(instruction.get("patientInstruction") or "")]
    return [each for each in words if each]


def _unsaid(instruction: dict[str, Any]) -> bool:
    """Does the structure say anything that the line leaves out?"""
    timing = instruction.get("timing") or {}
    rates = many(instruction.get("doseAndRate"))
    code = frequency(text_of(timing.get("code")))
    often = Frequency.of(timing.get("repeat") or {})
    return (
        bool(timing.keys() - {"code", "repeat", "id"})
        or bool((timing.get("repeat") or {}).keys() - {"frequency", "period", "periodUnit"})
        or len(rates) > 1
        or any(rate.keys() - {"doseQuantity", "type", "id"} for rate in rates)
        or bool(instruction.keys() & _LEFT_OUT)
        or bool(often and timing.get("code") and (code is None or not code.agrees(often)))
    )


def _told(text: str, instruction: dict[str, Any]) -> tuple[Wording, Wording]:
    """The source's text, the dose before it where it lacks it; a mark where the structure says otherwise."""
    quantity, phrases = _quantity(instruction), _phrases(text)
    dose, told = _dose(quantity), next(filter(None, map(_phrase_dose, phrases)), "")
    contradicted, same = _contradicted(phrases, instruction), _same(told, dose)
    differs = contradicted or bool(dose and told and dose[0] not in "<>" and not same)
    lacking = quantity is not None and not (dose and same) and not _holds(text, quantity)
    before = quantity_text(quantity) if lacking else ""
    chinese = " ".join(filter(None, (before, text)))
    english = _translated(text, () if contradicted else phrases)
    if (before and not dose) or (quantity and told and not same):
        english = ""
    said = " ".join(filter(None, (dose if before else "", english))) if english else ""
    return Wording(chinese, said), _DIFFERENT if differs else _NOTHING


def _holds(text: str, quantity: dict[str, Any]) -> bool:
    """Does the text say this number, and not as that of times or days?"""
    number = number_of(quantity)
    return number is None or bool(re.search(rf"(?<![\d.]){re.escape(plain(number))}{_OTHER}", text))


def _made(instruction: dict[str, Any]) -> tuple[Wording, Wording]:
    """What the structure says, in both languages; and a mark where it says more."""
    quantity, route = _quantity(instruction), text_of(instruction.get("route"))
    time = _timing(instruction.get("timing"))
    needed = _WHEN_NEEDED if instruction.get("asNeededBoolean") is True else _NOTHING
    parts = [
        Wording(quantity_text(quantity), _dose(quantity)),
        time,
        needed if needed != time else _NOTHING,
        Wording(route, table("routes").get(folded(route), "")),
    ]
    said = joined([part for part in parts if part], between=(" ", " "))
    return said, _INCOMPLETE if _unsaid(instruction) else _NOTHING


def _quantity(instruction: dict[str, Any]) -> dict[str, Any] | None:
    rates = many(instruction.get("doseAndRate"))
    return (rates[0] if rates else {}).get("doseQuantity")


def _dose(quantity: dict[str, Any] | None) -> str:
    """A quantity in English; "" where its unit is no known word."""
    number = number_of(quantity)
    if quantity is None or number is None:
        return ""
    said = f"{quantity.get('comparator') or ''} {plain(number)}".strip()
    return _counted(said, number > 1, unit_of(quantity))


def _counted(number: str, several: bool, unit: str) -> str:
    names = table("units").get(folded(unit))
    english = names[several] if names else "" if speaks_chinese(unit) else unit
    return f"{number} {english}".strip() if english or not unit else ""


def _same(one: str, other: str) -> bool:
    """Are two doses in English the same? (1.0 g is 1 g; 2 pills are not 2 tablets.)"""
    if one == other or not (one and other) or other[0] in "<>":
        return one == other
    (number, *unit), (another, *units) = one.split(), other.split()
    return Decimal(number) == Decimal(another) and unit == units


def _phrases(text: str) -> list[str]:
    return [phrase for phrase in _PHRASES.split(_SPACE.sub("", text)) if phrase]


@lru_cache(maxsize=4096)
def _phrase_dose(phrase: str) -> str:
    found = _DOSE.fullmatch(phrase)
    if not found or folded(found[2]) not in table("units"):
        return ""
    number = _WORDS.get(found[1], found[1])
    return _counted(number, Decimal(number) > 1, found[2])


def _translated(text: str, phrases: Sequence[str]) -> str:
    """The text in English, phrase by phrase; "" where a phrase is unknown."""
    if not speaks_chinese(text):
        return text
    said = [_phrase(phrase) for phrase in phrases]
    return ", ".join(said) if all(said) else ""


@lru_cache(maxsize=4096)
def _phrase(phrase: str) -> str:
    word = folded(phrase)
    if known := table("routes").get(word) or table("times").get(word):
        return str(known)
    often = frequency(phrase)
    return often.english if often else _phrase_dose(phrase)


def _contradicted(phrases: list[str], instruction: dict[str, Any]) -> bool:
    """Do phrases say different things, or others than the structure?"""
    told = [often for phrase in phrases if (often := frequency(phrase))]
    structured = _frequencies(instruction.get("timing"))
    routes = {said for phrase in phrases if (said := table("routes").get(folded(phrase)))}
    route = text_of(instruction.get("route"))
    way = table("routes").get(folded(route))
    return (
        any(not one.agrees(other) for one in told for other in [*told, *structured])
        or bool(routes and route and routes != {way})
        or len(routes) > 1
    )


def _frequencies(timing: dict[str, Any] | None) -> list[Frequency]:
    """What the code and the numbers of a Timing say."""
    timing = timing or {}
    return [
        often
        for often in (frequency(text_of(timing.get("code"))), Frequency.of(timing.get("repeat") or {}))
        if often
    ]


def _timing(timing: dict[str, Any] | None) -> Wording:
    """By the code, else by the numbers, in words; what contradicts itself as it came."""
    word, stated = text_of((timing or {}).get("code")), _frequencies(timing)
    if any(not one.agrees(other) for one in stated for other in stated):
        return Wording(word)
    if folded(word) == "prn" and not stated:
        return _WHEN_NEEDED
    if word and not frequency(word):
        return Wording(word, table("times").get(folded(word), ""))
    if not stated:
        return Wording("")
    return Wording(word if speaks_chinese(word) else stated[0].chinese, stated[0].english)
