"""Standing: what relates an organisation to single Patients, as last read.

The cache of `auth.store.relations` for questions about few Patients, however many the organisation has. A
change of a relation takes back what is known of its Patient and organisation, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from auth.store.database import Row
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

_PAIRS = 16_384
_LONGEST = 60.0
"""Seconds after which relations are looked up again, whatever the change stream said."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a Patient to an organisation, in force or not."""

    kind: str
    practitioner: str | None
    alone: bool
    guest: bool
    since: datetime | None
    until: datetime

    @classmethod
    def of(cls, row: Row) -> Self:
        """The relation that a row tells of."""
        told = row["kind"], row["practitioner"], row["alone"], row.get("guest", False)
        return cls(*told, row.get("since"), row["until"])

    def holds(self, practitioner: str | None, now: datetime) -> bool:
        """Is it in force for whoever works there, or for this practitioner?"""
        return (
            self.practitioner in (None, practitioner)
            and (self.since is None or self.since <= now)
            and now < self.until
        )


Known = tuple[Relation, ...]


class Standing:
    """What is known of pairs of an organisation and a Patient; a listener of the collection `relations`."""

    def __init__(self, changes: Changes) -> None:
        self._cache: Cache[Known] = Cache(changes, _PAIRS, _LONGEST)
        changes.listen("relations", self)

    @property
    def mark(self) -> int:
        """To be taken before the database is asked (`Cache.mark`)."""
        return self._cache.mark

    def known(self, organization: str, patients: Iterable[str]) -> dict[str, Known]:
        """The relations of those of `patients` for whom the database need not be asked."""
        found = ((patient, self._cache.get(f"{patient} {organization}")) for patient in patients)
        return {patient: relations for patient, relations in found if relations is not None}

    def keep(self, organization: str, found: Mapping[str, Known], mark: int) -> None:
        """What was read, by Patient."""
        for patient, relations in found.items():
            self._cache.put(f"{patient} {organization}", relations, mark)

    def doubt(self, organization: str, patient: str) -> None:
        """A relation of the two is about to change."""
        self._cache.doubt([f"{patient} {organization}"])

    def changed(self, change: Change) -> None:
        """Forget a pair of which a relation changed."""
        self._cache.forget([" ".join(str(change["documentKey"]["_id"]).split(" ")[:2])])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()
