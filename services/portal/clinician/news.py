"""What is new for a doctor: what came since he last opened the file, on an earlier day.

From the audit of his own looks; where he has never opened it, from his last visit with the resident, and
then by the clinical date, since all of the file is new to him. What he did himself is no news.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from auth import moment as clock
from fhir.resource import Resource, reference_of
from fhir.summary.coding import codes, many
from fhir.summary.file import HealthFile
from fhir.summary.moment import CHENGDU, Moment, Precision, moment
from fhir.summary.source import Origin, target
from services.portal.clinician.looks import last_looks
from services.portal.visit import Visit

_BACK = timedelta(days=400)
_BY = ("author", "recorder", "requester", "asserter")
_PRESENT = {"ATND", "ADM", "DIS", "PPRF", "SPRF", "CON"}
"""Participants of a visit who took part; who only referred (REF) did not. (v3-ParticipationType)"""
_CHANGED = {
    "stopped", "cancelled", "revoked", "on-hold", "amended", "corrected", "entered-in-error",
    "inactive", "remission", "resolved", "recurrence", "relapse", "refuted",
}  # fmt: skip
"""What he began has come to this, perhaps by another's hand."""


@dataclass(frozen=True, slots=True)
class News:
    """Since when something is new; `looked`: the doctor opened the file then; else it was his visit. `own` is
    what he wrote or took part in, as references."""

    since: Moment
    looked: bool
    own: frozenset[str] = frozenset()

    def covers(self, origin: Origin) -> bool:
        """Is a line of this origin new?"""
        if origin.reference in self.own:
            return False
        if not self.looked:
            return origin.when is not None and origin.when.start > self.since.start
        return bool(origin.arrived) and datetime.fromisoformat(origin.arrived) > self.since.start

    def count(self, origins: Iterable[Origin]) -> int:
        """How many are."""
        return sum(map(self.covers, origins))


async def news(visit: Visit, file: HealthFile) -> News | None:
    """Since when this file is new to the reader; None where he knows nothing of it."""
    now = clock.now().astimezone(CHENGDU)
    today = datetime.combine(now.date(), time(), CHENGDU)
    patients = [f"Patient/{each['id']}" for each in file.patients]
    looks = await last_looks(visit, patients, now - _BACK, today, 1)
    me = str(visit.principal.practitioner)
    if looks:
        last = max(looks.values()).astimezone(CHENGDU)
        return News(Moment(last, Precision.MINUTE), looked=True, own=own(file, me))
    met = _met(file, me, today)
    return None if met is None else News(met, looked=False, own=own(file, me))


def own(file: HealthFile, me: str) -> frozenset[str]:
    """What `me` wrote, ordered or took part in, as he left it."""
    return frozenset(reference_of(each) for each in file.everything() if "id" in each and _by(each, me))


def _by(resource: Resource, me: str) -> bool:
    if _states(resource) & _CHANGED:
        return False
    people = [each for element in _BY for each in many(resource.get(element))]
    if not resource["resourceType"].endswith("Request"):  # there it is who is asked
        people += [each.get("actor") or each for each in many(resource.get("performer"))]
    return any(target(each) == me for each in people) or _present(resource, me)


def _states(resource: Resource) -> set[str]:
    """What became of it, as its status elements say."""
    clinical, verified = codes(resource.get("clinicalStatus")), codes(resource.get("verificationStatus"))
    return {str(resource.get("status")), *clinical, *verified}


def _present(visit: Resource, me: str) -> bool:
    """Did he take part in a visit?"""
    return any(
        target(each.get("individual")) == me and (not (roles := _roles(each)) or roles & _PRESENT)
        for each in many(visit.get("participant"))
    )


def _roles(participant: Resource) -> set[str]:
    return {code for each in many(participant.get("type")) for code in codes(each)}


def _met(file: HealthFile, me: str, before: datetime) -> Moment | None:
    """The end of the last visit of an earlier day at which the doctor took part."""
    periods = (each.get("period") or {} for each in file.holding("Encounter") if _present(each, me))
    ends = (moment(each.get("end")) or moment(each.get("start")) for each in periods)
    return max((each for each in ends if each is not None and each.start < before), default=None)
