"""Before: what an author has written already in the same words, of the same kind, on the same resident."""

from dataclasses import dataclass

from auth.store.note_drafts import Draft
from fhir.search.value import escaped
from fhir.summary.coding import LOINC, code_of
from services.portal.clinician.about import lately, same
from services.portal.clinician.finding import found
from services.portal.clinician.notes import drafts
from services.portal.clinician.notes.note import TYPE, note
from services.portal.clinician.worklist.mine import quiet
from services.portal.visit import Visit


@dataclass(frozen=True, slots=True)
class Before:
    """The draft that says it, the note that was signed with it lately ("": none), and the ids of all notes
    that say it."""

    draft: Draft | None
    note: str
    ids: tuple[str, ...]


async def before(visit: Visit, patient: str, kind: str, text: str) -> Before:
    """What says this already."""
    begun = await drafts.of(visit, [patient])
    draft = next((each for each in begun if each.kind == kind and same(each.text, text)), None)
    asked = [("patient", patient), ("author", escaped(str(visit.principal.practitioner)))]
    written, _ = await found(quiet(visit.context), TYPE, asked)
    of_kind = [one for each in written if code_of(each.get("type"), LOINC) == kind and (one := note(each))]
    said = [each for each in of_kind if not each.draft and same(each.text, text)]
    signed = next((each.id for each in said if not each.withdrawn and lately(each.when)), "")
    return Before(draft, signed, tuple(sorted(each.id for each in said)))
