"""Operation $lastn of Observation: the newest of each kind.

FHIR R4 observation-operation-lastn.html. Observations are grouped by code: codings that stand together in any
of them mean the same, a code that is only text is grouped by its text. A tie at the end is not cut.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.results.resolution import filter_of
from fhir.interactions.search import SearchPage
from fhir.operations.operation import Call, Level, Operation, Parameter, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.personal import personal
from fhir.search.query import Query, parse
from fhir.store import Stored
from fhir.subset import subset_all

MOST = 10_000
_SUBJECTS = frozenset({"patient", "subject"})
_KINDS = ("category", "code", "combo-code", "component-code")
_NEWEST = (("sort.date", True),)


async def run(context: Context, call: Call) -> Resource:
    """The newest Observations of each group as a searchset."""
    most = call.number("max")
    if most == 0:
        raise wrong("max", "it is above zero")
    given = [(each.name, _text(each)) for each in call.parameters if each.name != "max"]
    constraint = await context.permit("Observation", Action.SEARCH)
    query = parse("Observation", given, strict=call.strict, base=context.base)
    _check(query)
    context.trail.query = f"Observation/$lastn?{urlencode(query.processed)}"
    filter = await filter_of(context, query)
    rows = await context.store.resources.search(filter, constraint, order=_NEWEST, limit=MOST + 1)
    if len(rows) > MOST:
        raise Refusal(Fault.TOO_COSTLY, f"these are more than {MOST} Observations: name a code or a date")
    found = newest(rows, most or 1)
    context.trail.touch(row.owner for row in found)
    told = [*query.processed, *([("max", str(most))] if most else [])]
    if call.posted:
        told = [(name, "" if personal("Observation", name) else value) for name, value in told]
    links = [("self", f"{context.base}/Observation/$lastn?{urlencode(told)}")]
    shown = subset_all(found, query.summary, query.elements)
    return SearchPage(shown, len(found), links, tuple(query.issues)).bundle(context.base)


def newest(rows: Sequence[Stored], most: int) -> list[Stored]:
    """Of `rows`, newest first by `place[0]`, the first `most` of each group and what ties with the last."""
    groups = _Groups()
    codes = [list(_codes(row.resource())) for row in rows]
    for each in codes:
        groups.join(each)
    taken: dict[str, list[Any]] = {}
    found = []
    for row, each in zip(rows, codes, strict=True):
        moments = taken.setdefault(groups.root(each[0]), [])
        if len(moments) < most or moments[-1] == row.place[0] is not None:
            moments.append(row.place[0])
            found.append(row)
    return found


def _codes(observation: Resource) -> Iterator[str]:
    """What an Observation is grouped by: its codings, else its text."""
    code = observation.get("code") or {}
    codings = [each for each in code.get("coding") or () if each.get("code")]
    for each in codings:
        yield f"{each.get('system', '')}|{each['code']}"
    if not codings:
        yield f"text {code.get('text', '')}"


class _Groups:
    """Codes that mean the same, joined step by step."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, code: str) -> str:
        """The code that stands for the group of `code`."""
        while (above := self._above.setdefault(code, code)) != code:
            code = self._above[code] = self._above[above]
        return code

    def join(self, codes: Sequence[str]) -> None:
        """All of `codes` mean the same."""
        for code in codes:
            self._above[self.root(code)] = self.root(codes[0])


def _text(given: Parameter) -> str:
    if isinstance(given.value, bool):
        return "true" if given.value else "false"
    if not isinstance(given.value, str | int | Decimal):
        raise wrong(given.name, "a search parameter is a primitive value, as it would stand in the URL")
    return str(given.value)


def _check(query: Query) -> None:
    """One subject, a category or a code, and nothing that would change which are the newest."""
    if query.sort or query.includes or query.revincludes or query.count is not None:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "$lastn takes no _sort, _count, _include or _revinclude")
    names = [name.partition(":")[0].partition(".")[0] for name, _ in query.processed]
    subjects = [value for name, value in query.processed if name.partition(":")[0] in _SUBJECTS]
    if len(subjects) != 1 or "," in subjects[0]:
        raise Refusal(Fault.PARAMETER, "$lastn takes one subject, by `patient` or `subject`")
    if not any(name.startswith(_KINDS) for name in names):
        raise Refusal(Fault.PARAMETER, "$lastn takes a `category`, or a parameter that names a code")


OPERATION = Operation(
    name="lastn",
    definition="http://hl7.org/fhir/OperationDefinition/Observation-lastn",
    run=run,
    levels=frozenset({Level.TYPE}),
    types=frozenset({"Observation"}),
    searches=True,
)
