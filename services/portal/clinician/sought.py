"""A resident whom a doctor sought: the record of a page about him, whether it was shown or not."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from fhir.outcome import Fault, Refusal
from services.portal import csrf
from services.portal.visit import Visit


@contextmanager
def sought(visit: Visit, id: str) -> Iterator[None]:
    """Of a file that is not shown the record names the Patient all the same, and nothing within."""
    try:
        yield
    except Refusal as refusal:
        if refusal.fault in (Fault.NOT_FOUND, Fault.GONE):
            patient = f"Patient/{id}"
            if patient not in visit.context.trail.patients:
                visit.note(entity=patient)
            visit.note(patients=(patient,))
        raise


def secret_of(request: Request) -> str:
    """What seals the addresses of this session."""
    return request.cookies.get(csrf.SESSION_COOKIE, "")
