"""_include and _revinclude: what comes along with the matches of a search.

FHIR R4 3.1.1.5.4 (search.html#include). Every row that comes along passes the decision for its own type,
within the query that fetches it; what is not to be seen is left out without a word.
"""

import re
from collections.abc import Iterable, Sequence

from fhir.access import Action, Permit
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.search.include import ANY, Include
from fhir.search.index import index
from fhir.search.query import Query
from fhir.search.registry import parameters
from fhir.store import Stored

MOST = 1000
MOST_PARAMETERS = 20
_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


async def include(context: Context, query: Query, matches: Sequence[Stored]) -> list[Stored]:
    """What the includes of `query` bring along with `matches`, each resource once, at most MOST."""
    if len(query.includes) + len(query.revincludes) > MOST_PARAMETERS:
        raise Refusal(Fault.TOO_COSTLY, f"a search takes at most {MOST_PARAMETERS} includes")
    seen = {row.reference for row in matches}
    found: list[Stored] = []
    rows: Sequence[Stored] = matches
    first = True
    while rows and len(found) < MOST:
        rows = await _round(context, query, rows, first, seen)
        found += rows
        seen.update(row.reference for row in rows)
        first = False
    return found[:MOST]


async def _round(
    context: Context, query: Query, rows: Sequence[Stored], first: bool, seen: set[str]
) -> list[Stored]:
    """One step from `rows`; after the first only what is to be iterated."""
    forward = [each for each in dict.fromkeys(query.includes) if first or each.iterate]
    backward = [each for each in dict.fromkeys(query.revincludes) if first or each.iterate]
    targets = {target for row in rows for target in _targets(context, row, forward)} if forward else set()
    found = await _fetch(context, targets - seen) if targets else []
    for each in backward:
        found += await _referring(context, each, rows)
    once = {row.reference: row for row in found if row.reference not in seen}
    return list(once.values())


def _targets(context: Context, row: Stored, wanted: Sequence[Include]) -> Iterable[str]:
    """The references of `row` by the parameters of `wanted`."""
    wanted = [each for each in wanted if each.type == row.type]
    if not wanted:
        return
    for token in index(row.resource(), context.store.keyed).tokens:
        key, _, value = token.partition("|")
        match = _REFERENCE.fullmatch(value)
        if match and any(_fits(key, each) and each.target in (None, match[1]) for each in wanted):
            yield value


def _fits(key: str, wanted: Include) -> bool:
    code = key.removeprefix(f"{wanted.type}.")
    parameter = parameters(wanted.type).get(code)
    return parameter is not None and parameter.type == "reference" and wanted.parameter in (ANY, code)


async def _fetch(context: Context, references: Iterable[str]) -> list[Stored]:
    by_type: dict[str, list[str]] = {}
    for reference in references:
        by_type.setdefault(reference.partition("/")[0], []).append(reference)
    found: list[Stored] = []
    for type, wanted in sorted(by_type.items()):
        decision = await context.access.decide(type, Action.READ)
        if isinstance(decision, Permit):
            filter = {"_id": {"$in": sorted(wanted)}, "deleted": False}
            found += await context.store.resources.search(filter, decision.constraint, limit=MOST)
    return found


async def _referring(context: Context, wanted: Include, rows: Sequence[Stored]) -> list[Stored]:
    """The resources of the type of `wanted` that refer to `rows`."""
    decision = await context.access.decide(wanted.type, Action.SEARCH)
    if not isinstance(decision, Permit):
        return []
    codes = [
        code
        for code, parameter in parameters(wanted.type).items()
        if parameter.type == "reference" and wanted.parameter in (ANY, code)
    ]
    targets = [row.reference for row in rows if wanted.target in (None, row.type)]
    tokens = [f"{wanted.type}.{code}|{target}" for code in codes for target in targets]
    if not tokens:
        return []
    filter = {"$and": [{"tokens": {"$in": tokens}}, {"tokens": wanted.type}]}
    return await context.store.resources.search(filter, decision.constraint, limit=MOST)
