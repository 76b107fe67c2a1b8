"""Supposed: the Consents as they would be once one more is given or changed, for a look ahead.

Issue 5, "Consent": the resident sees the effective result before saving. The decision is the one that will
decide; nothing but its ground is another.
"""

from collections.abc import Collection, Mapping

from auth.access.grounds import Spoken
from auth.store.consents import Rows
from fhir.resource import Resource


class Supposed:
    """`consents`, with `changed` in the place of the one with its id, or beside the others."""

    def __init__(self, consents: Spoken, changed: Resource) -> None:
        self._consents = consents
        self._patient = str(changed["patient"]["reference"])
        self._changed = changed

    async def of(self, patients: Collection[str]) -> Mapping[str, Rows]:
        """The Consents of those of `patients` that have any."""
        found = dict(await self._consents.of(patients))
        if self._patient in patients:
            others = (each for each in found.get(self._patient, ()) if each.get("id") != self._changed["id"])
            found[self._patient] = (*others, self._changed)
        return found


class Anybody:
    """In the place of whom Consents name: every file is looked at, and they alone say what is open."""

    async def every(self, names: Collection[str], limit: int) -> frozenset[str] | None:
        """They may be more than `limit`."""
        return None

    async def among(self, names: Collection[str], patients: Collection[str]) -> frozenset[str]:
        """All of them."""
        return frozenset(patients)
