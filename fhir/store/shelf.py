"""The shelf: terminology and search parameters that ship with the program, beside what is stored.

FHIR R4 terminology-service.html, searchparameter.html. It is read and searched like stored resources and
nobody's: in the order of a search its rows stand among those of the database. Nothing on it is ever written.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fhir.access import Constraint
from fhir.definitions.structures import resource_types
from fhir.definitions.terminology import SHIPPED, Shipped, shipped
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.entries import Keyed
from fhir.store.constraint import visible_among
from fhir.store.document import Document, indexed
from fhir.store.in_memory import UnknownOperatorError, held
from fhir.store.keyset import NEWEST_FIRST, Order, beyond, place
from fhir.store.stored import Stored

_LISTS = frozenset({"concept", "compose", "group"})
_WORDS = frozenset({"display", "definition", "designation", "description", "comment", "extension"})


class Shelf:
    """The shipped resources, indexed at the first search that may find one."""

    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed
        self._rows: dict[str, list[Document]] = {}

    def read(self, type: str, id: str) -> Stored | None:
        """A shipped resource by its id."""
        found = shipped(type).get(id) if type in SHIPPED else None
        return None if found is None else _stored(found)

    def judged(self, references: Iterable[str]) -> dict[str, Document]:
        """What an access decision looks at, of those of `references` that are shipped."""
        found = (self.read(*each.partition("/")[::2]) for each in references)
        return {each.reference: each.row for each in found if each is not None}

    def versions(
        self, type: str, id: str | None, since: datetime | None, at: tuple[datetime, datetime] | None
    ) -> list[Stored] | None:
        """The history of a shipped resource, which has one version; None where nothing is shipped there."""
        only = None if id is None else self.read(type, id)
        if only is None:
            return None
        late = since is not None and only.updated < since
        early = at is not None and only.updated >= at[1]
        return [] if late or early else [only]

    async def found(self, filter: Document, constraint: Constraint) -> list[Document]:
        """The visible shipped rows that match."""
        matching: list[Document] = []
        for type in sorted(reach(filter)):
            own, rows = _pruned(filter, type), await self._of(type)
            try:
                matching += [row for row in rows if held(own, row)]
            except UnknownOperatorError:
                return []
        return await visible_among(matching, constraint)

    async def matching(self, filter: Document, constraint: Constraint) -> list[Stored]:
        """The same as they are read."""
        return [_shown(row, NEWEST_FIRST) for row in await self.found(filter, constraint)]

    async def confirmed(
        self, filter: Document, constraint: Constraint, test: Callable[[Resource], bool]
    ) -> list[str]:
        """The visible shipped resources that match and whose JSON passes `test`, as `Type/id`."""
        rows = await self.found(filter, constraint)
        return [row["_id"] for row in rows if test(shipped(row["type"])[row["id"]].resource())]

    async def among(
        self,
        stored: list[Stored],
        filter: Document,
        constraint: Constraint,
        order: Order,
        limit: int,
        after: Sequence[Any] | None,
    ) -> list[Stored]:
        """At most `limit` of `stored`, which are in `order`, and the shipped resources that match too."""
        matching = await self.found(filter, constraint)
        if after is not None:
            further = beyond(order, after)
            matching = [row for row in matching if held(further, row)]
        if not matching:
            return stored
        rows = [*stored, *(_shown(row, order) for row in matching)]
        rows.sort(key=lambda row: str(row.place[-1]))
        for at, (_, falling) in reversed(list(enumerate(order))):
            rows.sort(key=lambda row: _comparable(row.place[at]), reverse=falling)
        return rows[:limit]

    async def _of(self, type: str) -> list[Document]:
        """The index of a type, made in a thread, since it takes a moment."""
        if type not in self._rows:
            self._rows[type] = await asyncio.to_thread(self._index, type)
        return self._rows[type]

    def _index(self, type: str) -> list[Document]:
        return [self._document(each) for each in shipped(type).values()]

    def _document(self, each: Shipped) -> Document:
        reference = f"{each.type}/{each.id}"
        _, found_by = indexed(_skeleton(each.resource()), self._keyed)
        moment = datetime.fromisoformat(each.updated)
        head = {"_id": reference, "type": each.type, "id": each.id, "version": 1, "updated": moment}
        return head | {"owner": reference, "deleted": False} | found_by


def check_free(reference: str) -> None:
    """Refuse a write where a shipped resource stands."""
    type, _, id = reference.partition("/")
    if type in SHIPPED and id in shipped(type):
        raise Refusal(
            Fault.METHOD,
            f"{reference} ships with the server and is read only: store your own under another id,"
            " with another url or a newer version",
        )


def _skeleton(resource: Resource) -> Resource:
    """A resource without what its lists say in words: a shipped one is found by its head and its codes."""
    return {name: _bare(value) if name in _LISTS else value for name, value in resource.items()}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if name not in _WORDS}
    return value


def _stored(each: Shipped) -> Stored:
    moment = datetime.fromisoformat(each.updated)
    return Stored(each.type, each.id, 1, moment, f"{each.type}/{each.id}", body=each.body)


def _shown(row: Document, order: Order) -> Stored:
    found = _stored(shipped(row["type"])[row["id"]])
    return found.at(tuple(place(row, order)))


def _comparable(value: Any) -> tuple[bool, Any]:
    """As MongoDB sorts: what is missing comes before everything."""
    return (False, 0) if value is None else (True, value)


def reach(filter: Mapping[str, Any]) -> frozenset[str]:
    """The types of shipped resources that `filter` may find; mostly none, which is told at once."""
    found = SHIPPED
    for name, wanted in filter.items():
        if name == "$and":
            for part in wanted:
                found &= reach(part)
        elif name == "$or":
            found &= frozenset().union(*map(reach, wanted))
        elif name in ("tokens", "_id", "type"):
            found &= _named(wanted)
        if not found:
            break
    return found


def _pruned(filter: Mapping[str, Any], type: str) -> dict[str, Any]:
    """`filter` without the alternatives that find nothing of `type`; a search of all types has 146."""
    kept: dict[str, Any] = dict(filter)
    if "$and" in kept:
        kept["$and"] = [_pruned(each, type) for each in kept["$and"]]
    if "$or" in kept:
        kept["$or"] = [_pruned(each, type) for each in kept["$or"] if type in reach(each)]
    return kept


def _named(wanted: Any) -> frozenset[str]:
    """The types that a condition on tokens or references names; all where it names none."""
    if isinstance(wanted, Mapping):
        wanted = wanted.get("$in")
    texts = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(texts, list):
        return SHIPPED
    found: set[str] = set()
    for text in texts:
        type = str(text).partition("|")[0].partition("/")[0].partition(".")[0]
        if type not in resource_types:
            return SHIPPED
        found.add(type)
    return SHIPPED & found
