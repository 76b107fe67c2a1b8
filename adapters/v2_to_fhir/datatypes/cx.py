"""CX: extended composite id with check digit, as an Identifier.

The guide's CX[Identifier]; hl7v2.md, rule 4 and checklist 53; china.md. The citizen number (GB 11643) is
known by its type or by itself, and has its own system only while its check digit holds. A hospital's own
patient numbers have one system whatever their type: two messages that type one number differently, or not at
all, mean one patient; so have its numbers of visits and accounts.
"""

import unicodedata
from typing import Any

from adapters.hl7v2.field import Element, Repetition
from adapters.hl7v2.placeholder import is_placeholder
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm, hd
from adapters.v2_to_fhir.table import Entry
from fhir.matching import citizen_number

HEALTH_CARD = "urn:oid:2.16.156.10011.1.19"
V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"

Identifier = dict[str, Any]
_FIELDS = {"visit": ("VN", "AN"), "account": ("AN",), "preadmission": ("VN",)}
"""Types that say no more than the field does: a visit is one with and without them."""


def identifiers(value: Repetition, context: Context, kind: str = "patient") -> list[Identifier]:
    """The Identifiers of one CX: one, or two for a citizen number in its old form of 15 digits."""
    number = value[1].value.strip() or str(value[1]).strip()
    if not number or not _is_number(number, context):
        return []
    code = value[5].value.strip()
    entry = context.find("IdentifierType", code)
    if code and entry is None:
        context.warn("a type of number that table 0203 does not know")
    known_kind = entry.display if entry and not (kind in _FIELDS and entry.code in _FIELDS[kind]) else kind
    citizen = citizen_number.valid(number)
    if citizen and (known_kind == "citizen" or (not code and len(citizen_number.normalise(number)) == 18)):
        return citizens(number, citizen, context, entry)
    if known_kind == "citizen":
        context.warn("a citizen number whose check digit, date or length is wrong")
    return [_identifier(value, number, known_kind, entry, context)]


def citizens(number: str, citizen: str, context: Context, entry: Entry | None = None) -> list[Identifier]:
    """A valid citizen number in its form of 18, and as given when that was the form of 15."""
    type_ = {"coding": [{"system": V2_0203, "code": entry.code if entry else "NI"}], "text": "居民身份证"}
    found = {"use": "official", "type": type_, "system": citizen_number.SYSTEM, "value": citizen}
    given = citizen_number.normalise(number)
    if given == citizen:
        return [found]
    context.warn("a citizen number of 15 digits was brought up to 18")
    return [found, {"use": "old", "type": type_, "system": citizen_number.SYSTEM, "value": given}]


def without(identifier: Identifier, gone: frozenset[int]) -> Identifier | None:
    """An Identifier without some components of CX; None where the number itself is one of them."""
    if 1 in gone:
        return None
    dropped = {name for name, position in (("assigner", 4), ("type", 5)) if position in gone}
    left = {name: part for name, part in identifier.items() if name not in dropped}
    period = {
        name: time
        for name, time in left.pop("period", {}).items()
        if {"start": 7, "end": 8}[name] not in gone
    }
    return left | ({"period": period} if period else {})


def meant(value: Repetition, context: Context) -> dict[str, Any]:
    """Which of the numbers is meant, as far as CX.4 and CX.5 tell."""
    code, assigner = value[5].value.strip(), value[4][1].value.strip()
    entry = context.find("IdentifierType", code)
    return ({"type": entry.code if entry else code} if code else {}) | (
        {"assigner": assigner} if assigner else {}
    )


def social(value: Element, context: Context) -> list[Identifier]:
    """PID-19 and its like: in China the citizen number."""
    number = value.value.strip()
    citizen = citizen_number.valid(number)
    if citizen:
        return citizens(number, citizen, context)
    if not number or not _is_number(number, context):
        return []
    context.warn("a citizen number whose check digit, date or length is wrong")
    return [{"system": context.source.local("citizen"), "value": number}]


def _is_number(number: str, context: Context) -> bool:
    if is_placeholder(number):
        context.warn("no number, but what stands for one")
        return False
    return True


def _identifier(
    value: Repetition, number: str, kind: str, entry: Entry | None, context: Context
) -> Identifier:
    code = value[5].value.strip()
    found: Identifier = {}
    if entry:
        found["type"] = {"coding": [{"system": V2_0203, "code": entry.code}]}
        if entry.code != code.upper():
            found["type"]["text"] = code
    elif code:
        found["type"] = {"text": code}
    found["system"] = system(value, kind, context)
    found["value"] = unicodedata.normalize("NFKC", number) if found["system"] == HEALTH_CARD else number
    found |= _validity(value, context)
    assigner = value[4][1].value.strip()
    return found | ({"assigner": {"display": assigner}} if assigner else {})


def _validity(value: Repetition, context: Context) -> dict[str, Any]:
    start = dtm.date_time(value[7], context) if value[7] else None
    end = dtm.date_time(value[8], context) if value[8] else None
    period = {name: time for name, time in (("start", start), ("end", end)) if time}
    return {"period": period} if period else {}


def system(value: Repetition, kind: str, context: Context) -> str:
    """The system of the number: that of CX.4, of the health card, or the source's own for its kind."""
    designator = hd.parts(value[4])
    named = hd.uri(designator, context)
    if named and named != context.source.authority:
        return named
    if kind == "health-card":
        return HEALTH_CARD
    namespace = "" if named else designator[0].strip()
    return context.source.local(kind, "" if namespace in _own_names(context) else namespace)


def _own_names(context: Context) -> tuple[str, str]:
    """How a message names its sender's own authority: the source's code and the facility of MSH-4."""
    return context.source.code, context.message.header[4][1].value.strip()
