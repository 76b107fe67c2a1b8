"""Bundles that the server makes: searchset, history, transaction-response, document.

FHIR R4 Bundle (bundle.html). Stored bytes go into the entries as they are, without being parsed again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fhir.outcome import Issue, operation_outcome
from fhir.resource import Resource, fragment, instant
from fhir.store import Stored

Links = Sequence[tuple[str, str]]


def match_entry(base: str, stored: Stored, mode: str = "match") -> Resource:
    """An entry of a searchset."""
    return {
        "fullUrl": f"{base}/{stored.reference}",
        "resource": fragment(stored.body),
        "search": {"mode": mode},
    }


def searchset(
    entries: Iterable[Resource], links: Links, *, total: int | None, issues: Sequence[Issue] = ()
) -> Resource:
    """A Bundle of what a search found; `issues` tell what was ignored."""
    rows = list(entries)
    if issues:
        rows.append({"resource": operation_outcome(issues), "search": {"mode": "outcome"}})
    return _bundle("searchset", rows, links, {} if total is None else {"total": total})


def history_bundle(base: str, versions: Sequence[Stored], links: Links, total: int) -> Resource:
    """A Bundle of versions, newest first."""
    return _bundle("history", [_version_entry(base, each) for each in versions], links, {"total": total})


def document_bundle(base: str, resources: Iterable[Stored], id: str, moment: datetime) -> Resource:
    """A document: its Composition first, then what belongs to it."""
    head: Resource = {
        "resourceType": "Bundle",
        "id": id,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "type": "document",
        "timestamp": instant(moment),
    }
    entries = [{"fullUrl": f"{base}/{each.reference}", "resource": fragment(each.body)} for each in resources]
    return head | {"entry": entries}


def response_entry(
    status: str, stored: Stored | None = None, *, outcome: Resource | None = None, **members: Any
) -> Resource:
    """An entry of a batch-response or transaction-response."""
    response: Resource = {"status": status}
    if stored is not None:
        response["location"] = f"{stored.reference}/_history/{stored.version}"
        response["etag"] = etag(stored)
        response["lastModified"] = instant(stored.updated)
    if outcome is not None:
        response["outcome"] = outcome
    return members | {"response": response}


def response_bundle(type: str, entries: Sequence[Resource]) -> Resource:
    """A batch-response or transaction-response."""
    return _bundle(type, entries, (), {})


def etag(stored: Stored) -> str:
    """The weak ETag of a version."""
    return f'W/"{stored.version}"'


def _version_entry(base: str, stored: Stored) -> Resource:
    method = "DELETE" if stored.deleted else stored.made or "PUT"
    url = stored.type if method == "POST" else stored.reference
    new = stored.made is not None or stored.version == 1
    status = "204 No Content" if stored.deleted else "201 Created" if new else "200 OK"
    entry: Resource = {"fullUrl": f"{base}/{stored.reference}"}
    if not stored.deleted:
        entry["resource"] = fragment(stored.body)
    return entry | {"request": {"method": method, "url": url}} | response_entry(status, stored)


def _bundle(type: str, entries: Sequence[Resource], links: Links, more: Mapping[str, Any]) -> Resource:
    bundle: Resource = {"resourceType": "Bundle", "type": type, **more}
    if links:
        bundle["link"] = [{"relation": relation, "url": url} for relation, url in links]
    if entries:
        bundle["entry"] = list(entries)
    return bundle
