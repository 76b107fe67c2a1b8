"""Entries of a batch or transaction Bundle: what each one asks for.

FHIR R4 3.1.0.11.2 (http.html#trules).
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from fhir.identity import new_id
from fhir.interactions.acceptance import check_type
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import ID, Resource

MOST = 5000
_CONDITIONAL = ("ifNoneExist", "ifNoneMatch", "ifModifiedSince")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `position` in the Bundle, the request, and the reference that it writes."""

    position: int
    method: str
    type: str
    id: str | None
    parameters: tuple[tuple[str, str], ...]
    resource: Resource | None
    full_url: str | None
    version: int | None

    @property
    def reference(self) -> str:
        """`Type/id` of what it reads or writes."""
        return f"{self.type}/{self.id}"


def entries(bundle: Resource) -> list[Entry]:
    """The entries of `bundle`, a POST with its new id; a Refusal names the entry that is wrong."""
    return [at(position, _entry, position, row) for position, row in enumerate(rows(bundle))]


def rows(bundle: Resource) -> list[Any]:
    """Bundle.entry; a Refusal where it is no list or a longer one than this server takes at once."""
    given = bundle.get("entry")
    if given is not None and not isinstance(given, list):
        raise Refusal(Fault.MALFORMED, "Bundle.entry is a list", expression="Bundle.entry")
    if given and len(given) > MOST:
        raise Refusal(Fault.TOO_LARGE, f"a Bundle has at most {MOST} entries", expression="Bundle.entry")
    return given or []


def at(position: int, work: Any, *arguments: Any) -> Any:
    """`work(*arguments)`, whose Refusal then names the entry."""
    try:
        return work(*arguments)
    except Refusal as refusal:
        raise placed(refusal, position) from None


def placed(refusal: Refusal, position: int) -> Refusal:
    """`refusal` with the place of the entry before each of its paths."""
    place = f"Bundle.entry[{position}]"
    issues = [replace(issue, expression=_path(place, issue)) for issue in refusal.issues]
    return Refusal(refusal.fault, issues=issues)


def _path(place: str, issue: Issue) -> str:
    within = (issue.expression or "").partition(".")[2]
    return f"{place}.resource.{within}" if within else place


def _entry(position: int, row: Any) -> Entry:
    request = row.get("request") if isinstance(row, dict) else None
    if not isinstance(request, dict):
        raise Refusal(Fault.MALFORMED, "the entry has no request")
    _refuse_conditional(request)
    method, resource = str(request.get("method")), row.get("resource")
    path, _, query = str(request.get("url") or "").partition("?")
    type, _, id = path.strip("/").partition("/")
    check_type(type)
    if method in ("POST", "PUT") and not _is_resource(resource):
        raise Refusal(Fault.MALFORMED, f"a {method} entry needs a resource")
    full_url = row.get("fullUrl")
    if full_url is not None and not isinstance(full_url, str):
        raise Refusal(Fault.MALFORMED, "the fullUrl is no text")
    if method == "POST":
        id = _posted(id, query)
        resource = resource | {"id": id}
    elif method in ("PUT", "DELETE"):
        _addressed(id, query)
    elif method == "GET" and id and not ID.fullmatch(id):
        raise Refusal(Fault.MALFORMED, "the url of the entry is not Type/id")
    elif method != "GET":
        raise Refusal(Fault.MALFORMED, "the method is none of GET, POST, PUT and DELETE")
    parameters = tuple(parse_qsl(query, keep_blank_values=True))
    return Entry(position, method, type, id or None, parameters, resource, full_url, _version(request))


def _is_resource(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _refuse_conditional(request: dict[str, Any]) -> None:
    for name in _CONDITIONAL:
        if name in request:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, f"{name} is not supported yet")


def _posted(id: str, query: str) -> str:
    if id or query:
        raise Refusal(Fault.MALFORMED, "a POST entry names a resource type and nothing else")
    return new_id()


def _addressed(id: str, query: str) -> None:
    if query:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "conditional requests are not supported yet")
    if not ID.fullmatch(id):
        raise Refusal(Fault.MALFORMED, "the url of the entry is not Type/id")


def _version(request: dict[str, Any]) -> int | None:
    return None if request.get("ifMatch") is None else if_match(str(request["ifMatch"]))


def if_match(text: str) -> int:
    """The version number in an If-Match value, `W/"3"`."""
    number = text.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Refusal(Fault.STALE, "If-Match names no version of this resource")
    return int(number)
