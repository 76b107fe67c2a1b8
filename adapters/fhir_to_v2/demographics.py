"""XPN, XAD, XTN, DT and sex: the demographics of a Patient as fields of PID.

HL7 v2 chapters 2.A.88, 2.A.82, 2.A.89 and table 0001; the way back of `v2_to_fhir.datatypes`. What was, and
is no more (`use` old), is left out.
"""

from collections.abc import Iterable
from typing import Any

from adapters.hl7v2.encoding import Repetition

Element = dict[str, Any]

_NAMES = {"official": "L", "usual": "D", "maiden": "M", "anonymous": "S", "nickname": "N", "temp": "TEMP"}
_ADDRESSES = {"home": "H", "work": "O", "temp": "C", "billing": "BI"}
_PHONES = {"home": "PRN", "work": "WPN"}
_EQUIPMENT = {"phone": "PH", "fax": "FX", "pager": "BP", "sms": "CP"}
_SEXES = {"male": "M", "female": "F", "other": "O", "unknown": "U"}
_REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
_REPRESENTATIONS = {"ABC": "A", "IDE": "I", "SYL": "P"}


def names(values: Iterable[Element]) -> list[Repetition]:
    """PID-5, the official name first; ideographic and alphabetic ones are told apart (XPN.8)."""
    present = [each for each in values if each.get("use") != "old"]
    return [_name(each) for each in sorted(present, key=lambda each: each.get("use") != "official")]


def _name(value: Element) -> Repetition:
    first, *more = value.get("given") or [""]
    family = value.get("family") or ("" if first else value.get("text", ""))
    said = (
        each.get("valueCode", "") for each in value.get("extension", ()) if each.get("url") == _REPRESENTATION
    )
    written = _REPRESENTATIONS.get(next(said, ""), "")
    suffix, prefix = (" ".join(value.get(part, ())) for part in ("suffix", "prefix"))
    return (family, first, " ".join(more), suffix, prefix, "", _NAMES.get(value.get("use", ""), ""), written)


def addresses(values: Iterable[Element]) -> list[Repetition]:
    """PID-11."""
    return [_address(each) for each in values if each.get("use") != "old"]


def _address(value: Element) -> Repetition:
    lines = value.get("line") or (
        [] if value.keys() & {"city", "state", "district"} else [value.get("text", "")]
    )
    first, second = [*lines, "", ""][0], " ".join(lines[1:])
    places = [value.get(part, "") for part in ("city", "state", "postalCode", "country")]
    use = "M" if value.get("type") == "postal" else _ADDRESSES.get(value.get("use", ""), "")
    return (first, second, *places, use, value.get("district", ""))


def phones(values: Iterable[Element], *, work: bool) -> list[Repetition]:
    """PID-13, or with `work` PID-14."""
    present = (each for each in values if each.get("use") != "old" and each.get("value"))
    return [_phone(each) for each in present if (each.get("use") == "work") == work]


def _phone(value: Element) -> Repetition:
    use, system = value.get("use", ""), value.get("system", "")
    if system == "email":
        return ("", "NET", "Internet", value["value"])
    mobile = use == "mobile"
    return (
        value["value"],
        "PRN" if mobile else _PHONES.get(use, ""),
        "CP" if mobile else _EQUIPMENT.get(system, ""),
    )


def sex(gender: str) -> str:
    """PID-8."""
    return _SEXES.get(gender, "")


def day(date: str) -> str:
    """PID-7, as precise as the date is known."""
    return date.replace("-", "")
