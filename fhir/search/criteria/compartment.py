"""Compartment: what refers to the resource that a compartment is about.

FHIR R4 compartmentdefinition.html. The resource itself lies in its compartment; the compartment of a Patient
is that of the person.
"""

from dataclasses import dataclass

from fhir.definitions.compartments import compartments
from fhir.search.condition import Filter, Linked
from fhir.search.entries import Keyed

_SELF = "{def}"


@dataclass(frozen=True, slots=True)
class InCompartment:
    """The resource, of `type`, lies in the compartment of `name/id`."""

    type: str
    name: str
    id: str

    @property
    def patients(self) -> frozenset[str]:
        """The Patient whose compartment it is."""
        return frozenset({f"{self.name}/{self.id}"}) if self.name == "Patient" else frozenset()

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The tokens of all parameters that lead into the compartment."""
        reference = f"{self.name}/{self.id}"
        about = list(dict.fromkeys((reference, *linked.get(reference, ()))))
        codes = compartments()[self.name].get(self.type, ())
        tokens = [f"{self.type}.{code}|{each}" for code in codes if code != _SELF for each in about]
        ways: list[Filter] = []
        if tokens:
            ways.append({"tokens": tokens[0] if len(tokens) == 1 else {"$in": tokens}})
        if self.type == self.name:
            ways.append({"_id": {"$in": about}})
        return ways[0] if len(ways) == 1 else {"$or": ways}
