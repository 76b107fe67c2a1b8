"""View: how much of a resource a reader wants to see, `_summary` and `_elements`.

FHIR R4 3.1.1.5.8 (search.html#summary), which http.html#read takes over for a single resource.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fhir.outcome import Fault, Refusal
from fhir.resource import serialize
from fhir.search.result import Result
from fhir.store import Stored
from fhir.subset import subset

Parameters = Sequence[tuple[str, str]]
_READ = ("_summary", "_elements")


@dataclass(frozen=True, slots=True)
class View:
    """`summary` is true, text, data or None; `elements` are names."""

    summary: str | None = None
    elements: tuple[str, ...] = ()

    def of(self, stored: Stored) -> Stored:
        """`stored` as far as it is wanted."""
        if stored.deleted or not (self.summary or self.elements):
            return stored
        return replace(stored, body=serialize(subset(stored.resource(), self.summary, self.elements)))


WHOLE = View()


def view(parameters: Parameters, type: str = "Resource") -> View:
    """What the parameters of a read, vread or history ask for."""
    asked = Result(type)
    for name, value in parameters:
        if name in _READ and value.strip():
            asked.take(name, "", value.strip())
    if asked.summary == "count":
        raise Refusal(Fault.PARAMETER, "_summary=count counts the matches of a search", expression="_summary")
    return View(None if asked.summary == "false" else asked.summary, asked.elements)
