"""Drafts under the access decision: a doctor's own, on those whose files he may read and write on now."""

from collections.abc import Collection, Sequence

from auth import moment
from auth.store.note_drafts import Draft
from fhir.access import Action
from fhir.interactions.create import create
from fhir.interactions.read import not_found, seen
from fhir.outcome import Fault, Refusal
from fhir.store.projection import Session
from services.portal.clinician.finding import found
from services.portal.clinician.notes.note import TYPE, made, written
from services.portal.clinician.worklist.mine import quiet
from services.portal.visit import Visit

MOST = 100


async def keep(visit: Visit, patient: str, kind: str, text: str, id: str) -> Draft | None:
    """A new draft; a Refusal (404) where the reader may not write a note on this Patient.

    None where the form of this id has been sent before: a second click writes nothing anew.
    """
    await _check(visit, patient)
    author, house = _reader(visit)
    if await filed(visit, id):
        return None
    drafts = visit.platform.note_drafts
    return await drafts.keep(id, patient=patient, author=author, house=house, kind=kind, text=text)


async def own(visit: Visit, id: str) -> Draft | None:
    """A draft of the reader; a Refusal (404) where he may not write a note on its Patient any more."""
    draft = await visit.platform.note_drafts.one(id, *_reader(visit))
    if draft is not None:
        await _check(visit, draft.patient)
    return draft


async def of(visit: Visit, patients: Collection[str] | None = None) -> list[Draft]:
    """The reader's drafts on these Patients, or on all, the newest first."""
    drafts = await visit.platform.note_drafts.of(*_reader(visit), MOST, patients)
    open = await _open(visit, [each.patient for each in drafts])
    return [each for each in drafts if each.patient in open]


async def sign(visit: Visit, draft: Draft, text: str, house: str) -> bool:
    """The draft becomes a note of the same id, in one transaction; False where it has changed meanwhile.

    The text is kept first: whatever becomes of the signature, it is there.
    """
    drafts, who, now = visit.platform.note_drafts, visit.principal, moment.now()
    last = await drafts.change(draft, text)
    if last is None:
        return False

    async def along(session: Session) -> None:
        if not await drafts.remove(last, session):
            raise Refusal(Fault.STALE, "the draft has changed meanwhile")

    signed = written(made(who, draft.patient, house, draft.kind, now), who, text, "final", now)
    try:
        await create(visit.context, TYPE, signed, id=draft.id, along=along)
    except Refusal as refusal:
        if refusal.fault is Fault.STALE:
            return False
        if refusal.fault not in (Fault.CONFLICT, Fault.BUSINESS_RULE) or not await filed(visit, draft.id):
            raise
        await drafts.remove(last)
    return True


async def filed(visit: Visit, id: str) -> bool:
    """Has the note of this id been signed?"""
    return await seen(quiet(visit.context), TYPE, id) is not None


async def _check(visit: Visit, patient: str) -> None:
    visit.note(patients=(patient,))
    if not await _open(visit, [patient]):
        raise not_found()


async def _open(visit: Visit, patients: Sequence[str]) -> frozenset[str]:
    """Those on whom the reader may write a note and whom he may read."""
    if not patients:
        return frozenset()
    context = quiet(visit.context)
    writable = await (await context.permit(TYPE, Action.CREATE)).among(patients)
    ids = ",".join(sorted({each.removeprefix("Patient/") for each in patients}))
    known, _ = await found(context, "Patient", [("_id", ids)])
    return writable & {f"Patient/{each['id']}" for each in known}


def _reader(visit: Visit) -> tuple[str, str]:
    return str(visit.principal.practitioner), str(visit.principal.organization)
