"""Amount: how much of a drug at once, how fast, and how much at most, in words of two languages.

FHIR R4 2.31 (dosage.html): doseAndRate and the greatest doses. None stands for what cannot be said plainly.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fhir.summary.coding import folded, many
from fhir.summary.controlled import table
from fhir.summary.duration import UNITS, Part, length, time_unit
from fhir.summary.quantity import number_of, plain, quantity_text, unit_of
from fhir.summary.wording import Wording, speaks_chinese


def amounts(instruction: dict[str, Any]) -> list[Part]:
    """The dose and the rate; two that differ in type are one and a None."""
    rates = many(instruction.get("doseAndRate"))
    first = rates[0] if rates else {}
    said = [say(first[element]) for element, say in _AMOUNTS.items() if element in first]
    more = len(rates) > 1 or bool(first.keys() - _AMOUNTS.keys() - {"type", "id"})
    return [*said, None] if more else said


def limits(instruction: dict[str, Any]) -> list[Part]:
    """How much at most."""
    return [say(instruction[element]) for element, say in _LIMITS.items() if element in instruction]


def english_of(quantity: dict[str, Any] | None) -> str:
    """A quantity in English; "" where its unit is no known word."""
    number = number_of(quantity)
    if quantity is None or number is None:
        return ""
    said = f"{quantity.get('comparator') or ''} {plain(number)}".strip()
    return counted(said, number > 1, unit_of(quantity))


def counted(number: str, several: bool, unit: str) -> str:
    """A number with its unit in English; "" where that is no known word."""
    names = table("units").get(folded(unit))
    english = names[several] if names else "" if speaks_chinese(unit) else unit
    return f"{number} {english}".strip() if english or not unit else ""


def _quantity(quantity: Any) -> Part:
    said = quantity_text(quantity) if isinstance(quantity, dict) else ""
    return Wording(said, english_of(quantity)) if said else None


def _with_unit(quantity: Any) -> Part:
    return _quantity(quantity) if unit_of(quantity) else None


def _range(span: Any) -> Part:
    """Between two numbers of one unit. (An end that is not given is not known: R4 2.24.0.6.)"""
    low, high = span.get("low") or {}, span.get("high") or {}
    least, most, unit = number_of(low), number_of(high), unit_of(low)
    if least is None or most is None or least >= most or not unit or not _alike(low, high):
        return None
    chinese = f"{plain(least)}–{plain(most)} {unit}"
    return Wording(chinese, counted(f"{plain(least)} to {plain(most)}", most > 1, unit))


def _alike(low: dict[str, Any], high: dict[str, Any]) -> bool:
    compared = ("unit", "system", "code", "comparator")
    return "comparator" not in low and all(low.get(each) == high.get(each) for each in compared)


def _ratio(ratio: Any) -> tuple[Wording, Decimal, str] | None:
    """An amount, and in how much time."""
    if not isinstance(ratio, dict):
        return None
    below = ratio.get("denominator") or {}
    amount, number, unit = _with_unit(ratio.get("numerator")), number_of(below), time_unit(below)
    plainly = number is not None and number > 0 and "comparator" not in below
    return (amount, number, unit) if amount and number is not None and unit and plainly else None


def _per(number: Decimal, unit: str) -> Wording:
    if number == 1:
        return Wording(*UNITS[unit])
    return length(unit, number)


def _framed(chinese: str, amount: Part, english: str) -> Part:
    """A part in the middle of words; without English where it has none."""
    if amount is None:
        return None
    unknown = speaks_chinese(amount.english)
    return Wording(chinese.format(amount), "" if unknown else english.format(amount.english))


def _rate(amount: Part) -> Part:
    return _framed("速度 {}", amount, "at {}")


def _rate_ratio(ratio: Any) -> Part:
    found = _ratio(ratio)
    if found is None:
        return None
    amount, per = found[0], _per(*found[1:])
    return _rate(_framed(f"每{per} {{}}", amount, f"{{}} per {per.english}"))


def _limit_of_period(ratio: Any) -> Part:
    found = _ratio(ratio)
    if found is None:
        return None
    amount, per = found[0], _per(*found[1:])
    return _framed(f"每{per}最多 {{}}", amount, f"at most {{}} per {per.english}")


_AMOUNTS: dict[str, Callable[[Any], Part]] = {
    "doseQuantity": _quantity,
    "doseRange": _range,
    "rateQuantity": lambda value: _rate(_with_unit(value)),
    "rateRange": lambda value: _rate(_range(value)),
    "rateRatio": _rate_ratio,
}
_LIMITS: dict[str, Callable[[Any], Part]] = {
    "maxDosePerPeriod": _limit_of_period,
    "maxDosePerAdministration": lambda value: _framed(
        "每次最多 {}", _with_unit(value), "at most {} at a time"
    ),
    "maxDosePerLifetime": lambda value: _framed("一生最多 {}", _with_unit(value), "at most {} in a lifetime"),
}
