"""Care relation from a referral or a family doctor's contract: who was asked to treat somebody sees the file.

Design, section 4; security-and-scale.md, line 10. A referral is a ServiceRequest of that category that names
a house (`performer`): it opens the file for as long as it says, else 90 days. A contract is an EpisodeOfCare
(`managingOrganization`): until its end, twelve months from its begin at most; then it is made anew. A
Consent of the resident that permits a house everything does the same, if it is the newest about that house.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from auth import moment as clock
from auth.access.care import Owned, begin
from auth.access.consent import newest
from auth.access.consent import told as said
from auth.access.permission import permissions
from auth.access.provision import narrows
from auth.audit.purpose import TREATMENT
from auth.store.database import Session
from auth.store.relations import GIVEN, Relations
from fhir.resource import Resource, reference_of
from fhir.search.types.interval import interval, moment
from fhir.store.projection import Former

REFERRAL = "3457005"
"""SNOMED CT: patient referral."""
_LASTING = timedelta(days=90)
_TOKENS = {
    "ServiceRequest": "ServiceRequest.performer",
    "EpisodeOfCare": "EpisodeOfCare.organization",
    "Consent": "Consent.actor",
}
_KINDS = {"ServiceRequest": "referral", "EpisodeOfCare": "contract", "Consent": GIVEN}
_ASKED = frozenset({"active", "on-hold", "completed"})


class Entrusting(NamedTuple):
    """Whose file is open to which house, from when until when."""

    patient: str
    organization: str
    since: datetime
    until: datetime


class Entrusted:
    """Keeps what referrals and contracts open; what is withdrawn or deleted ends with them."""

    types = frozenset(_KINDS)

    def __init__(self, relations: Relations, owned: Owned) -> None:
        self._relations = relations
        self._owned = owned

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Count anew what those say that name a house now or named one before."""
        was = [found for each in resources if (found := former(reference_of(each)))]
        await self._recount(session, [*was, *resources])

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """The same without those that are deleted."""
        await self._recount(session, [found for each in references if (found := former(each))])

    async def _recount(self, session: Session, resources: Sequence[Resource]) -> None:
        touched = {(each["resourceType"], *one) for each in resources for one in named(each)}
        for type, patient, organization in sorted(touched):
            stored = await self._owned(session, patient, f"{_TOKENS[type]}|{organization}")
            current = [each.resource() for each in stored]
            found = [
                one
                for each in (counting(current) if type == "Consent" else current)
                for one in opened(each)
                if one[:2] == (patient, organization)
            ]
            await self._relations.entrust(
                session, patient, organization, _KINDS[type], [(one.since, one.until) for one in found]
            )


def named(resource: Resource) -> Iterator[tuple[str, str]]:
    """Which Patients and houses it concerns: for those it is counted anew."""
    if resource["resourceType"] != "Consent":
        yield from (one[:2] for one in opened(resource))
        return
    patient = str((resource.get("patient") or {}).get("reference", ""))
    for actor in (resource.get("provision") or {}).get("actor", ()):
        house = str((actor.get("reference") or {}).get("reference", ""))
        if patient.startswith("Patient/") and house.startswith("Organization/"):
            yield patient, house


def counting(consents: Iterable[Resource]) -> list[Resource]:
    """Those that are in force and the newest about the same, as the decision has it."""
    given = [(each, what) for each in consents if (what := said(each)) is not None]
    kept = {id(each) for each in newest(what for _, what in given)}
    return [each for each, what in given if id(what) in kept]


def opened(resource: Resource) -> Iterator[Entrusting]:
    """What a referral, contract or Consent opens; nothing where it is none."""
    told = begin((resource.get("meta") or {}).get("lastUpdated")) or clock.now()
    of = {"ServiceRequest": _referral, "EpisodeOfCare": _contract, "Consent": _permission}
    return of[resource["resourceType"]](resource, told)


def granted(consents: Iterable[Resource], patient: str) -> frozenset[str]:
    """The houses to which these Consents of `patient` open the file now."""
    now = clock.now()
    found = (
        one
        for each in counting(consents)
        for one in _permission(each | {"patient": {"reference": patient}}, now)
    )
    return frozenset(one.organization for one in found if one.since <= now < one.until)


def _referral(resource: Resource, told: datetime) -> Iterator[Entrusting]:
    codes = {code.get("code") for each in resource.get("category", ()) for code in each.get("coding", ())}
    if resource.get("status") not in _ASKED or REFERRAL not in codes:
        return
    begun, ended = _period(resource.get("occurrencePeriod"))
    since = begun or begin(resource.get("authoredOn")) or told
    for performer in resource.get("performer", ()):
        yield from _between(resource.get("subject"), performer, since, ended or since + _LASTING)


def _contract(resource: Resource, told: datetime) -> Iterator[Entrusting]:
    if resource.get("status") != "active":
        return
    begun, ended = _period(resource.get("period"))
    since = begun or told
    yield from _between(
        resource.get("patient"),
        resource.get("managingOrganization"),
        since,
        ended or clock.a_year_after(since),
    )


def _permission(resource: Resource, told: datetime) -> Iterator[Entrusting]:
    what = said(resource)
    if what is None or what.base != "permit" or narrows(what.root) or what.root.get("action"):
        return
    if {each.get("code") for each in what.root.get("purpose", ())} - {TREATMENT}:
        return
    for one in permissions(what):
        for house in sorted(one.to):
            yield from _between(resource.get("patient"), {"reference": house}, one.since, one.until)


def _between(patient: Any, house: Any, since: datetime, until: datetime) -> Iterator[Entrusting]:
    whose, to = str((patient or {}).get("reference", "")), str((house or {}).get("reference", ""))
    if whose.startswith("Patient/") and to.startswith("Organization/"):
        yield Entrusting(whose, to, since, min(until, clock.a_year_after(since)))


def _period(period: Any) -> tuple[datetime | None, datetime | None]:
    found = period or {}
    end = interval(str(found.get("end") or ""))
    return begin(found.get("start")), None if end is None else moment(end[1])
