"""XTN, TN: telecommunication number, as a ContactPoint.

The guide's XTN[ContactPoint]. Before v2.7 the number stands in the first component, later in 7 or 12.
"""

import re
from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

_MOBILE = re.compile(r"(\+?86[- ]?)?1[3-9]\d{9}")
_SYSTEMS = frozenset(("phone", "fax", "email", "pager", "url", "sms", "other"))


def contact_points(value: Element, context: Context, use: str = "") -> list[dict[str, Any]]:
    """The ContactPoints of one XTN: a number and an address of electronic mail may stand in one."""
    number, mail = value[1].value.strip(), value[4].value.strip()  # type: ignore[index]
    found = [contact_point(value, context, use)]
    if "@" in mail and number and "@" not in number:
        parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
        found.insert(0, _point([*parts[:3], "", *parts[4:]], context, use))
    return [one for one in found if one]


def contact_point(value: Element, context: Context, use: str = "") -> dict[str, Any] | None:
    """A ContactPoint; `use` is what the field itself says where the value is silent."""
    return _point([component.value.strip() for component in value], context, use)  # type: ignore[attr-defined]


def _point(sent: list[str], context: Context, use: str) -> dict[str, Any] | None:
    parts = sent + [""] * (12 - len(sent))
    equipment = context.find("TelecommunicationEquipmentType", parts[2]) if parts[2] else None
    sent_use = context.find("TelecommunicationUseCode", parts[1]) if parts[1] else None
    internet = equipment is not None and equipment.code == "email"
    email = next((part for part in (parts[3], parts[0]) if "@" in part or (internet and part)), "")
    number = email or parts[0] or parts[11] or _composed(parts)
    if not number:
        return None
    system = "email" if email else equipment.code if equipment and equipment.code in _SYSTEMS else "phone"
    found = {"system": system, "value": number}
    mobile = equipment is not None and equipment.code == "mobile"
    if mobile or (not parts[1] and not parts[2] and _MOBILE.fullmatch(number)):
        return found | {"use": "mobile"}
    known = sent_use.code if sent_use else "" if parts[1] else use
    return found | ({"use": known} if known else {})


def without(point: dict[str, Any], gone: frozenset[int]) -> dict[str, Any] | None:
    """A ContactPoint without some components of XTN; None where its number or address is one of them."""
    number = {1, 4} if point["system"] == "email" else {1, 7, 12}
    if gone & number:
        return None
    return {name: part for name, part in point.items() if name != "use" or 2 not in gone}


def meant(value: Element, context: Context) -> dict[str, Any]:
    """Which of the numbers is meant, as far as XTN.2 and XTN.3 tell."""
    use, equipment = (
        context.find(name, value[position].value.strip())  # type: ignore[index]
        for name, position in (("TelecommunicationUseCode", 2), ("TelecommunicationEquipmentType", 3))
    )
    found = {"use": use.code} if use else {}
    if value[4].null:  # type: ignore[index]
        return found | {"system": "email"}
    if equipment:
        found |= {"use" if equipment.code == "mobile" else "system": equipment.code}
    return found


def _composed(parts: list[str]) -> str:
    """Country, area, local number and extension (XTN.5 to XTN.8)."""
    if not parts[6]:
        return ""
    country = f"+{parts[4].lstrip('+')} " if parts[4] else ""
    area = f"{parts[5]}-" if parts[5] else ""
    return f"{country}{area}{parts[6]}" + (f" x{parts[7]}" if parts[7] else "")
