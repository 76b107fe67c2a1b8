"""Patches: what a PATCH changes in the JSON of one resource, without a store.

FHIR R4 3.1.0.6 (http.html#patch). JSON Patch and FHIRPath Patch; each gives a new resource and leaves the
old.
"""

from collections.abc import Callable

from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import Resource

Patch = Callable[[Resource], Resource]
"""The resource as it is, to the resource as it shall be; raises a Refusal where the patch does not fit."""

MOST_OPERATIONS = 1000


def check_length(count: int) -> None:
    """Refuse a patch of more operations than this server takes at once."""
    if count > MOST_OPERATIONS:
        raise Refusal(Fault.TOO_LARGE, f"a patch has at most {MOST_OPERATIONS} operations")


def unfit(position: int, why: str, *, place: str = "") -> Refusal:
    """Operation number `position` can't be carried out on this resource."""
    return Refusal(
        Fault.UNPROCESSABLE, issues=[Issue("processing", f"operation {position}: {why}", place or None)]
    )


def malformed(position: int, why: str, *, place: str = "") -> Refusal:
    """Operation number `position` is no operation."""
    return Refusal(Fault.MALFORMED, f"operation {position}: {why}", expression=place or None)
