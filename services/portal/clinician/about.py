"""What the pages share on which a doctor writes about one resident: who it is, and how long a text may be."""

from typing import Any

from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import sources
from services.portal.clinician.sought import sought
from services.portal.visit import Visit

SHORTEST = 4


async def about(visit: Visit, id: str) -> dict[str, Any]:
    """The resident for `clinician/templates/about.html`; a Refusal (404) where he is unknown or hidden."""
    with sought(visit, id):
        patients = await sources(visit.context, id)
    visit.context.trail.query = None
    return {"person": banner(patients, local_day()), "id": id}


def worded(text: str, longest: int) -> bool:
    """Is something said, and not too much?"""
    return SHORTEST <= len(text) <= longest
