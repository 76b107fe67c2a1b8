"""Deciding: which of the resident's rules a look met, as they were at that moment.

FHIR R4 consent.html. A rule that was withdrawn since counts for the looks before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auth.access.consent import Told, instant, outright, speaking, told
from auth.access.provision import Reader
from auth.audit.access_log import AccessEntry
from auth.audit.purpose import TREATMENT
from auth.audit.record import Outcome
from fhir.resource import Resource
from services.portal.consents.rule import EFFECTS, KINDS, SENSITIVE, rule_of

_UNHEARD = frozenset({"role", "network", "invalid"})
"""Why a look is refused before any rule is asked."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """A rule by its id: what it does (a msgid) and of what (msgids; none for everything, or a document)."""

    id: str
    effect: str
    what: tuple[str, ...] = ()


def deciding(consents: Iterable[Resource], entry: AccessEntry, *, permitted: bool) -> tuple[Deciding, ...]:
    """The rules that spoke of who looked: denials where something was hidden or all was refused, permissions
    where it was a permission that let the reader in."""
    names = frozenset(each for each in (entry.organization, entry.practitioner) if each)
    if entry.own or entry.proxy or not names:
        return ()
    reader = Reader(names, entry.purpose or TREATMENT, entry.moment)
    given = [(said, each) for each in consents if (said := _then(each, entry.moment)) is not None]
    heard = [id(said) for said in speaking((said for said, _ in given), reader)]
    return tuple(
        _named(each, said)
        for said, each in given
        if id(said) in heard and _counts(said, reader, entry, permitted)
    )


def _then(consent: Resource, at: datetime) -> Told | None:
    """What a Consent said at a moment; None where it was not given yet, or withdrawn already."""
    updated, status = str((consent.get("meta") or {}).get("lastUpdated") or ""), consent.get("status")
    if status not in ("active", "inactive") or (status == "inactive" and instant(updated) <= at):
        return None
    said = told(consent | {"status": "active"}, str((consent.get("patient") or {}).get("reference")))
    return said if said is not None and instant(said.given) <= at else None


def _counts(said: Told, reader: Reader, entry: AccessEntry, permitted: bool) -> bool:
    if said.base == "permit":
        return permitted
    if entry.result is Outcome.REFUSED:
        return entry.reason not in _UNHEARD and outright([said], reader)
    return entry.masked


def _named(consent: Resource, said: Told) -> Deciding:
    rule = rule_of(consent)
    kinds = [KINDS[each][0] for each in rule.kinds] if rule else []
    labels = [SENSITIVE.get(each, each) for each in rule.labels] if rule else []
    return Deciding(str(consent["id"]), EFFECTS[said.base], (*kinds, *labels))
