"""Deletion: what `""` in single components takes out of the list that a field gave before.

HL7 v2 chapter 2.5.3 (Fields); hl7v2.md, checklist 41. A field with any valued repetition is the whole list.
One that only deletes (PID-11 `^^""`, PID-13 `""^PRN`) changes the list: the components go from the items that
agree with what is told beside them (a use, an authority), else from the one in the same place.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cx, xad, xpn, xtn

Json = dict[str, Any]
Row = list[Any]
"""What is remembered of a deletion: the part of the list that it changes, its time, itself."""

_WITHOUT: Mapping[str, Callable[[Json, frozenset[int]], Json | None]] = {
    "CX": cx.without,
    "XAD": xad.without,
    "XPN": xpn.without,
    "XTN": xtn.without,
}
_MEANT: Mapping[str, Callable[..., Json]] = {
    "CX": cx.meant,
    "XAD": xad.meant,
    "XPN": xpn.meant,
    "XTN": xtn.meant,
}


def deletion(datatype: str, value: Element, nth: int, context: Context) -> Json | None:
    """What the `nth` repetition of a field deletes, as plain data; None where it deletes nothing."""
    components = list(value) if datatype in _WITHOUT else []  # type: ignore[call-overload]
    gone = [position for position, one in enumerate(components, start=1) if one.null]
    if not gone:
        return None
    return {"datatype": datatype, "gone": gone, "nth": nth, "of": _MEANT[datatype](value, context)}


def cut(items: list[Json], deletions: Iterable[Json]) -> list[Json]:
    """The items of a field without what was deleted of them."""
    for each in deletions:
        without, gone = _WITHOUT[each["datatype"]], frozenset(each["gone"])
        items = [
            left
            for nth, item in enumerate(items)
            if (left := without(item, gone) if _is_meant(item, nth, each) else item) is not None
        ]
    return items


def _is_meant(item: Json, nth: int, deletion: Json) -> bool:
    told = deletion["of"]
    return (
        all(_plain(item.get(name)) == one for name, one in told.items()) if told else nth == deletion["nth"]
    )


def _plain(value: Any) -> Any:
    """The code of a concept, the name of an assigner, or what is plain already."""
    if not isinstance(value, dict):
        return value
    coding = (value.get("coding") or [{}])[0]
    return coding.get("code") or value.get("text") or value.get("display")


def since(rows: Iterable[Row], part: str, time: str) -> list[Json]:
    """The deletions in a part of a list that are later than `time`, in their order."""
    found = [row for row in rows if row[0] == part and row[1] > time]
    return [deletion for _, _, deletion in sorted(found, key=lambda row: row[1])]
