"""Ownership: a number that is known as another patient's is not filed under this one.

hl7v2.md, checklist 33 and 52. A visit, an order, a result changes its patient by a move (A44, A45) alone. A
number that suddenly comes with somebody else, used twice or sent with the wrong PID, waits for a clerk: else
two people would be mixed. Nor does a message bring back what a steward has moved: one that was sent before
goes where it is now (`visit_moves`), one sent after waits as well, since its sender takes it for another's.
"""

from collections.abc import Iterable, Mapping, Sequence

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.patient_link import PatientLink
from adapters.v2_to_fhir.prior import ANOTHERS
from fhir.matching.features import features
from fhir.matching.judgement import same_by_number
from fhir.store import Stored
from fhir.store.persons import Persons
from fhir.store.transaction import Transaction
from services.worker.patient_links import Made
from services.worker.unusable import Unusable
from services.worker.visit_moves import Followed

_MOVED = "a steward has moved it to another patient since: the sender has to correct the patient"
_UNKNOWN = "the patient is not known: this source's own ADT has to come first"


async def check_owners(
    tx: Transaction,
    persons: Persons,
    made: Made,
    current: Mapping[str, Stored],
    told: Followed,
    links: Sequence[PatientLink],
) -> None:
    """Unusable where a draft is of another person than what is stored (`current`) under its number.

    `links` of the message make two Patients one, and its moves change whose a visit is.
    """
    moved = {each for move in told.moves for each in (move.before, move.after)}
    linked = {frozenset((each.patient, each.other)) for each in links if each.holds}
    for draft in told.drafts:
        stored = current.get(draft.reference)
        if stored is None or stored.deleted or draft.reference in moved:
            continue
        was = stored.owner
        now = draft.patient if was.startswith("Patient/") else ""
        if now in ("", was) or frozenset((was, now)) in linked:
            continue
        if now not in await persons.members(was) and not await _same_citizen(tx, made, was, now):
            steward = now in (stored.memory.get("moved") or {}).get("from", ())
            raise Unusable(_MOVED if steward else ANOTHERS, place=draft.told_by)


def check_known(drafts: Iterable[Draft], current: Mapping[str, Stored]) -> None:
    """Unusable where no ADT has told of a Patient whom a message names: for a source that wants it so."""
    for draft in drafts:
        stored = current.get(draft.reference)
        if draft.type == "Patient" and (stored is None or stored.deleted):
            raise Unusable(_UNKNOWN, place=draft.told_by)


async def _same_citizen(tx: Transaction, made: Made, was: str, now: str) -> bool:
    """Does the message tell the number that will link the two Patients?"""
    stored = (await tx.load([was])).get(was)
    if stored is None or stored.deleted or now not in made:
        return False
    return same_by_number(features(stored.resource()), features(made[now][0]))
