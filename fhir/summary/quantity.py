"""Quantity: a measured value with its digits as they came.

FHIR R4 2.24.0.5 (datatypes.html#Quantity).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from fhir.summary.wording import Wording

_SHOWN = {
    "Cel": "°C", "℃": "°C", "[degF]": "°F", "/min": "次/分", "{beats}/min": "次/分", "{breaths}/min": "次/分",
    "1/min": "次/分", "mL/min/{1.73_m2}": "mL/min/1.73m²", "1": "", "[pH]": "", "wk": "周", "{tbl}": "片",
    "{tablet}": "片", "{puff}": "揿", "{drop}": "滴", "[drp]": "滴", "[in_i]": "in", "[lb_av]": "lb",
}  # fmt: skip
"""What people write for a UCUM code where no rule tells it. (https://ucum.org/ucum)"""
_ENGLISH = {"次/分": "/min", "周": "wk"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![A-Za-z_{])u(?=(?:mol|g|[Ll]|m|eq|kat|s|V|\[[iI]?U\]|I?U)(?![A-Za-z]))"), "μ"),
    (re.compile(r"\{(?:score|ratio|INR|index|titer|s_co_ratio)\}|(?<=[\w%])\{(?:creat|activity|Hb)\}"), ""),
    (re.compile(r"(?<=[^\s/.])\{([^{}]*)\}"), lambda found: f" ({found[1].replace('_', ' ')})"),
    (re.compile(r"\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\[[iI]U\]"), "IU"),
    (re.compile(r"\[arb'U\]"), "AU"),
    (re.compile(r"\[H2O\]"), "H₂O"),
    (re.compile(r"\[(Hg|CFU|HPF|LPF|ppm|U)\]"), r"\1"),
    (re.compile(r"(?<=10)[*^](-?\d+)"), lambda found: found[1].translate(_RAISED)),
    (re.compile(r"(?<=m)[23](?!\d)"), lambda found: found[0].translate(_RAISED)),
)


def number_of(quantity: dict[str, Any] | None) -> Decimal | None:
    """The value as a decimal, or None where there is none."""
    value = quantity.get("value") if quantity else None
    if type(value) is Decimal:
        return value
    known = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)) if known else None


def unit_of(quantity: dict[str, Any] | None) -> Wording:
    """The unit as people write it."""
    quantity = quantity or {}
    return _unit(str(quantity.get("unit") or quantity.get("code") or ""))


@lru_cache(maxsize=1024)
def _unit(code: str) -> Wording:
    shown = _SHOWN.get(code)
    if shown is None:
        shown = reduce(lambda said, rule: rule[0].sub(rule[1], said), _RULES, code)
    return Wording(shown, _ENGLISH.get(shown, ""))


def plain(number: Decimal) -> str:
    """A decimal with its digits, never with an exponent."""
    return getattr(number, "text", None) or format(number, "f")


def quantity_text(quantity: dict[str, Any] | None) -> str:
    """Comparator, value and unit: `< 0.50 mmol/L`."""
    number = number_of(quantity)
    if number is None or quantity is None:
        return ""
    return " ".join(filter(None, (quantity.get("comparator"), plain(number), unit_of(quantity))))
