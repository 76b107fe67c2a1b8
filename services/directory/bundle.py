"""Bundle: what lines change, as the transaction that a client would send, and the Provenance beside it.

FHIR R4 http.html#transaction, http.html#concurrency, provenance.html. What has changed since it was looked at
is not overwritten.
"""

from collections.abc import Iterable

from auth import moment
from fhir.resource import Resource, instant
from services.directory.outcome import Outcome

_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"


def bundle_of(changed: Iterable[Outcome]) -> Resource:
    """The transaction that writes them."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(each) for each in changed]}


def _entry(each: Outcome) -> Resource:
    condition = {"ifMatch": f'W/"{each.version}"'} if each.version else {"ifNoneMatch": "*"}
    return {"resource": each.resource, "request": {"method": "PUT", "url": each.reference} | condition}


def provenance_of(name: str, digest: str) -> Resource:
    """Who loaded which file, by its SHA-256."""
    what = {"identifier": {"system": "urn:furong:sha-256", "value": digest}, "display": "directory file"}
    return {
        "resourceType": "Provenance",
        "recorded": instant(moment.now()),
        "activity": {"coding": [{"system": _OPERATION, "code": "UPDATE"}], "text": "directory load"},
        "agent": [{"who": {"display": name}}],
        "entity": [{"role": "source", "what": what}],
    }
