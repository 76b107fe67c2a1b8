""":missing: whether a resource has anything for a parameter.

FHIR R4 3.1.1.4.3 (search.html#modifiers).
"""

from fhir.search import refused
from fhir.search.condition import AllOf, AnyOf, Condition, Matches, Not, missing
from fhir.search.registry import WORDS, SearchParameter

_FIELDS = {
    "composite": ("values",),
    "date": ("dates",),
    "number": ("values",),
    "quantity": ("values",),
    "reference": ("tokens",),
    "string": ("tokens", "texts"),
    "token": ("tokens",),
    "uri": ("tokens",),
}
"""Where a parameter of each type leaves its entries."""
_ALWAYS = frozenset({"_id", "_lastUpdated"})
"""What every resource has."""


def condition(parameter: SearchParameter, values: list[str]) -> Condition:
    """What `:missing` asks of any parameter."""
    if parameter.code in WORDS:
        raise refused.modifier(parameter.code, "missing")
    if len(values) != 1 or values[0] not in ("true", "false"):
        raise refused.malformed(parameter.code, "with :missing the value is true or false")
    absent = values[0] == "true"
    if parameter.code in _ALWAYS:
        nothing = Matches(({"_id": {"$in": []}},))
        return nothing if absent else Not(nothing)
    if parameter.type == "special":
        nowhere = Matches(({"position": None},))
        return nowhere if absent else Not(nowhere)
    fields = _FIELDS[parameter.type]
    found = tuple(missing(part.key, absent=absent, fields=fields) for part in parameter.parts)
    if len(found) == 1:
        return found[0]
    return AllOf(found) if absent else AnyOf(found)
