"""Finding a resident by name, pinyin, citizen number or card among those that the doctor may see.

FHIR R4 Patient search parameters `name` and `identifier`; the decision's constraint is part of the query.
"""

import re

from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.matching.citizen_number import normalise, valid
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.summary.moment import local_day
from fhir.summary.patient import Banner
from services.portal.clinician.presenters import found

MOST = 30
_NUMBER = re.compile(r"[A-Z]{0,4}-?\d[0-9A-Z\-]{4,}")


async def matching(context: Context, query: str) -> tuple[list[Resource], bool]:
    """The source Patients that match, at most MOST, and whether there are more.

    Of what no name or number can hold (a full stop alone) there is nobody.
    """
    try:
        result = await search(context, "Patient", [_parameter(query), ("_count", str(MOST))])
    except Refusal as refusal:
        if refusal.fault is not Fault.PARAMETER:
            raise
        return [], False
    more = any(relation == "next" for relation, _ in result.links)
    return [stored.resource() for stored in result.matches], more


async def people(context: Context, query: str) -> tuple[list[Banner] | None, bool]:
    """The lines of a search result, and whether there are more; None where nothing was searched for."""
    if not query:
        return None, False
    patients, more = await matching(context, query)
    linked = await context.store.persons.linked([f"Patient/{patient['id']}" for patient in patients])
    return found(patients, linked, local_day()), more


def _parameter(query: str) -> tuple[str, str]:
    number = normalise(query)
    if _NUMBER.fullmatch(number):
        return "identifier", escaped(valid(number) or number)
    return "name", escaped(query)
