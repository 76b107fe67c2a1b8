"""NM, SN, NR, CQ: numbers, as Quantity, Range and Ratio.

The guide's NM[Quantity], SN[Quantity], SN[Range], SN[Ratio], NR[Range], CQ[Quantity]; hl7v2.md, rule 7. A
number keeps its digits (`120.50`), its unit as written and the UCUM code beside it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe
from adapters.v2_to_fhir.table import table

UCUM = "http://unitsofmeasure.org"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?(?:[0-9]|1[0-5])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_COMPARED = re.compile(r"(<=|>=|<|>|≤|≥|＜|＞|〈|〉)\s*(.+)")
_COMPARATORS = {"≤": "<=", "≥": ">=", "＜": "<", "＞": ">", "〈": "<", "〉": ">"}
_POWER = re.compile(r"[*xX×]?10")

Quantity = dict[str, Any]
_NONE: Mapping[str, str] = MappingProxyType({})


def decimal(text: str) -> Decimal | None:
    """A number with its digits; nothing when it is none.

    Full-width digits, `1,024` and `1.2E5` are numbers; `1,5` and `0,500` could mean two things and are none.
    """
    text = text.translate(_FULL_WIDTH).strip()
    if _SCIENTIFIC.fullmatch(text):
        text = format(Decimal(text), "f")
    elif _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        return None
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
    whole, dot, fraction = digits.partition(".")
    return Decimal(f"{sign}{whole.lstrip('0') or '0'}{dot if fraction else ''}{fraction}")


def number(value: Element, context: Context) -> Decimal | None:
    """A FHIR decimal."""
    found = decimal(value.value)
    if found is None:
        context.warn("not a number")
    return found


def integer(value: Element, context: Context) -> int | None:
    """A FHIR integer from 0."""
    found = decimal(value.value)
    if found is None or found != int(found) or found < 0:
        context.warn("not a whole number")
        return None
    return int(found)


def positive(value: Element, context: Context) -> int | None:
    """A FHIR positiveInt."""
    found = integer(value, context)
    if found == 0:
        context.warn("not a positive number")
    return found or None


def compared(text: str) -> Quantity | None:
    """`5.2`, `<0.01`, `≥1.0` as a Quantity without a unit."""
    match = _COMPARED.fullmatch(text.strip())
    found = decimal(match[2] if match else text)
    if found is None:
        return None
    if match is None:
        return {"value": found}
    return {"value": found, "comparator": _COMPARATORS.get(match[1], match[1])}


def unit(value: Element, context: Context) -> Quantity:
    """The unit part of a Quantity of a CWE or CE: as written, and in UCUM where that is known."""
    parts = [component.value.strip() for component in value] if value else []  # type: ignore[attr-defined]
    parts += [""] * (3 - len(parts))
    if _POWER.fullmatch(parts[0]) and parts[1][:1].isdigit():
        return written(f"10^{parts[1]}")
    if parts[2].upper() == "UCUM" and parts[0]:
        return {"unit": parts[1] or parts[0], "system": UCUM, "code": parts[0]}
    own = context.source.tables.get("Units", {})
    found = written(parts[0] or parts[1], own)
    if parts[1] and "code" not in found:
        found = written(parts[1], own) if "code" in written(parts[1], own) else found
    if parts[0] and parts[2] and "code" not in found:
        return {"unit": parts[1] or parts[0], "system": cwe.system_of(parts[2], context), "code": parts[0]}
    return found


def written(text: str, own: Mapping[str, str] = _NONE) -> Quantity:
    """A unit as a laboratory writes it; `own`: what its own units are in the table."""
    if not text:
        return {}
    meant, units = own.get(text, text), table("Units").entries
    entry = units.get(meant) or units.get("".join(meant.split()))
    return {"unit": text} | ({"system": UCUM, "code": entry.code} if entry else {})


def structured(value: Element, units: Quantity) -> tuple[str, Any] | None:
    """SN by its separator: the choice element and its value; nothing when it is no number."""
    comparator, first, separator, second = (
        [component.value.strip() for component in value] + [""] * 4  # type: ignore[attr-defined]
    )[:4]
    low, high = decimal(first), decimal(second)
    if comparator == "<>" or separator == "+" or (low is None and high is None):
        return _as_text(comparator, first, separator, second, units)
    if separator in (":", "/") and low is not None and high is not None:
        return "Ratio", {"numerator": {"value": low} | units, "denominator": {"value": high} | units}
    if separator == "-":
        return "Range", bounds(low, high, units)
    if low is None or separator or second:
        return _as_text(comparator, first, separator, second, units)
    mark = _COMPARATORS.get(comparator, comparator)
    sign = {"comparator": mark} if mark in ("<", "<=", ">", ">=") else {}
    return "Quantity", {"value": low} | sign | units


def _as_text(
    comparator: str, first: str, separator: str, second: str, units: Quantity
) -> tuple[str, str] | None:
    words = " ".join(part for part in (comparator, first, separator, second) if part)
    return ("String", " ".join([words, units.get("unit", "")]).strip()) if words else None


def bounds(low: Decimal | None, high: Decimal | None, units: Quantity) -> dict[str, Quantity]:
    """A Range of what is known of it."""
    found = {"low": {"value": low} | units} if low is not None else {}
    return found | ({"high": {"value": high} | units} if high is not None else {})


def quantity(value: Element, context: Context) -> Quantity | None:
    """CQ: a number and its unit (sub-components of the second component)."""
    found = compared(value[1].value)  # type: ignore[index]
    if found is None:
        context.warn("not a number")
        return None
    units = value[2]  # type: ignore[index]
    return found | unit(units, context) if units else found
