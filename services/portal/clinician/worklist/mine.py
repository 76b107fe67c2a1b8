"""My patients: whom a doctor has seen lately, and for whom he is the family doctor.

FHIR R4 Encounter.participant and EpisodeOfCare.careManager; the newest MOST of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auth.principal import Principal
from fhir.interactions.context import Context, Trail
from fhir.search.value import escaped
from fhir.summary.home import CODE, SYSTEM
from fhir.summary.source import owner_of
from services.portal.clinician.finding import found

MOST, DAYS = 100, 400


@dataclass(frozen=True, slots=True)
class Mine:
    """All Patients of my patients, each with the one that stands for its person; and are there more?"""

    person: Mapping[str, str]
    more: bool = False

    @property
    def patients(self) -> str:
        """All of them, as a search parameter wants them."""
        return ",".join(sorted(self.person))


def quiet(context: Context) -> Context:
    """The same reader with a trail of its own: of whom a list does not show nothing was looked at."""
    return replace(context, trail=Trail())


async def mine(context: Context, who: Principal, now: datetime) -> Mine:
    """The patients of a doctor, as far as the decision shows them."""
    me, since = escaped(str(who.practitioner)), (now - timedelta(days=DAYS)).date()
    seen, more = await found(
        context, "Encounter", [("participant", me), ("date", f"ge{since}"), ("_sort", "-date")], 300
    )
    files, others = await found(
        context,
        "EpisodeOfCare",
        [("care-manager", me), ("type", f"{SYSTEM}|{CODE}"), ("status", "active")],
        MOST,
    )
    owners = list(dict.fromkeys(filter(None, map(owner_of, [*files, *seen]))))
    linked = await context.store.persons.linked(owners)
    persons: dict[str, str] = {}
    for each in owners:
        persons.setdefault(min(linked.get(each) or (each,)), each)
    kept = dict(list(persons.items())[:MOST])
    groups = (linked.get(each) or (each,) for each in owners)
    person = {one: kept[min(group)] for group in groups if min(group) in kept for one in group}
    return Mine(person, more or others or len(persons) > MOST)
