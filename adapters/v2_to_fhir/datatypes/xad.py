"""XAD, AD: extended address, as an Address.

The guide's XAD[Address]. A Chinese address often comes whole in the first component; `text` is the whole
address, from large to small in Chinese.
"""

from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.table import table

_FIELDS = (("city", 2), ("district", 8), ("state", 3), ("postalCode", 4), ("country", 5))


def address(value: Element, context: Context) -> dict[str, Any] | None:
    """An Address; nothing without any part of one."""
    components = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts = components + [""] * (14 - len(components))
    lines = [line for line in (_street(value), parts[1]) if line]
    found: dict[str, Any] = {name: parts[position] for name, position in _FIELDS if parts[position]}
    if not lines and not found:
        return None
    head = _kind(parts[6])
    head["text"] = _text(lines, found)
    if lines:
        head["line"] = lines
    start = dtm.date_time(value[13], context) if value[13] else None  # type: ignore[index]
    end = dtm.date_time(value[14], context) if value[14] else None  # type: ignore[index]
    period = {name: time for name, time in (("start", start), ("end", end)) if time}
    return head | found | ({"period": period} if period else {})


def _street(value: Element) -> str:
    """XAD.1 (SAD): the street address; name of the street and number where they say more."""
    whole, *more = [sub.value.strip() for sub in list(value[1])[:3]] or [""]  # type: ignore[index]
    parts = [whole, *(one for one in more if one not in whole)] if whole else more
    return (" " if all(part.isascii() for part in parts) else "").join(part for part in parts if part)


def _kind(code: str) -> dict[str, Any]:
    """Use and type of XAD.7."""
    mapped = (("use", "AddressType_Use"), ("type", "AddressType_Type"))
    known = {name: table(each).find(code) if code else None for name, each in mapped}
    return {name: entry.code for name, entry in known.items() if entry}


def without(address: dict[str, Any], gone: frozenset[int]) -> dict[str, Any] | None:
    """An Address without some components of XAD; None where nothing of it is left."""
    lines = [line for position, line in enumerate(address.get("line", ()), start=1) if position not in gone]
    dropped = {name for name, position in _FIELDS if position + 1 in gone}
    dropped |= ({"use", "type"} if 7 in gone else set()) | ({"line"} if not lines else set())
    left = {name: part for name, part in address.items() if name not in dropped}
    if not lines and not left.keys() & {name for name, _ in _FIELDS}:
        return None
    return left | {"text": _text(lines, left)} | ({"line": lines} if lines else {})


def meant(value: Element, context: Context) -> dict[str, Any]:
    """Which of the addresses is meant, as far as XAD.7 tells."""
    return _kind(value[7].value.strip())  # type: ignore[index]


def _text(lines: list[str], parts: dict[str, Any]) -> str:
    places = [parts.get(name, "") for name in ("state", "city", "district")]
    if any(not line.isascii() for line in lines + places):
        whole = "".join(lines)
        return "".join(place for place in places if place and place not in whole) + whole
    order = [*lines, parts.get("city"), parts.get("state"), parts.get("postalCode"), parts.get("country")]
    return ", ".join(part for part in order if part)
