"""The security label of a source on all that comes of its messages (HTEST: synthetic people).

FHIR R4 security-labels.html; v3-ActReason.
"""

from collections.abc import Iterable

from fhir.resource import Resource

_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
SYNTHETIC = "HTEST"
CODING = {"system": _SYSTEM, "code": SYNTHETIC}
"""The label of synthetic people."""


def labelled(resource: Resource, label: str | None) -> Resource:
    """The resource with the label, where there is one."""
    if label is None:
        return resource
    meta = dict(resource.get("meta") or {})
    held = meta.get("security") or []
    coding = {"system": _SYSTEM, "code": label}
    if coding not in held:
        meta["security"] = [*held, coding]
    return resource | {"meta": meta}


def synthetic(resources: Iterable[Resource]) -> str | None:
    """The label of what tells of these resources: HTEST where one of them has it."""
    made_up = any(CODING in ((each.get("meta") or {}).get("security") or []) for each in resources)
    return SYNTHETIC if made_up else None
