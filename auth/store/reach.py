"""Reach: the residents whom an organisation's own systems may see, as last read.

The cache of `auth.store.relations`. A change of a relation takes back what is known of its organisation; a
change of anybody's links takes back everything, since a relation opens the whole person. At worst some 90 MB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth import moment as clock
from auth.store.database import Row
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

_ORGANIZATIONS = 64
_LONGEST = 60.0
"""Seconds after which relations are looked up again, whatever the change stream said."""


@dataclass(frozen=True, slots=True)
class Visible:
    """The related source Patients, those of the organisation's own making among them, and the moment when the
    first of the relations ends."""

    patients: frozenset[str]
    own: frozenset[str]
    until: datetime | None


class Reach:
    """What is known of each organisation; a listener of the collections `relations` and `persons`."""

    def __init__(self, changes: Changes) -> None:
        self._cache: Cache[Visible] = Cache(changes, _ORGANIZATIONS, _LONGEST)
        changes.listen("relations", self)
        changes.listen("persons", self)

    @property
    def mark(self) -> int:
        """To be taken before the database is asked (`Cache.mark`)."""
        return self._cache.mark

    def of(self, organization: str) -> Visible | None:
        """All Patients related to the organisation now; None where the database must be asked."""
        visible = self._cache.get(organization)
        if visible is None or (visible.until is not None and visible.until <= clock.now()):
            return None
        return visible

    def keep(self, organization: str, visible: Visible, mark: int) -> None:
        """What was read."""
        self._cache.put(organization, visible, mark)

    def doubt(self, organization: str) -> None:
        """A relation of the organisation is about to change."""
        self._cache.doubt([organization])

    def changed(self, change: Change) -> None:
        """Forget an organisation of which a relation changed, or all where a person did."""
        if change["ns"]["coll"] == "relations":
            self._cache.forget(str(change["documentKey"]["_id"]).split(" ")[1:2])
        elif not _alone(change):
            self._cache.clear()

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


def _alone(change: Change) -> bool:
    """Is a new person said to be one Patient, or two are kept apart, so that nobody is linked by it?"""
    return change["operationType"] == "insert" and len(change["fullDocument"].get("members", ())) < 2


def opened(rows: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
    """Patients whom relations open as persons, and those whom they open alone."""
    whole = frozenset(row["patient"] for row in rows if not row["alone"])
    return whole, frozenset(row["patient"] for row in rows if row["alone"])
