"""Represented: a resident's file as a proxy sees it, who acts for him.

FHIR R4 RelatedPerson; security-and-scale.md, lines 15 and 17. A named adult sees what the resident sees.
A parent does not see what a minor confides, nor a help desk anything sensitive, unless a Consent opens it.
"""

from collections.abc import Collection, Iterable

from auth.access.clearance import CONFIDED_BY_MINORS, hidden_labels, left
from auth.access.consent import cleared, hidden, said
from auth.access.constraint import Owners
from auth.access.grounds import Grounds
from auth.access.provision import Reader
from auth.access.untold import untold
from auth.audit.purpose import FAMILY
from auth.principal import Proxied
from fhir.access import Directory, Filter


class Represented:
    """What `own` owns, as a proxy of this kind may see it."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, own: Owners, kind: Proxied, related: frozenset[str], grounds: Grounds) -> None:
        self._own = own
        self._kind = kind
        self._related = related
        self._grounds = grounds

    async def every(self, limit: int) -> frozenset[str] | None:
        """The Patients of the resident."""
        return await self._own.every(limit)

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that are the resident's."""
        return await self._own.among(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """What neither a label nor a Consent that names the proxy hides."""
        reader = Reader(self._related, FAMILY)
        given = await self._grounds.consents.of(await self._own.members())
        told = said(given, given)
        naming = [one for one in told if not reader.names.isdisjoint(one.actors)]
        open = left(self._labels(), hidden(naming, reader), cleared=cleared(naming, reader))
        if self._kind is not Proxied.HELP_DESK:
            return open
        return untold(open, (one for each in given.values() for one in each))

    def _labels(self) -> frozenset[tuple[str, str]]:
        match self._kind:
            case Proxied.PARENT:
                return CONFIDED_BY_MINORS
            case Proxied.HELP_DESK:
                return hidden_labels()
            case Proxied.ADULT:
                return frozenset()
