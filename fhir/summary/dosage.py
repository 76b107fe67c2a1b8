"""Dosage: how a drug is taken, in one line of text, in Chinese and where that is sure in English.

FHIR R4 2.31 (dosage.html): the source's own text, with the dose where the text has none. The English says
what the Chinese says: every phrase must be a controlled word, and what contradicts itself stays Chinese.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from fhir.summary.amount import amounts, counted, english_of, limits
from fhir.summary.coding import folded, many, text_of
from fhir.summary.controlled import table
from fhir.summary.english_dosage import doses_in, frequencies_in, unit_in_english
from fhir.summary.frequency import Frequency, frequency
from fhir.summary.quantity import quantity_text, unit_of
from fhir.summary.text_check import (
    bare,
    holds_dose,
    magnitudes_differ,
    phrases,
    rhythms_differ,
    says,
    says_more,
    tells_another,
)  # fmt: skip
from fhir.summary.timing import WHEN_NEEDED, course, frequencies, overlap, rhythm, undated
from fhir.summary.wording import Wording, joined, speaks_chinese, texts_of

_DOSE = re.compile(r"(?:[每一1]次|每回)?(\d+(?:\.\d+)?|[一两二三四半])([^\d\s/一二三四两半每次日天]+)")
_NEEDED = re.compile("必要时|需要时|必须时|prn|as needed", re.IGNORECASE)
_NOTHING = Wording("")
_DIFFERENT = Wording("◆文字和数据说法不一，见原处方", "◆ text and data differ: see the prescription")
_INCOMPLETE = Wording("◆用法还有别的说明，见原处方", "◆ more is said of its use: see the prescription")
_COMMA, _APART, _AND, _THEN = ("，", ", "), ("；", "; "), ("；并 ", "; and "), ("；然后 ", "; then ")
_SAID = frozenset({
    "id", "extension", "sequence", "text", "additionalInstruction", "patientInstruction", "timing",
    "asNeededBoolean", "asNeededCodeableConcept", "site", "route", "method", "doseAndRate",
    "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime",
})  # fmt: skip
_GRAMS = {"g": 1_000_000, "mg": 1_000, "microgram": 1, "micrograms": 1}
"""Of each unit in English, in millionths of a gram."""
_WORDS = {"一": "1", "两": "2", "二": "2", "三": "3", "四": "4", "半": "0.5"}


def dosage_text(instructions: Any) -> Wording:
    """One line for all instructions, steps in their order; "" where nothing is said."""
    found = many(instructions)
    if len(found) < 2:
        return joined([said for each in found if (said := _one(each))])
    steps = [(each, said) for each in _in_order(found) if (said := _one(each, step=True))]
    whole = steps[0][1] if steps else _NOTHING
    for (before, _), (each, said) in pairwise(steps):
        whole = joined([whole, said], _between(before, each))
    return whole


def _in_order(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By their sequence; as they came, and as one step, where one has none."""
    if any(type(each.get("sequence")) is not int for each in found):
        return [{**each, "sequence": None} for each in found]
    return sorted(found, key=lambda each: int(each["sequence"]))


def _between(before: dict[str, Any], each: dict[str, Any]) -> tuple[str, str]:
    """FHIR: of one sequence they hold together, of different ones one after the other.

    Days that say otherwise go first; without a sequence only they say that two hold together.
    """
    one, other = before.get("sequence"), each.get("sequence")
    together = overlap(before.get("timing"), each.get("timing"))
    if one is None:
        return _AND if together else _APART
    if one == other:
        return _APART if together is False else _AND
    return _AND if together else _THEN


def undated_text(instructions: Any) -> Wording:
    """The same without from when and for how long: are two doses the same?"""
    if len(many(instructions)) > 1:
        return dosage_text(instructions)  # how long each step lasts is a part of the dose
    return dosage_text(
        [
            each | {"timing": undated(each["timing"])} if each.get("timing") else each
            for each in many(instructions)
        ]
    )


def words_of(instruction: dict[str, Any]) -> str:
    """All that a dosage says in words and by the unit of its dose, as it was written."""
    said = (str(instruction.get("text") or ""), unit_of(_quantity(instruction)), *_further(instruction))
    return " ".join(filter(None, said))


def _one(instruction: dict[str, Any], *, step: bool = False) -> Wording:
    text = str(instruction.get("text") or "").strip()
    said, mark = _told(text, instruction) if text else _made(instruction)
    more = [Wording(each) for each in _further(instruction) if each not in text]
    if not mark and any(not _words(each) for each in _concepts(instruction)):
        mark = _INCOMPLETE
    if text and step:
        more += [part for part in course(instruction.get("timing")) if part and part not in text]
    needed = instruction.get("asNeededBoolean") is True or "asNeededCodeableConcept" in instruction
    if needed and not _NEEDED.search(text or said):
        more.insert(0, WHEN_NEEDED)
    return joined([each for each in (said, *more, mark) if each], _COMMA)


def _further(instruction: dict[str, Any]) -> list[str]:
    """What is said in words beside the dosage: for whom, when, where on the body."""
    words = [*map(_words, _concepts(instruction)), str(instruction.get("patientInstruction") or "")]
    return [each for each in words if each]


def _concepts(instruction: dict[str, Any]) -> list[dict[str, Any]]:
    elements = ("additionalInstruction", "asNeededCodeableConcept", "site")
    return [each for element in elements for each in many(instruction.get(element)) if each]


def _words(concept: dict[str, Any]) -> str:
    """What a concept is called; a bare code beside a dose reads as a number."""
    return next(texts_of(concept), "")


def _told(text: str, instruction: dict[str, Any]) -> tuple[Wording, Wording]:
    """The source's text, the dose before it where it lacks it; a mark where the structure says otherwise, or
    what the text does not tell."""
    said, quantity, span = bare(text), _quantity(instruction), _span(instruction)
    found, dose, stated = phrases(said), english_of(quantity), frequencies(instruction.get("timing"))
    told = next(filter(None, map(_phrase_dose, found)), "")
    plain_english = "" if speaks_chinese(text) else said
    contradicted = _contradicted(found, stated, instruction, plain_english)
    agreed, unsaid = _agrees(plain_english, dose), span is not None and not says(said, span)
    same = _same(told, dose) or agreed is True
    lacking = quantity is not None and not (dose and same) and not holds_dose(said, quantity)
    differs = (
        contradicted
        or agreed is False
        or bool(dose and told and dose[0] not in "<>" and not same)
        or bool(quantity and lacking and (tells_another(said, quantity) or magnitudes_differ(said, quantity)))
        or bool(span and unsaid and (told or tells_another(said, span.get("low") or {})))
        or rhythms_differ(said, stated, instruction)
    )
    before = Wording(quantity_text(quantity), dose) if lacking else _NOTHING
    if span and unsaid and not differs:
        before = amounts({"doseAndRate": [{"doseRange": span}]})[0] or _NOTHING
    english = _translated(text, () if contradicted else found)
    if speaks_chinese(before.english) or (quantity and told and not same):
        english = ""
    shown = " ".join(filter(None, (before.english, english))) if english else ""
    mark = _DIFFERENT if differs else _INCOMPLETE if says_more(text, found, stated, instruction) else _NOTHING
    return Wording(" ".join(filter(None, (before, text))), shown), mark


def _span(instruction: dict[str, Any]) -> dict[str, Any] | None:
    rates = (rate["doseRange"] for rate in many(instruction.get("doseAndRate")) if "doseRange" in rate)
    return next(rates, None)


def _made(instruction: dict[str, Any]) -> tuple[Wording, Wording]:
    """What the structure says, in both languages; and a mark where it says more."""
    timing, route = instruction.get("timing"), text_of(instruction.get("route"))
    when = rhythm(timing)
    if instruction.get("asNeededBoolean") is True and WHEN_NEEDED not in when:
        when.append(WHEN_NEEDED)
    way = Wording(route, table("routes").get(folded(route), ""))
    main = [*amounts(instruction), *when, way, *_method(instruction)]
    more = [*course(timing), *limits(instruction)]
    said = joined([part for part in main if part], between=(" ", " "))
    if more:
        said = joined([part for part in (said, *more) if part], _COMMA)
    whole = None not in main and None not in more and instruction.keys() <= _SAID
    return said, _NOTHING if whole else _INCOMPLETE


def _method(instruction: dict[str, Any]) -> list[Wording | None]:
    """How it is done, where that has words; None for a bare code."""
    method = instruction.get("method")
    if not method:
        return []
    said = _words(method)
    return [Wording(said) if said else None]


def _quantity(instruction: dict[str, Any]) -> dict[str, Any] | None:
    rates = many(instruction.get("doseAndRate"))
    return (rates[0] if rates else {}).get("doseQuantity")


def _same(one: str, other: str) -> bool:
    """Are two doses in English the same? (1.0 g is 1 g; 2 pills are not 2 tablets.)"""
    if one == other or not (one and other) or other[0] in "<>":
        return one == other
    (number, *unit), (another, *units) = one.split(), other.split()
    mass, weight = _GRAMS.get(" ".join(unit)), _GRAMS.get(" ".join(units))
    if mass and weight:
        return Decimal(number) * mass == Decimal(another) * weight
    return Decimal(number) == Decimal(another) and unit == units


def _agrees(text: str, dose: str) -> bool | None:
    """Does an English text say this dose, or another number of its unit; None where it says neither."""
    number, _, unit = dose.partition(" ")
    said = doses_in(text) if unit and number[0] not in "<>" else ()
    numbers = {each for each, its in said if its == unit_in_english(unit)}
    return Decimal(number) in numbers if numbers else None


@lru_cache(maxsize=4096)
def _phrase_dose(phrase: str) -> str:
    found = _DOSE.fullmatch(phrase)
    if not found or folded(found[2]) not in table("units"):
        return ""
    number = _WORDS.get(found[1], found[1])
    return counted(number, Decimal(number) > 1, found[2])


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


def _contradicted(
    phrases: list[str], stated: list[Frequency], instruction: dict[str, Any], english: str
) -> bool:
    """Do phrases say different things, or others than the structure?"""
    told = [often for phrase in phrases if (often := frequency(phrase))]
    if english:
        told += frequencies_in(english)
    routes = {said for phrase in phrases if (said := table("routes").get(folded(phrase)))}
    route = text_of(instruction.get("route"))
    way = table("routes").get(folded(route))
    return (
        any(not one.agrees(other) for one in told for other in [*told, *stated])
        or bool(routes and route and routes != {way})
        or len(routes) > 1
    )
