"""_id: the logical id, which is the document's own key.

FHIR R4 3.1.1.4.1 (search.html#id).
"""

from dataclasses import dataclass

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Linked, Matches, Not
from fhir.search.entries import Keyed
from fhir.search.registry import SearchParameter
from fhir.search.value import plain


@dataclass(frozen=True, slots=True)
class Identified:
    """The resource is one of these (`Type/id`); what holds for one Patient holds for all of the person."""

    references: tuple[str, ...]

    @property
    def patients(self) -> frozenset[str]:
        """The Patients among them."""
        return frozenset(each for each in self.references if each.startswith("Patient/"))

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The keys of the documents."""
        wider = dict.fromkeys(each for one in self.references for each in (one, *linked.get(one, ())))
        return {"_id": {"$in": list(wider)}}


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier not in ("", "not"):
        raise refused.modifier(parameter.code, modifier)
    keys = [f"{parameter.base}/{plain(value).strip()}" for value in values]
    patients = frozenset(keys) if parameter.base == "Patient" else frozenset[str]()
    found = Matches(({"_id": {"$in": keys}},), patients)
    return Not(found) if modifier else found
