"""National numbers of the registries: a house's social-credit code, a practitioner's citizen number.

GB 32100-2015, GB 11643-1999. What fails its check character was mistyped; of a resident's own record that is
a fact to be kept, in a directory it is a mistake to be mended by whoever writes it.
"""

from collections.abc import Iterator

from fhir.matching import citizen_number, social_credit_code
from fhir.outcome import Issue
from fhir.resource import Resource

_CHECKED = {
    "Organization": (social_credit_code, "social-credit code (GB 32100)"),
    "Practitioner": (citizen_number, "citizen number (GB 11643)"),
}


def faults(resource: Resource) -> Iterator[Issue]:
    """An Issue for each number in use that can't be right; what it was is not repeated."""
    type = resource["resourceType"]
    if type not in _CHECKED:
        return
    numbers, name = _CHECKED[type]
    for at, each in enumerate(resource.get("identifier") or ()):
        told = (
            each.get("value") if each.get("system") == numbers.SYSTEM and each.get("use") != "old" else None
        )
        if told is not None and not numbers.valid(str(told)):
            text = f"this is no {name}: its form or its check character is wrong"
            yield Issue("value", text, f"{type}.identifier[{at}].value")
