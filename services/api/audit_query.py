"""AuditEvent search: what a request asks for, as a span of the archive and a test of each event.

FHIR R4 AuditEvent, Search Parameters. Patient, date and agent narrow the records; everything else lies within
their sealed bodies and is held against each event as the index of any other type would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import Resource
from fhir.rest import READ_ONLY_PARAMETERS
from fhir.search.condition import pending
from fhir.search.entries import Keyed
from fhir.search.query import Query, parse
from fhir.search.types.interval import interval, moment
from fhir.search.types.reference import Untyped
from fhir.store.document import indexed
from fhir.store.in_memory import UnknownOperatorError, held

PAGE, MOST = 20, 1000
_NARROWING = frozenset({"patient", "date", "_count", "_summary"})
_PAGING = frozenset({"_count", "_summary"})


@dataclass(slots=True)
class AuditQuery:
    """What a search of AuditEvents asks for; `sieve` holds the criteria within the sealed bodies.

    `count`: how many on a page; 0 for their number alone.
    """

    patients: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: frozenset[str] | None = None
    count: int = PAGE
    sieve: Query | None = None
    used: list[tuple[str, str]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def passes(self, event: Resource, keyed: Keyed) -> bool:
        """Does the event meet the criteria that narrow no records?"""
        if self.sieve is None:
            return True
        _, row = indexed(event, keyed)
        updated = datetime.fromisoformat(event["meta"]["lastUpdated"])
        found = {"_id": f"AuditEvent/{event['id']}", "id": event["id"], "updated": updated}
        try:
            return held(self.sieve.filter(keyed, {}), found | row)
        except UnknownOperatorError:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, "AuditEvents can't be searched that way") from None


def audit_query(parameters: Sequence[tuple[str, str]], silent: frozenset[str], strict: bool) -> AuditQuery:
    """Read the decoded parameters; `silent` are those that say nothing here. Raises Refusal."""
    asked, within = AuditQuery(), []
    for name, value in parameters:
        if name in silent:
            continue
        known = name in _PAGING or name.split(":")[0].split(".")[0] in READ_ONLY_PARAMETERS["AuditEvent"]
        if not known or (name == "_summary" and value not in ("count", "false")):
            asked.issues.append(_ignored(name, strict))
            continue
        asked.used.append((name, value))
        if name in _NARROWING:
            _take(asked, name, value)
        else:
            within.append((name, value))
    if within:
        _sift(asked, within)
    if asked.sieve is not None and not asked.count:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "AuditEvents are counted by patient and date alone")
    return asked


def _sift(asked: AuditQuery, within: list[tuple[str, str]]) -> None:
    sieve = parse("AuditEvent", within, True)
    # What a record names may be gone, so an id alone is looked for under every type.
    sieve.conditions = [each.wanted if isinstance(each, Untyped) else each for each in sieve.conditions]
    if any(pending(each) for each in sieve.conditions):
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "AuditEvents are found by their own elements alone")
    asked.sieve = sieve
    for name, value in within:
        people = frozenset(value.split(","))
        if name == "agent" and all(each.startswith(("Practitioner/", "Patient/")) for each in people):
            asked.by = people if asked.by is None else asked.by & people


def _ignored(name: str, strict: bool) -> Issue:
    text = f"search parameter {name[:64]!r} is not supported for AuditEvent"
    if strict or ":" in name:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, text)
    return Issue("not-supported", f"{text} and was ignored", severity="warning")


def _take(asked: AuditQuery, name: str, value: str) -> None:
    if name == "patient":
        named = frozenset(f"Patient/{each.removeprefix('Patient/')}" for each in value.split(",") if each)
        asked.patients = named if asked.patients is None else asked.patients & named
    elif name == "date":
        _bound(asked, value)
    elif name == "_summary":
        asked.count = 0 if value == "count" else asked.count
    elif value.isascii() and value.isdigit():
        asked.count = min(asked.count and int(value[:9]), MOST)
    else:
        raise Refusal(Fault.PARAMETER, "_count is a whole number from zero", expression="_count")


def _bound(asked: AuditQuery, value: str) -> None:
    prefix = value[:2] if value[:2].isalpha() else "eq"
    range = interval(value.removeprefix(prefix))
    if range is None or prefix not in ("eq", "ge", "gt", "le", "lt"):
        raise Refusal(
            Fault.PARAMETER, "date is a FHIR date after eq, ge, gt, le, lt or nothing", expression="date"
        )
    start, end = map(moment, range)
    if prefix in ("eq", "ge"):
        asked.since = max(asked.since or start, start)
    if prefix == "gt":
        asked.since = max(asked.since or end, end)
    if prefix in ("eq", "le"):
        asked.until = min(asked.until or end, end)
    if prefix == "lt":
        asked.until = min(asked.until or start, start)
