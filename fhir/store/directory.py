"""The directory in the store: what of a professional is shown under a constraint, and what is found by it.

docs/adr/0018-what-the-directory-shows.md. The row of a professional has a second index, of what is shown
alone; whoever is shown no more asks that one, so that no parameter, modifier or chain tells of the rest.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fhir.access import Constraint
from fhir.directory import TYPES, listed
from fhir.resource import serialize
from fhir.search.condition import ENTRIES
from fhir.store.stored import Stored

FIELD = "directory"
Filter = dict[str, Any]
_THERE: Filter = {FIELD: {"$exists": True}}


def asked(filter: Filter, constraint: Constraint) -> Filter:
    """`filter` as it is asked under a constraint."""
    if constraint.directory is None:
        return filter
    moved = _moved(filter)
    return filter if moved == filter else {"$and": [_THERE, moved]}


def place(field: str, constraint: Constraint) -> str:
    """Where an index field (`tokens`) lies under a constraint."""
    return field if constraint.directory is None else f"{FIELD}.{field}"


def _moved(filter: Filter) -> Filter:
    """The same with the names of the fields of the second index."""
    moved: Filter = {}
    for name, wanted in filter.items():
        if name.startswith("$"):
            moved[name] = [_moved(each) for each in wanted]
        else:
            moved[f"{FIELD}.{name}" if name.partition(".")[0] in ENTRIES else name] = wanted
    return moved


def shown(stored: Stored, constraint: Constraint) -> Stored:
    """`stored` as far as it is shown under a constraint."""
    directory = constraint.directory
    if directory is None or stored.type not in TYPES or stored.deleted:
        return stored
    resource = stored.resource()
    role_of = (resource.get("practitioner") or {}).get("reference")
    if directory.own is not None and directory.own in (stored.reference, role_of):
        return stored
    return replace(stored, body=serialize(listed(resource)))


def shown_all(rows: Iterable[Stored], constraint: Constraint) -> list[Stored]:
    """Each of `rows` as far as it is shown."""
    return [shown(row, constraint) for row in rows]
