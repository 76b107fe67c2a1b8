"""Dosage: how a drug is taken, in one line of text.

FHIR R4 2.31 (dosage.html): the source's own text, with the dose where the text has none.
"""

from typing import Any

from fhir.summary.coding import many, text_of
from fhir.summary.quantity import number_of, plain, quantity_text

_UNITS = {"s": "秒", "min": "分钟", "h": "小时", "d": "天", "wk": "周", "mo": "月", "a": "年"}


def dosage_text(instructions: Any) -> str:
    """One line for all instructions; "" where nothing is said."""
    return "；".join(filter(None, (_one(instruction) for instruction in many(instructions))))


def _one(instruction: dict[str, Any]) -> str:
    rates = many(instruction.get("doseAndRate"))
    quantity = (rates[0] if rates else {}).get("doseQuantity")
    dose, text = quantity_text(quantity), str(instruction.get("text") or "")
    if text:
        number = number_of(quantity)
        return text if number is None or plain(number) in text else f"{dose} {text}"
    return " ".join(
        filter(None, (dose, _timing(instruction.get("timing")), text_of(instruction.get("route"))))
    )


def _timing(timing: dict[str, Any] | None) -> str:
    if not timing:
        return ""
    repeat = timing.get("repeat") or {}
    said = text_of(timing.get("code"))
    if said or not repeat.get("frequency"):
        return said
    period = repeat.get("period", 1)
    unit = _UNITS.get(repeat.get("periodUnit", "d"), "")
    return f"每{'' if period == 1 else period}{unit}{repeat['frequency']}次"
