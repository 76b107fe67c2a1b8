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
_UNIT = re.compile(r"[^\d\s<>;,，；()（）][^\s<>;,，；（）]*")


def reference_range(value: Field, units: nm.Quantity) -> list[dict[str, Any]]:
    """The reference ranges of OBX-7; empty when there is none."""
    texts = [str(repetition).strip() for repetition in value.repetitions if repetition]
    if len(texts) == 2 and all(nm.decimal(text) is not None for text in texts):
        texts = [value.delimiters.repetition.join(texts)]
    return [_range(text, units) for text in texts]


def _range(text: str, units: nm.Quantity) -> dict[str, Any]:
    between = _BETWEEN.fullmatch(text)
    if between and _is_unit(between[3]):
        low, high = Decimal(between[1]), Decimal(between[2])
        if low <= high:
            return nm.bounds(low, high, units or nm.written(between[3])) | {"text": text}
    sided = _ONE_SIDED.fullmatch(text)
    if sided and _is_unit(sided[3]):
        bound = {"value": Decimal(sided[2].lstrip("+"))} | (units or nm.written(sided[3]))
        side = "high" if sided[1] in ("<", "<=", "≤", "＜") else "low"
        return {side: bound, "text": text}
    return {"text": text}


def _is_unit(text: str) -> bool:
    return not text or _UNIT.fullmatch(text) is not None
