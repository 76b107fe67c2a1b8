"""What is known by what it is called: which stored allergy, problem or diagnosis a draft means.

hl7v2.md, checklist 43. The id says it where number, code and words come as before. Else a number that came or
went is looked for by its words, a change or a deletion by its code, where just one is known by it. Where in
doubt nothing is taken back and nothing replaced, with a warning: a lost allergy is worse than one too many.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from adapters.v2_to_fhir.draft import CHANGED, TAKEN_BACK, Draft
from adapters.v2_to_fhir.merge import stamp
from adapters.v2_to_fhir.visit_move import repointed
from fhir.resource import Resource
from fhir.store import EVERYONE, Stored
from fhir.store.transaction import Transaction
from fhir.summary.coding import folded

_TYPES = ("AllergyIntolerance", "Condition")
_UNKNOWN = "nothing or more than one is known by this, so nothing that was told before is taken back"
_ANOTHER = "its number or code is also that of another one; both are kept"


@dataclass(frozen=True, slots=True)
class Called:
    """What an allergy or a diagnosis is called: its numbers, its code as sent and its words, if any."""

    numbers: frozenset[tuple[str, str]]
    code: tuple[str, str]
    words: str
    kind: frozenset[str]

    @classmethod
    def of(cls, elements: Resource) -> Self:
        """Of a resource, or of the elements of a draft."""
        concept = elements.get("code") or {}
        sent = (concept.get("coding") or [{}])[-1]
        code, words = folded(sent.get("code", "")), folded(str(concept.get("text", "")))
        numbers = {(one.get("system", ""), one["value"]) for one in elements.get("identifier") or ()}
        category = elements.get("category") or () if "subject" in elements else ()
        return cls(
            frozenset(numbers),
            (sent.get("system", ""), code),
            "" if words == code else words,
            frozenset(coding["code"] for one in category for coding in one.get("coding") or ()),
        )

    def is_called_as(self, other: "Called") -> bool:
        """Is everything said alike?"""
        return (self.kind, self.code, self.words) == (other.kind, other.code, other.words)

    def may_be(self, other: "Called") -> bool:
        """Is it one code, and do the words of one only say more than those of the other?"""
        alike = self.words in other.words or other.words in self.words
        return self.kind == other.kind and bool(self.code[1]) and self.code == other.code and alike

    def contradicts(self, other: "Called") -> bool:
        """Do the words differ, or where one has none, the codes?"""
        if self.words and other.words:
            return self.words != other.words
        return self.code[1] != other.code[1]


async def find_known(tx: Transaction, drafts: Sequence[Draft]) -> tuple[list[Draft], list[str]]:
    """The drafts under the ids of what they mean, and warnings."""
    mine = {each.reference: each for each in drafts if each.apart and each.type in _TYPES}
    current = await tx.load([f"{each.type}/{id}" for each in mine.values() for id in (each.id, each.apart)])
    owned = await _owned(tx, [each for each in mine.values() if not _is_settled(each, current)])
    found = {name: _meant(each, current, owned.get(_owner(each), ())) for name, each in mine.items()}
    wanted = Counter(name for name, _ in found.values())
    led = {was: now for was, (now, _) in found.items() if wanted[now] == 1}
    warnings = []
    for was, (_, doubt) in found.items():
        unled = _UNKNOWN if was not in led and mine[was].action == TAKEN_BACK else ""
        if doubt or unled:
            warnings.append(f"{_place(mine[was])}: {doubt or unled}")
    stored = await tx.load(led.values())
    return [_led(each, led, stored) for each in drafts], warnings


def _meant(draft: Draft, current: Mapping[str, Stored], others: Sequence[Stored]) -> tuple[str, str]:
    """The reference of what a draft means, and what is doubtful."""
    if _is_settled(draft, current):
        return draft.reference, ""
    apart, said = f"{draft.type}/{draft.apart}", Called.of(draft.elements)
    known = {each.reference: Called.of(each.resource()) for each in others}
    numbered = [name for name, each in known.items() if said.numbers & each.numbers]
    free = [name for name, each in known.items() if not (said.numbers and each.numbers)]
    for found in (
        [each for each in numbered if not said.contradicts(known[each])],
        [apart] if apart in current else [],
        numbered if draft.action == CHANGED else [],
        [each for each in free if said.is_called_as(known[each])],
        [each for each in (*numbered, *free) if draft.action and said.may_be(known[each])],
    ):
        if len(found) == 1:
            return found[0], ""
    if _stands(current.get(draft.reference)):
        return apart, _ANOTHER
    return draft.reference, _UNKNOWN if draft.action == TAKEN_BACK else ""


def _is_settled(draft: Draft, current: Mapping[str, Stored]) -> bool:
    """Is it stored under its id, called so now or when this was told of it?"""
    own = current.get(draft.reference)
    if own is None or own.deleted:
        return False
    known, said = Called.of(own.resource()), Called.of(draft.elements)
    told = draft.apart in own.memory.get("called", ())
    late = stamp(draft) < str((own.memory.get("times") or {}).get("code", ""))
    return not said.contradicts(known) or (told and late)


def _stands(stored: Stored | None) -> bool:
    return stored is not None and not stored.deleted


async def _owned(tx: Transaction, drafts: Iterable[Draft]) -> dict[str, list[Stored]]:
    """What is known of the owners of drafts, by owner."""
    owners = dict.fromkeys(map(_owner, drafts))
    known = await tx.load(each.partition("|")[2] for each in owners)
    found = {}
    for each in owners:
        if each.partition("|")[2] in known:
            found[each] = [row for row in await tx.find({"tokens": each}, EVERYONE) if not row.deleted]
    return found


def _owner(draft: Draft) -> str:
    """The token of whose it is: of a diagnosis of a visit the visit, else the patient."""
    of_visit = "encounter-diagnosis" in Called.of(draft.elements).kind
    element = "patient" if "patient" in draft.elements else "encounter" if of_visit else "subject"
    return f"{draft.type}.{element}|{draft.elements[element]['reference']}"


def _led(draft: Draft, led: Mapping[str, str], stored: Mapping[str, Stored]) -> Draft:
    """A draft under the id of what it means; a mere code does not take the place of words."""
    elements = repointed(draft.elements, led)
    meant = led.get(draft.reference)
    if meant is None:
        return draft if elements is draft.elements else replace(draft, elements=elements)
    if meant in stored and _is_bare(elements, stored[meant].resource()):
        elements = {name: value for name, value in elements.items() if name != "code"}
    return replace(draft, id=meant.partition("/")[2], elements=elements)


def _is_bare(elements: dict[str, Any], known: Resource) -> bool:
    said, before = Called.of(elements), Called.of(known)
    return said.code[1] == before.code[1] and not said.words and bool(before.words)


def _place(draft: Draft) -> str:
    return next(iter(draft.origins.get("code", ())), draft.told_by)
