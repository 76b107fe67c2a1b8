"""_include and _revinclude: what comes along with the matches of a search.

FHIR R4 3.1.1.5.4 (search.html#include). Every row that comes along passes the decision for its own type,
within the query that fetches it; what is not to be seen is left out without a word, what is too much is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fhir.access import Action, Constraint, Permit
from fhir.interactions.context import Context
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import VERSION
from fhir.search.include import Include, Target, referring, targets
from fhir.search.registry import parameters
from fhir.search.result import Result
from fhir.store import Stored

MOST = 1000
MOST_PARAMETERS = 20
MOST_ROUNDS = 20
_CUT = Issue(
    "incomplete",
    f"more would be included than is shown: at most {MOST} resources, in {MOST_ROUNDS} steps of :iterate;"
    " ask for fewer matches by _count",
    severity="warning",
)


async def include(
    context: Context, result: Result, matches: Sequence[Stored]
) -> tuple[list[Stored], list[Issue]]:
    """What the includes of `result` bring along with `matches`, each resource once; and whether all of it."""
    if len(result.includes) + len(result.revincludes) > MOST_PARAMETERS:
        raise Refusal(Fault.TOO_COSTLY, f"a search takes at most {MOST_PARAMETERS} includes")
    if not (result.includes or result.revincludes):
        return [], []
    following = _Following(context, {_key(row) for row in matches})
    rows: Sequence[Stored] = matches
    for step in range(MOST_ROUNDS):
        forward, backward = (
            [each for each in dict.fromkeys(wanted) if step == 0 or each.iterate]
            for wanted in (result.includes, result.revincludes)
        )
        rows = await following.step(rows, forward, backward)
        if not rows or len(following.found) > MOST:
            break
    complete = not rows and len(following.found) <= MOST
    return following.found[:MOST], [] if complete else [_CUT]


def _key(row: Stored) -> tuple[str, int]:
    return row.reference, row.version


@dataclass(slots=True)
class _Following:
    """What was found so far, and what is known not to be needed again."""

    context: Context
    seen: set[tuple[str, int]]
    found: list[Stored] = field(default_factory=list)

    async def step(
        self, rows: Sequence[Stored], forward: Sequence[Include], backward: Sequence[Include]
    ) -> list[Stored]:
        """What `rows` refer to and what refers to them, as far as it is new."""
        wanted = dict.fromkeys(target for row in rows for target in _targets(row, forward))
        found = await self._literal([each for each in wanted if not each.types])
        found += await self._canonical([each for each in wanted if each.types])
        for each in backward:
            found += await self._referring(each, rows)
        new = {_key(row): row for row in found if _key(row) not in self.seen}
        self.seen.update(new)
        self.found += new.values()
        return list(new.values())

    @property
    def _room(self) -> int:
        return MOST + 1 + len(self.seen)

    async def _constraint(self, type: str, action: Action) -> Constraint | None:
        decision = await self.context.access.decide(type, action)
        return decision.constraint if isinstance(decision, Permit) else None

    async def _literal(self, wanted: Iterable[Target]) -> list[Stored]:
        by_type: dict[str, list[Target]] = {}
        for each in wanted:
            by_type.setdefault(each.reference.partition("/")[0], []).append(each)
        found: list[Stored] = []
        for type, listed in sorted(by_type.items()):
            constraint = await self._constraint(type, Action.READ)
            if constraint is None:
                continue
            current = sorted({each.reference for each in listed if each.version is None})
            if current:
                filter = {"_id": {"$in": current}, "deleted": False}
                found += await self.context.store.resources.search(filter, constraint, limit=self._room)
            versions = [each for each in listed if each.version is not None]
            for each in versions[:MOST]:
                found += await self._version(type, each, constraint)
        return found

    async def _version(self, type: str, wanted: Target, constraint: Constraint) -> list[Stored]:
        """The very version that a reference names."""
        id, version = wanted.reference.partition("/")[2], wanted.version or ""
        if not VERSION.fullmatch(version):
            return []
        row = await self.context.store.resources.read_version(type, id, int(version), constraint)
        return [] if row is None or row.deleted else [row]

    async def _canonical(self, wanted: Sequence[Target]) -> list[Stored]:
        """The resources that have these URLs, in the version that is named or the latest."""
        found: list[Stored] = []
        kinds = sorted({type for each in wanted for type in each.types if "url" in parameters(type)})
        for type in kinds:
            constraint = await self._constraint(type, Action.READ)
            tokens = [f"{type}.url|{each.reference}" for each in wanted if type in each.types]
            if constraint is None or not tokens:
                continue
            filter = {"$and": [{"tokens": {"$in": sorted(set(tokens))}}, {"tokens": type}]}
            rows = await self.context.store.resources.search(filter, constraint, limit=self._room)
            found += _named(rows, [each for each in wanted if type in each.types])
        return found

    async def _referring(self, wanted: Include, rows: Sequence[Stored]) -> list[Stored]:
        """The resources of the type of `wanted` that refer to `rows`."""
        constraint = await self._constraint(wanted.type, Action.SEARCH)
        about = [row for row in rows if wanted.target in (None, row.type)]
        if constraint is None or not about:
            return []
        tokens = [
            f"{parameter.key}|{each}"
            for parameter in referring(wanted)
            for row in about
            if row.type in parameter.targets
            for each in _names(row, canonical=parameter.canonical)
        ]
        if not tokens:
            return []
        filter = {"$and": [{"tokens": {"$in": tokens}}, {"tokens": wanted.type}]}
        return await self.context.store.resources.search(filter, constraint, limit=self._room)


def _targets(row: Stored, forward: Sequence[Include]) -> Iterable[Target]:
    if not forward:
        return
    resource = row.resource()
    for each in forward:
        yield from targets(each, row.type, resource)


def _names(row: Stored, *, canonical: bool) -> list[str]:
    """What a reference to a row may say."""
    url = row.resource().get("url") if canonical else None
    return [row.reference, url] if isinstance(url, str) else [row.reference]


def _named(rows: Sequence[Stored], wanted: Sequence[Target]) -> list[Stored]:
    """Of `rows`, newest first, the ones that canonicals mean."""
    latest: dict[str, Stored] = {}
    exact: dict[tuple[str, str], Stored] = {}
    for row in rows:
        resource = row.resource()
        url, version = str(resource.get("url")), resource.get("version")
        latest.setdefault(url, row)
        exact.setdefault((url, str(version)), row)
    found = (
        latest.get(each.reference) if each.version is None else exact.get((each.reference, each.version))
        for each in wanted
    )
    return [row for row in found if row is not None]
