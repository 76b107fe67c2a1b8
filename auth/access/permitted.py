"""Permitted: follows every Consent, so that whom it names is found (`auth.store.permissions`).

FHIR R4 consent.html; design, section 4.
"""

from collections.abc import Iterator, Sequence

from auth.access.consent import told
from auth.access.permission import permissions
from auth.store.database import Session
from auth.store.permissions import Given, Permissions
from fhir.resource import Resource, reference_of
from fhir.store.projection import Former


class Permitted:
    """Keeps whom Consents name, in the transaction that writes them."""

    types = frozenset({"Consent"})

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Keep what these permit now."""
        for consent in resources:
            await self._permissions.keep(session, reference_of(consent), given(consent))

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted one permits nothing any more."""
        await self._permissions.drop(session, references)


def given(consent: Resource) -> Iterator[Given]:
    """Whom a Consent of a Patient of this server names, each once and for as long as any part lasts."""
    patient, said = str((consent.get("patient") or {}).get("reference", "")), told(consent)
    if said is None or not patient.startswith("Patient/"):
        return
    found = [(to, one) for one in permissions(said) for to in one.to]
    for name in sorted({to for to, _ in found}):
        theirs = [one for to, one in found if to == name]
        yield Given(patient, name, min(one.since for one in theirs), max(one.until for one in theirs))
