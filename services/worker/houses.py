"""Houses: the Organizations of sources, and those to which a referral leads, by what names them in a message.

FHIR R4 references.html#logical. A referral names its house by the code of a registered source, or by a number
that one Organization of this server has (and that more than a message tells of); then it refers to that. Any
other stays a reference by number, which opens nothing (`auth.access.entrusted`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.source import SENDERS
from fhir.resource import Resource
from fhir.search.entries import Keyed
from fhir.search.index import index
from fhir.store import EVERYONE
from fhir.store.transaction import Transaction
from services.labelling import labelled
from services.sources import Registration, Sources

_IDENTIFIER = "Organization.identifier"
Number = tuple[str, str]


async def describe(tx: Transaction, registration: Registration) -> str:
    """The Organization of a source, which there is from now on."""
    organization = registration.source.organization
    if organization not in await tx.load([organization]):
        tx.put(labelled(_shell(registration), registration.label))
    return organization


def _shell(registration: Registration) -> Resource:
    """The Organization of a source that nobody has described yet."""
    source = registration.source
    type, _, id = source.organization.partition("/")
    return {"resourceType": type, "id": id, "active": True, "name": source.code}


async def find_houses(
    tx: Transaction, keyed: Keyed, sources: Sources, drafts: Sequence[Draft]
) -> Sequence[Draft]:
    """The drafts, of which referrals refer to the houses that are known here."""
    known: dict[Number, str] = {}
    for number in dict.fromkeys(each for draft in drafts for each in _numbers(draft)):
        found = await _house(tx, keyed, sources, number)
        if found is not None:
            known[number] = found
    return [_led(draft, known) for draft in drafts] if known else drafts


def _numbers(draft: Draft) -> Iterator[Number]:
    if draft.type == "ServiceRequest":
        yield from (each for one in draft.elements.get("performer") or () if (each := _number(one)))


def _number(reference: dict[str, Any]) -> Number | None:
    identifier = reference.get("identifier") or {}
    system, value = identifier.get("system"), identifier.get("value")
    if reference.get("type") != "Organization" or "reference" in reference or not system or not value:
        return None
    return system, value


async def _house(tx: Transaction, keyed: Keyed, sources: Sources, number: Number) -> str | None:
    system, value = number
    if system == SENDERS:
        registration = await sources.known(value)
        return None if registration is None else await describe(tx, registration)
    asked = {"resourceType": "Organization", "id": "-", "identifier": [{"system": system, "value": value}]}
    token = next(each for each in index(asked, keyed).tokens if each.startswith(f"{_IDENTIFIER}|{system}|"))
    found = await tx.find({"tokens": token}, EVERYONE)
    described = [each.reference for each in found if not each.deleted and not each.memory]
    return described[0] if len(described) == 1 else None


def _led(draft: Draft, known: dict[Number, str]) -> Draft:
    if not known.keys() & set(_numbers(draft)):
        return draft
    performers = [
        {"reference": known[number]} | each if (number := _number(each)) in known else each
        for each in draft.elements["performer"]
    ]
    return replace(draft, elements=draft.elements | {"performer": performers})
