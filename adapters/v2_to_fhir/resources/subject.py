"""The patient and the visit that a resource belongs to, and its own id.

hl7v2.md, checklist 33, 34 and 37.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from fhir.summary.coding import folded

Concept = dict[str, Any]


def patient(assembly: Assembly) -> dict[str, Any] | None:
    """A reference to the Patient of the same group; None when the message names none."""
    found = assembly.scope.one("Patient")
    return {"reference": found.draft.reference} if found and found.draft.id else None


def encounter(assembly: Assembly) -> dict[str, Any] | None:
    """A reference to the Encounter of the same group; None when the message tells of none."""
    found = assembly.scope.one("Encounter")
    return {"reference": found.draft.reference} if found and found.draft.id else None


def belongs(assembly: Assembly, context: Context, element: str = "subject") -> bool:
    """Set the patient; False, with the segments listed, when there is none to belong to."""
    if patient(assembly) is None:
        leave(assembly, context, "no patient to belong to")
        return False
    put_patient(assembly, context, element)
    return True


def put_patient(assembly: Assembly, context: Context, element: str = "subject") -> None:
    """Set the patient where the message names one; it is read from the patient's numbers."""
    assembly.draft.put(element, patient(assembly), *number_places(assembly.scope.one("Patient"), context))


def put_encounter(assembly: Assembly, context: Context, element: str = "encounter") -> None:
    """Set the visit where the message tells of one."""
    assembly.draft.put(element, encounter(assembly), *number_places(assembly.scope.one("Encounter"), context))


def number_places(found: Assembly | None, context: Context) -> list[str]:
    """The places that a resource of this message is known by: those of its numbers, else its segment."""
    if found is None:
        return []
    return found.draft.origins.get("identifier") or [context.at(found.first)]


def leave(assembly: Assembly, context: Context, reason: str) -> None:
    """List all segments of what is not kept."""
    for segment in assembly.segments:
        context.place = context.at(segment)
        context.warn(reason)
        context.leave(context.place)


def identify(assembly: Assembly, context: Context, *key: str) -> None:
    """Set the id by `key`; a key that comes twice in one message is counted on."""
    known = "|".join((assembly.type, *key))
    context.counts[known] += 1
    count = context.counts[known]
    repeat = (f"#{count}",) if count > 1 else ()
    assembly.draft.id = context.identified(assembly.type, *key, *repeat)


def identify_said(
    assembly: Assembly, context: Context, concept: Concept, owner: Sequence[str], number: Sequence[str] = ()
) -> None:
    """Set the id of what `owner` has (an allergy, a problem): by its own number, else by code and words.

    Words count, as many codes mean "other". A source that renames a code makes a second resource, which is
    better than a lost one (a whole list ends the first). A number that comes with two concepts makes two.
    """
    draft, key, all_said = assembly.draft, said_key(context, concept), _all_said(concept)
    by_words = context.identified(assembly.type, *owner, key)
    draft.apart = context.identified(
        assembly.type, *(number or owner), "apart", *((key,) if number else all_said)
    )
    if not number:
        draft.id = context.named.get(by_words, by_words)
    else:
        bare = context.drafts.get(f"{assembly.type}/{by_words}")
        free = bare is not None and "identifier" not in bare.elements
        draft.id = by_words if free else context.identified(assembly.type, *number)
    if context.concepts.get(draft.reference, all_said) != all_said:
        context.place = context.at(assembly.first)
        context.warn("its number or code is also that of another one; both are kept")
        draft.id = draft.apart
    context.concepts.setdefault(draft.reference, all_said)
    context.named.setdefault(by_words, draft.id)


def _all_said(concept: Concept) -> tuple[str, ...]:
    """All codes of a concept, and its words."""
    codes = {f"{one.get('system', '')}^{one.get('code', '')}" for one in concept.get("coding", ())}
    return *sorted(codes), folded(str(concept.get("text", "")))


def by_position(assembly: Assembly, context: Context) -> None:
    """Set the id of what has no identifier: the message's content and the position in it."""
    position = assembly.first.index
    assembly.draft.id = context.identified(
        assembly.type, context.source.urn, "message", context.header.body, str(position)
    )


def number(identifiers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The number to identify by: the filler's, else the placer's, else the first."""
    known = {coding["code"]: one for one in identifiers for coding in one.get("type", {}).get("coding", ())}
    return known.get("FILL") or known.get("PLAC") or identifiers[0]


def said_key(context: Context, concept: Concept | None) -> str:
    """A coded value to identify by where nothing else does: system and code as sent, and its words.

    Width and spaces make no difference, nor does the case of the words; words that repeat the code are none.
    """
    code = ((concept or {}).get("coding") or [{}])[-1].get("code", "")
    words = folded(str((concept or {}).get("text", "")))
    if not code or words in ("", folded(code)):
        return unicodedata.normalize("NFKC", concept_key(context, concept)) if code else words
    return f"{unicodedata.normalize('NFKC', concept_key(context, concept))}^{words}"


def concept_key(context: Context, concept: Concept | None) -> str:
    """A coded value to identify by beside a number: system and code as sent, else its words.

    A name that an overlay gave to the code system since changes nothing: the resource stays the same one.
    """
    coding = (concept or {}).get("coding") or [{}]
    code, system = coding[-1].get("code"), coding[-1].get("system", "")
    if code:
        return f"{context.as_sent.get((system, code), system)}^{code}"
    return str((concept or {}).get("text", ""))
