"""Own Patient: whose file a resident's pages are about."""

from fhir.outcome import Fault, Refusal
from services.portal.visit import Visit


def own_patient(visit: Visit) -> str:
    """The Patient whose pages these are: the reader's own, or that of the resident for whom he acts."""
    if visit.principal.patient is None:
        raise Refusal(Fault.FORBIDDEN, "the account names no patient")
    return visit.principal.patient
