"""Quantity: a measured value with its digits as they came.

FHIR R4 2.24.0.5 (datatypes.html#Quantity).
"""

from decimal import Decimal
from typing import Any

from fhir.summary.wording import Wording

_SHOWN = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "/min": "次/分",
    "umol/L": "μmol/L",
    "10*9/L": "10⁹/L",
    "10*12/L": "10¹²/L",
    "10^9/L": "10⁹/L",
    "10^12/L": "10¹²/L",
    "℃": "°C",
    "mL/min/1.73m2": "mL/min/1.73m²",
    "m[IU]/L": "mIU/L",
    "kg/m2": "kg/m²",
    "{score}": "",
    "1": "",
    "ug/L": "μg/L",
    "mL/min/{1.73_m2}": "mL/min/1.73m²",
}


def number_of(quantity: dict[str, Any] | None) -> Decimal | None:
    """The value as a decimal, or None where there is none."""
    value = quantity.get("value") if quantity else None
    if type(value) is Decimal:
        return value
    known = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)) if known else None


_ENGLISH = {"次/分": "/min", "周": "wk"}


def unit_of(quantity: dict[str, Any] | None) -> Wording:
    """The unit as people write it."""
    quantity = quantity or {}
    unit = str(quantity.get("unit") or quantity.get("code") or "")
    shown = _SHOWN.get(unit, unit)
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
