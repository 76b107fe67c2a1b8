"""OBX-7: reference range, as Observation.referenceRange.

The guide leaves the parsing to us ("if sufficiently parseable"). The text is always kept; `3.9-6.1`, `<5.2`,
`>1.0` and `3.9~6.1` (whose `~` a sender forgot to escape) also get their bounds.
"""

import re
from decimal import Decimal
from typing import Any

from adapters.hl7v2.field import Field
from adapters.v2_to_fhir.datatypes import nm

_N = r"[+-]?\d+(?:\.\d+)?"
_BETWEEN = re.compile(rf"({_N})\s*(?:--|—|–|－|-|~|～|至|to)\s*({_N})\s*(.*)", re.IGNORECASE)
_ONE_SIDED = re.compile(rf"(<=|>=|<|>|≤|≥|＜|＞)\s*({_N})\s*(.*)")
_UNIT = re.compile(r"[^\d\s<>;,:，；：()（）][^\s<>;,:，；：（）]*")
_POWER = re.compile(r"[×xX*]\s*10")


def reference_range(value: Field, units: nm.Quantity) -> list[dict[str, Any]]:
    """The reference ranges of OBX-7; empty when there is none."""
    texts = [str(repetition).strip() for repetition in value.repetitions if repetition]
    if len(texts) == 2 and all(nm.decimal(text) is not None for text in texts):
        texts = [value.delimiters.repetition.join(texts)]
    return [_range(text, units) for text in texts]


def _range(text: str, units: nm.Quantity) -> dict[str, Any]:
    between = _BETWEEN.fullmatch(text)
    if between and (measure := _measure(between[3], units)) is not None:
        low, high = Decimal(between[1]), Decimal(between[2])
        if low <= high:
            return nm.bounds(low, high, measure) | {"text": text}
    sided = _ONE_SIDED.fullmatch(text)
    if sided and (measure := _measure(sided[3], units)) is not None:
        bound = {"value": Decimal(sided[2].lstrip("+"))} | measure
        side = "high" if sided[1] in ("<", "<=", "≤", "＜") else "low"
        return {side: bound, "text": text}
    return {"text": text}


def _measure(written: str, units: nm.Quantity) -> nm.Quantity | None:
    """The unit of a range: that of the result, or the one behind the numbers.

    None where that is no unit (`<1:64`, `<1.0×10^5`) or another one than the result's: a bound in the wrong
    unit is worse than none.
    """
    if not written:
        return units
    power = _POWER.match(written)
    if not _UNIT.fullmatch(written) or (power and "/" not in written):
        return None
    found = nm.written(written)
    if not units or (units.get("code") and units["code"] == found.get("code")):
        return units or found
    return units if _bare(written) == _bare(str(units["unit"])) else None


def _bare(unit: str) -> str:
    return unit.lstrip("×xX*").casefold()
