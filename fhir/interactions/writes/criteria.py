"""Criteria of a conditional interaction: which resources a search means, within a transaction.

FHIR R4 3.1.0.4.3 and 3.1.0.8.1 (http.html#cond-update, #ccreate). They are read strictly, since a criterion
that is ignored would mean more than was asked for. A Patient in them is that source Patient alone, never the
person.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.lookup import numbers
from fhir.interactions.results.resolution import settled
from fhir.outcome import Fault, Refusal
from fhir.search.query import Query, parse
from fhir.search.result import READERS
from fhir.store import Stored
from fhir.store.transaction import Transaction

_LONGEST = 8000


def read_criteria(context: Context, type: str, criteria: str) -> Query:
    """The query that `criteria` (what follows `?` in a URL) are; a Refusal where they are none."""
    pairs = _pairs(criteria)
    for name, value in pairs:
        if name.partition(":")[0] in READERS or name.startswith("_cursor"):
            raise Refusal(Fault.PARAMETER, f"{name[:64]!r} has no place in the criteria of a write")
        if not value.strip():
            raise Refusal(Fault.PARAMETER, "a criterion without a value is no criterion")
    query = parse(type, pairs, strict=True, base=context.base)
    if not query.conditions:
        raise Refusal(Fault.PARAMETER, "without criteria every resource would be meant")
    return query


async def matching(
    context: Context, transaction: Transaction, type: str, criteria: str, *, most: int = 2
) -> list[Stored]:
    """At most `most` of the resources that `criteria` mean and the writer may find.

    Two requests with the same criteria exclude each other until the transaction ends.
    """
    query = read_criteria(context, type, criteria)
    if found_by := numbers(type, query.processed):
        await context.look_up(found_by)
    constraint = await context.permit(type, Action.SEARCH)
    query = await settled(context, query)
    filter = query.filter(context.store.keyed, {patient: (patient,) for patient in query.patients})
    found = await transaction.find(filter, constraint, limit=most)
    await transaction.claim([f"{type}?{sorted(query.processed)}"])
    found += await context.store.resources.shelf.matching(filter, constraint)
    context.trail.touch(each.owner for each in found)
    return found


async def the_one(context: Context, transaction: Transaction, type: str, criteria: str) -> Stored | None:
    """The one resource that `criteria` mean, None where there is none; a Refusal (412) where several are."""
    found = await matching(context, transaction, type, criteria)
    if len(found) > 1:
        raise several()
    return found[0] if found else None


def several() -> Refusal:
    """The criteria of a write mean more than one resource."""
    return Refusal(Fault.MULTIPLE_MATCHES, "the criteria mean more than one resource")


def _pairs(criteria: str) -> Sequence[tuple[str, str]]:
    if "?" in criteria.partition("=")[0]:
        raise Refusal(Fault.PARAMETER, "criteria are parameters only, without a type and without ?")
    if len(criteria) > _LONGEST:
        raise Refusal(Fault.TOO_LARGE, f"criteria have at most {_LONGEST} characters")
    try:
        return parse_qsl(criteria, keep_blank_values=True, encoding="utf-8", errors="strict")
    except ValueError:
        raise Refusal(Fault.PARAMETER, "the criteria are not UTF-8") from None
