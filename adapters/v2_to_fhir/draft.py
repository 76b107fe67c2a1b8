"""Draft: what one message says about one resource.

hl7v2.md, checklist 36, 41 and 42. Not a resource yet: `adapters.v2_to_fhir.merge` brings it into the stored
one. Elements that the message left empty are absent; what the sender deleted with `""` is in `nulls`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from adapters.v2_to_fhir.encounter import Event
from adapters.v2_to_fhir.parts import mark
from adapters.v2_to_fhir.sortable import told
from fhir.search.index import compartments

CHOICES = (
    "value",
    "effective",
    "onset",
    "deceased",
    "multipleBirth",
    "occurrence",
    "medication",
    "performed",
)
SHELL, SECOND_HAND, FIRST_HAND = 0, 1, 2
CHANGED, TAKEN_BACK = "changed", "taken back"


@dataclass(slots=True)
class Draft:
    """One resource as far as a message tells it.

    `elements`: top-level elements, and `a.b` for parts of `period`, `hospitalization` and the like.
    `lists`: how a list was made up: element -> v2 field -> number of items; 0 when the sender deleted them.
    `cuts`: what `""` in single components deletes of a list: element, v2 field, `deletion.deletion`.
    `defaults`: what the resource needs and the message does not say; anything said replaces it.
    `standing`: SHELL fills gaps only; SECOND_HAND (a patient in a laboratory message) never replaces
    FIRST_HAND.
    `event_time`: when it became so, in UTC; None counts as the oldest. `sent`: when the message was sent; of
    those that tell of one moment the later is the newer. `arrived`: of those of one second as well, the one
    that came in later.
    `event`: of an Encounter, the trigger event that its state machine folds.
    `authority`: who assigned the number that it is known by.
    `source`: of a Patient, who tells it: several sources of one authority keep their parts of him apart.
    `instead`: of an order that is told by its number alone, what it says should that be a medication's.
    `known`: by what the items of its lists are known again.
    `apart`: of what is known by code and words or a number of its own, its id where that is another's.
    `action`: whether the segment says that what was told before is CHANGED or TAKEN_BACK; empty if neither.
    `origins`: element -> the places that it was read from (`PID[1]-5`): those that are named with it, else
    `place`. What the source as such says (its organization) and what FHIR wants said has none.
    """

    type: str
    id: str = ""
    elements: dict[str, Any] = field(default_factory=dict)
    nulls: set[str] = field(default_factory=set)
    event_time: datetime | None = None
    sent: datetime | None = None
    arrived: str = ""
    event: Event | None = None
    authority: str = ""
    source: str = ""
    lists: dict[str, dict[str, int]] = field(default_factory=dict)
    cuts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)
    standing: int = FIRST_HAND
    apart: str = ""
    action: str = ""
    origins: dict[str, list[str]] = field(default_factory=dict)
    place: str = ""
    instead: "Draft | None" = None
    known: dict[str, set[Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"

    @property
    def told(self) -> str:
        """When it became so, when that was sent and in which order it came; sortable."""
        return told(self.event_time, self.sent, self.arrived)

    @property
    def patient(self) -> str:
        """`Patient/id` of the one whose it is; empty for what is nobody's, for a Patient and a Provenance."""
        if self.type in ("Patient", "Provenance"):
            return ""
        owner = compartments({"resourceType": self.type, "id": self.id} | self.elements)[0]
        return owner if owner.startswith("Patient/") else ""

    @property
    def told_by(self) -> str:
        """The place of the number that it is known by, as far as the segment maps read it."""
        return next(
            (self.origins[name][0] for name in ("identifier", "masterIdentifier") if name in self.origins),
            "PID[1]-3",
        )

    def put(self, element: str, value: Any, *places: str) -> None:
        """Set an element; the first to fill a choice (`deceased[x]`) or an element keeps it."""
        if value is None or value in ("", [], {}) or element in self.elements:
            return
        choice = choice_of(element)
        if not choice.endswith("[x]") or all(choice_of(name) != choice for name in self.elements):
            self.elements[element] = value
            self.trace(element, *places)

    def add(self, element: str, origin: str, items: list[Any], *places: str) -> None:
        """Append `items` that the v2 field `origin` gives to a list; no items means deleted there."""
        held = self.elements.setdefault(element, [])
        new = self._unknown(element, held, items) if held else items
        held.extend(new)
        parts = self.lists.setdefault(element, {})
        parts[origin] = parts.get(origin, 0) + len(new)
        if new:
            self.trace(element, *places)

    def _unknown(self, element: str, held: list[Any], items: list[Any]) -> list[Any]:
        """Those that a list has not; by what it has is kept, as one may be added to thousands of times."""
        known = self.known.setdefault(element, set())
        if len(known) != len(held):
            known.update(map(_known_by, held))
        new = [(item, by) for item in items if (by := _known_by(item)) not in known]
        known.update(by for _, by in new)
        return [item for item, _ in new]

    def trace(self, element: str, *places: str) -> None:
        """Note the places that an element was read from; those known already stay first."""
        told = places or ((self.place,) if self.place else ())
        if told:
            known = self.origins.setdefault(element, [])
            held = set(known) if len(told) > 1 else known
            known += [place for place in dict.fromkeys(told) if place not in held]


@cache
def choice_of(element: str) -> str:
    """The choice that an element belongs to (`valueQuantity` to `value[x]`), else its own name."""
    for choice in CHOICES:
        if element.startswith(choice) and element[len(choice) : len(choice) + 1].isupper():
            return f"{choice}[x]"
    return element


def _known_by(item: Any) -> Any:
    """By what a list has an item already: identifiers and phones by system and value."""
    if isinstance(item, dict) and "value" in item and "system" in item:
        return item["system"], item["value"]
    return mark(item)
