"""Context: one message on its way to FHIR.

Holds what the datatype functions need beside the value: the source, where in the message we are, and the
collected drafts, warnings and unmapped places. Warnings name places and reasons, never a value: it may be a
patient's.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.concept_map import Code
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import Entry, table
from fhir.identity import business_name

if TYPE_CHECKING:
    from adapters.v2_to_fhir.header import Header
    from adapters.v2_to_fhir.prior import Fault


@dataclass(slots=True)
class Context:
    """One message, its source and what has come of it so far; `place` is what is being read.

    `said`: warnings; `left`: places without a map; `unknown`: codes that nothing translates, each with the
    field of the first; `concepts`: of what is known by what it is called, all that it is called, by its
    reference; `named`: the id that was given first to what is called so; `policies`: ConceptMaps used;
    `as_sent`: of codes whose system an overlay names, the system without it; `faults`: why the message must
    not be followed; `arrived`: its place in the order of arrival; `question`: the code of the question whose
    bare answers wait for a map (a blood group).
    """

    message: Message
    source: Source
    identify: Callable[[str], str]
    arrived: str = ""
    question: str = ""
    drafts: dict[str, Draft] = field(default_factory=dict)
    said: dict[str, None] = field(default_factory=dict)
    left: dict[str, None] = field(default_factory=dict)
    place: str = "MSH[1]"
    represented: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    concepts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    unknown: dict[Code, str] = field(default_factory=dict)
    policies: dict[str, None] = field(default_factory=dict)
    as_sent: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list["Fault"] = field(default_factory=list)
    header: "Header" = field(init=False)
    zone: ZoneInfo = field(init=False)
    names: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.source.timezone)
        counted: Counter[str] = Counter()
        self.names = {}
        for segment in self.message.segments:
            counted[segment.name] += 1
            self.names[segment.index] = f"{segment.name}[{counted[segment.name]}]"

    @property
    def warnings(self) -> list[str]:
        """What was said, in its order."""
        return list(self.said)

    @property
    def unmapped(self) -> list[str]:
        """The places that had content and no map, in their order."""
        return list(self.left)

    def at(self, segment: Segment, position: str = "") -> str:
        """The name of a place: `OBX[3]-5`."""
        name = self.names[segment.index]
        return f"{name}-{position}" if position else name

    def valued(self, segment: Segment | None, *positions: int) -> list[str]:
        """The names of those fields of a segment that say something."""
        fields = [position for position in positions if segment and segment[position]]
        return [self.at(segment, str(position)) for position in fields] if segment else []

    def warn(self, reason: str) -> None:
        """Remember a warning about the present place."""
        text = f"{self.place}: {reason}"
        self.said[text] = None

    def leave(self, place: str) -> None:
        """List a place that had content and no map."""
        self.left[place] = None

    def take(self, place: str) -> None:
        """Strike a place from the list: it has a map after all."""
        self.left.pop(place, None)

    def find(self, name: str, code: str) -> Entry | None:
        """What a table makes of `code`: the source's own codes first."""
        own = self.source.tables.get(name, {})
        return table(name).find(own.get(code, code))

    def mapped(self, codes: Iterable[Code]) -> None:
        """Remember which ConceptMaps translated something."""
        for code in codes:
            self.policies.update(dict.fromkeys(self.source.concepts.maps.get(code, ())))

    def refer(self, draft: Draft, display: str = "") -> dict[str, Any]:
        """A Reference to a resource that this message mentions (a doctor, a bed); the draft is kept.

        What it says comes from the present place, unless it was noted otherwise.
        """
        for element in draft.elements:
            if element not in draft.origins and element != "managingOrganization":
                draft.trace(element, self.place)
        self.drafts.setdefault(draft.reference, draft)
        return {"reference": draft.reference} | ({"display": display} if display else {})

    def identified(self, type: str, *key: str) -> str:
        """The deterministic id of the resource that `key` names."""
        return self.identify(business_name(type, *key))
