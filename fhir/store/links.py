"""Links between source Patients, as last read: the cache of `fhir.store.persons`.

An event of the change stream names a row of `persons`; what is forgotten is the members that the row had when
it was read and those that it names now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

SIZE = 16_384
_LONGEST = 300.0
"""Seconds after which links are looked up again, whatever the change stream said."""

_SPARE = 100
"""Rows whose members are no longer known are dropped when there are this many more."""

Members = tuple[str, ...]


class Links:
    """The members of the persons that were asked for; a listener of the collection `persons`."""

    def __init__(self, changes: Changes) -> None:
        self._cache: Cache[Members] = Cache(changes, SIZE, _LONGEST)
        self._rows: dict[str, Members] = {}
        changes.listen("persons", self)

    def __len__(self) -> int:
        return len(self._cache)

    @property
    def mark(self) -> int:
        """To be taken before the database is asked (`Cache.mark`)."""
        return self._cache.mark

    def known(self, patients: Iterable[str]) -> dict[str, Members]:
        """Those of `patients` whose links need not be looked up."""
        found = ((patient, self._cache.get(patient)) for patient in patients)
        return {patient: members for patient, members in found if members is not None}

    def keep(self, rows: Mapping[str, Members], found: Mapping[str, Members], mark: int) -> None:
        """What was read: members by row, and by Patient (alone where there is no row)."""
        if mark != self._cache.mark:
            return
        self._rows.update(rows)
        for patient, members in found.items():
            self._cache.put(patient, members, mark)
        if len(self._rows) > 2 * len(self._cache) + _SPARE:
            self._rows = {
                row: held for row, held in self._rows.items() if any(map(self._cache.__contains__, held))
            }

    def doubt(self, patients: Sequence[str]) -> None:
        """The links of `patients` are about to change."""
        self._cache.doubt(patients)

    def changed(self, change: Change) -> None:
        """Forget the members that a row had and has; a said link leads further than its row tells."""
        if " " in str(change["documentKey"]["_id"]):
            self.lost()
            return
        before = self._rows.pop(str(change["documentKey"]["_id"]), ())
        now = change.get("fullDocument") or change.get("updateDescription", {}).get("updatedFields")
        self._cache.forget({*before, *_strings(now)})

    def lost(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._cache.clear()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)
