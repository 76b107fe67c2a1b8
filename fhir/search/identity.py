"""_id: the logical id, which is the document's own key.

FHIR R4 3.1.1.4.1 (search.html#id).
"""

from fhir.search import refused
from fhir.search.condition import Condition, Matches
from fhir.search.registry import SearchParameter
from fhir.search.value import plain


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    keys = [f"{parameter.base}/{plain(value).strip()}" for value in values]
    patients = frozenset(keys) if parameter.base == "Patient" else frozenset[str]()
    return Matches(({"_id": {"$in": keys}},), patients)
