"""Personal parameters: those whose values may tell who a person is.

Design, section 6: no patient data in URLs that we make. What is not known to be harmless is personal.
"""

from fhir.definitions.search_parameters import types
from fhir.search.registry import PERSONS, definitions
from fhir.search.result import READERS

_HARMLESS = frozenset({"composite", "date", "number", "quantity", "reference", "token", "uri"})
_NAMING = frozenset({"ContactPoint", "Identifier", "string"})
_MODIFIERS = frozenset({"", "above", "below", "in", "missing", "not", "not-in"})


def personal(path: str, given: str) -> bool:
    """Whether a value of the parameter `given`, of a search at `path`, may tell of a person."""
    name, _, modifier = given.partition(":")
    if name in READERS or given == "_type":
        return False
    if modifier == "missing" and "." not in given and not given.startswith("_has"):
        return False
    type = path.rpartition("/")[2].partition("?")[0]
    found = definitions(type if type in types() else "Basic").get(name)
    if found is None or found.type not in _HARMLESS:
        return True
    kinds = {place.type for part in found.parts for place in part.locations}
    if found.type == "token" and kinds & _NAMING and name != "_id":
        return True
    if found.base in PERSONS and found.type == "date" and not name.startswith("_"):
        return True
    return modifier not in _MODIFIERS and modifier not in types()
