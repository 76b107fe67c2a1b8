"""Care relation from a referral or a family doctor's contract: who was asked to treat somebody sees the file.

Design, section 4; security-and-scale.md, line 10. A referral is a ServiceRequest of that category that names
a house (`performer`): it opens the file for as long as it says, else 90 days. A contract is an EpisodeOfCare
(`managingOrganization`): until its end, twelve months from its begin at most; then it is made anew.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from auth import moment as clock
from auth.store.database import Session
from auth.store.relations import Relations
from fhir.resource import Resource, reference_of
from fhir.search.types.interval import interval, moment
from fhir.store import Stored
from fhir.store.projection import Former

REFERRAL = "3457005"
"""SNOMED CT: patient referral."""
_LASTING = timedelta(days=90)
_TOKENS = {"ServiceRequest": "ServiceRequest.performer", "EpisodeOfCare": "EpisodeOfCare.organization"}
_KINDS = {"ServiceRequest": "referral", "EpisodeOfCare": "contract"}
_ASKED = frozenset({"active", "on-hold", "completed"})

Owned = Callable[[Session, str, str], Awaitable[Sequence[Stored]]]
"""`fhir.store` resources.owned."""


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
        touched = {
            (each["resourceType"], one.patient, one.organization)
            for each in resources
            for one in opened(each, clock.now())
        }
        for type, patient, organization in sorted(touched):
            stored = await self._owned(session, patient, f"{_TOKENS[type]}|{organization}")
            found = [
                one
                for each in stored
                for one in opened(each.resource(), each.updated)
                if one[:2] == (patient, organization)
            ]
            await self._relations.entrust(
                session, patient, organization, _KINDS[type], [(one.since, one.until) for one in found]
            )


def opened(resource: Resource, told: datetime) -> Iterator[Entrusting]:
    """What a referral or contract opens that was `told` then; nothing where it is none."""
    of = _referral if resource["resourceType"] == "ServiceRequest" else _contract
    return of(resource, told)


def _referral(resource: Resource, told: datetime) -> Iterator[Entrusting]:
    codes = {code.get("code") for each in resource.get("category", ()) for code in each.get("coding", ())}
    if resource.get("status") not in _ASKED or REFERRAL not in codes:
        return
    begun, ended = _period(resource.get("occurrencePeriod"))
    since = begun or _instant(resource.get("authoredOn")) or told
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


def _between(patient: Any, house: Any, since: datetime, until: datetime) -> Iterator[Entrusting]:
    whose, to = str((patient or {}).get("reference", "")), str((house or {}).get("reference", ""))
    if whose.startswith("Patient/") and to.startswith("Organization/"):
        yield Entrusting(whose, to, since, min(until, clock.a_year_after(since)))


def _period(period: Any) -> tuple[datetime | None, datetime | None]:
    found = period or {}
    end = interval(str(found.get("end") or ""))
    return _instant(found.get("start")), None if end is None else moment(end[1])


def _instant(text: Any) -> datetime | None:
    range = interval(str(text or ""))
    return None if range is None else moment(range[0])
