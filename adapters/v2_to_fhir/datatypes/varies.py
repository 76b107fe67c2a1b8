"""OBX-5 of the datatype in OBX-2, as Observation.value[x].

The guide's OBX[Observation] and OBX[Observation-Component]; hl7v2.md, rule 7. A number that is none (`阴性`,
`<0.01`) is kept as text or with its comparator: a result is never lost for its datatype.
"""

from collections.abc import Callable
from typing import Any

from adapters.hl7v2.field import Element, Field
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, dr, dtm, na, nm

Choice = tuple[str, Any]
_SHORT = 40
"""A longer text is prose, whatever OBX-6 says."""


def _text(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    text = str(value).strip()
    return ("String", text) if text else None


def _short(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    """ST: a measurement that a laboratory sends as text (`>1000`) says its unit."""
    text = str(value).strip()
    return ("String", _with_unit(text, units) if len(text) <= _SHORT else text) if text else None


def _untyped(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    """Without OBX-2: a number with a unit is a number."""
    found = nm.compared(str(value)) if units else None
    return ("Quantity", found | units) if found else _short(value, units, context)


def _number(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    found = nm.compared(str(value))
    if found is not None:
        return "Quantity", found | units
    context.warn("a number that is none is kept as text")
    text = str(value).strip()
    return ("String", _with_unit(text, units)) if text else None


def _with_unit(text: str, units: nm.Quantity) -> str:
    """Digits that stay text (`1,5`) say their unit themselves; words (`阴性`) have none."""
    unit = str(units.get("unit", ""))
    measured = any(character.isdigit() for character in text) and not text.endswith(unit)
    return f"{text} {unit}" if measured else text


def _structured(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    return nm.structured(value, units) or _text(value, units, context)


def _coded(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    concept = cwe.codeable_concept(value, context)
    return ("CodeableConcept", concept) if concept else None


def _numeric_range(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    low, high = nm.decimal(value[1].value), nm.decimal(value[2].value)  # type: ignore[index]
    found = nm.bounds(low, high, units)
    return ("Range", found) if found else _text(value, units, context)


def _varied(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
    """VR: first and last value."""
    text = "-".join(part.value.strip() for part in value if part)  # type: ignore[attr-defined]
    return ("String", text) if text else None


def _of(element: str, read: Callable[[Any, Context], Any]) -> "Reader":
    def reader(value: Element, units: nm.Quantity, context: Context) -> Choice | None:
        found = read(value, context)
        return (element, found) if found else _text(value, units, context)

    return reader


Reader = Callable[[Element, nm.Quantity, Context], Choice | None]

READERS: dict[str, Reader] = {
    "": _untyped,
    "ST": _short,
    "NM": _number,
    "SN": _structured,
    "NR": _numeric_range,
    "VR": _varied,
    "CE": _coded,
    "CWE": _coded,
    "CNE": _coded,
    "CF": _coded,
    "IS": _coded,
    "DT": _of("DateTime", dtm.date_time),
    "DTM": _of("DateTime", dtm.date_time),
    "TS": _of("DateTime", dtm.date_time),
    "TM": _of("Time", dtm.time),
    "DR": _of("Period", dr.period),
}
"""The datatypes that are more than text; all others are text."""


def values(field: Field, type: str, units: nm.Quantity, context: Context) -> list[Choice]:
    """What OBX-5 says, one choice for each repetition; text of several repetitions is one text of lines."""
    if type == "NA":
        sampled = na.sampled_data(field, units)
        return [("SampledData", sampled)] if sampled else values(field, "ST", units, context)
    reader = READERS.get(type, _text)
    found = [reader(repetition, units, context) for repetition in field.repetitions if repetition]
    choices = [choice for choice in found if choice]
    if len(choices) > 1 and all(element == "String" for element, _ in choices):
        return [("String", "\n".join(text for _, text in choices))]
    return choices
