"""Entries of a batch or transaction Bundle: what each one asks for.

FHIR R4 3.1.0.11.2 (http.html#trules).
"""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from fhir.identity import new_id
from fhir.interactions.bundle.shell import ROW, check_head, check_row
from fhir.interactions.writes.acceptance import check_type
from fhir.interactions.writes.precondition import NONE, Preconditions, preconditions
from fhir.outcome import Fault, Issue, Refusal
from fhir.patch import Patch
from fhir.patch.fhirpath_patch import read_fhirpath_patch
from fhir.patch.json_patch import MEDIA_TYPE, read_json_patch
from fhir.resource import ID, Resource

P = ParamSpec("P")
T = TypeVar("T")
MOST = 5000
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its `position` in the Bundle, the request, and what it writes.

    `segments` is the path of the URL, `query` what follows it as it came. `id` is that of the resource, for a
    POST a new one, None where `criteria` have yet to find it.
    """

    position: int
    method: str
    segments: tuple[str, ...]
    query: str = ""
    id: str | None = None
    criteria: str | None = None
    resource: Resource | None = None
    patch: Patch | None = None
    full_url: str | None = None
    preconditions: Preconditions = NONE

    @property
    def type(self) -> str:
        """The resource type, "" for the whole system."""
        return self.segments[0] if self.segments else ""

    @property
    def reference(self) -> str:
        """`Type/id` of what it writes."""
        return f"{self.type}/{self.id}"

    @property
    def operation(self) -> str | None:
        """The name of the operation that it calls, None where it is none."""
        last = self.segments[-1] if self.segments else ""
        return last[1:] if last.startswith("$") else None

    @property
    def writes(self) -> bool:
        """Does it create, change or delete a resource?"""
        return self.method not in _READS and self.operation is None


def entries(bundle: Resource, base: str) -> list[Entry]:
    """The entries of `bundle`, a POST with its new id; a Refusal names the entry that is wrong."""
    return [at(position, entry, position, row, base) for position, row in enumerate(rows(bundle))]


def rows(bundle: Resource) -> list[Any]:
    """Bundle.entry; a Refusal where the Bundle is none or has more of them than this server takes at once."""
    given = bundle.get("entry")
    if given is not None and not isinstance(given, list):
        raise Refusal(Fault.MALFORMED, "Bundle.entry is a list", expression="Bundle.entry")
    if given and len(given) > MOST:
        raise Refusal(Fault.TOO_LARGE, f"a Bundle has at most {MOST} entries", expression="Bundle.entry")
    check_head(bundle)
    return given or []


def at(position: int, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `work` gives; its Refusal names the entry."""
    try:
        return work(*arguments, **named)
    except Refusal as refusal:
        raise placed(refusal, position) from None


async def within(position: int, work: Awaitable[T]) -> T:
    """The same, of work to be waited for."""
    try:
        return await work
    except Refusal as refusal:
        raise placed(refusal, position) from None


def placed(refusal: Refusal, position: int) -> Refusal:
    """`refusal` with the place of the entry before each of its paths."""
    place = f"Bundle.entry[{position}]"
    issues = [replace(issue, expression=_path(place, issue)) for issue in refusal.issues]
    return Refusal(refusal.fault, issues=issues)


def _path(place: str, issue: Issue) -> str:
    root, _, within = (issue.expression or "").partition(".")
    if not within:
        return place
    return f"{place}.{within}" if root == ROW else f"{place}.resource.{within}"


def entry(position: int, row: Any, base: str) -> Entry:
    """One entry, read."""
    request = row.get("request") if isinstance(row, dict) else None
    if not isinstance(request, dict):
        raise Refusal(Fault.MALFORMED, "the entry has no request")
    method, full_url = request.get("method"), row.get("fullUrl")
    if method not in _METHODS:
        raise Refusal(Fault.MALFORMED, f"the method is one of {', '.join(_METHODS)}")
    check_row(row)
    segments, query = _address(request["url"], base)
    made = Entry(position, method, segments, query, full_url=full_url, preconditions=_preconditions(request))
    resource = row.get("resource")
    if resource is not None and not _is_resource(resource):
        raise Refusal(Fault.MALFORMED, "the resource of the entry has no resourceType")
    made = replace(made, resource=resource)
    if method in _READS or made.operation is not None:
        return made
    check_type(made.type)
    if method == "POST":
        return _posted(made, request.get("ifNoneExist"))
    return _addressed(made)


def _address(url: str, base: str) -> tuple[tuple[str, ...], str]:
    path, _, query = url.partition("?")
    path = path.removeprefix(base) if path == base or path.startswith(f"{base}/") else path
    if "://" in path:
        raise Refusal(Fault.MALFORMED, "the url leads to another server")
    return tuple(path.strip("/").split("/")) if path.strip("/") else (), query


def _is_resource(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _posted(made: Entry, criteria: str | None) -> Entry:
    if len(made.segments) != 1 or made.query:
        raise Refusal(
            Fault.MALFORMED,
            "a POST entry names a resource type or an operation; searches are entries with GET",
        )
    if made.resource is None:
        raise Refusal(Fault.MALFORMED, "a POST entry needs a resource")
    id = new_id()
    return replace(made, id=id, resource=made.resource | {"id": id}, criteria=criteria)


def _addressed(made: Entry) -> Entry:
    """PUT, PATCH and DELETE: by id or by criteria."""
    if len(made.segments) == 1 and made.query:
        made = replace(made, criteria=made.query)
    elif len(made.segments) == 2 and ID.fullmatch(made.segments[1]) and not made.query:
        made = replace(made, id=made.segments[1])
    else:
        raise Refusal(Fault.MALFORMED, "the url of the entry is Type/id or Type?criteria")
    if made.method == "DELETE":
        return replace(made, resource=None)
    if made.resource is None:
        raise Refusal(Fault.MALFORMED, f"a {made.method} entry needs a resource")
    return replace(made, resource=None, patch=_patch(made.resource)) if made.method == "PATCH" else made


def _patch(resource: Resource) -> Patch:
    """A FHIRPath Patch as Parameters, or a JSON Patch in a Binary."""
    if resource["resourceType"] != "Binary":
        return read_fhirpath_patch(resource)
    if resource.get("contentType") != MEDIA_TYPE or not isinstance(resource.get("data"), str):
        raise Refusal(Fault.MALFORMED, f"a Binary that patches holds {MEDIA_TYPE}")
    try:
        return read_json_patch(base64.b64decode(resource["data"], validate=True))
    except (binascii.Error, ValueError):
        raise Refusal(Fault.MALFORMED, "the data of the Binary is not base64") from None


def _preconditions(request: dict[str, Any]) -> Preconditions:
    since = request.get("ifModifiedSince")
    moment = datetime.fromisoformat(since) if since else None
    return preconditions(request.get("ifMatch"), request.get("ifNoneMatch"), moment)
