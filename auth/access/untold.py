"""Untold: what of a file tells that something else of it is hidden: the Consents, and what speaks of them.

docs/adr/0014-what-hides-a-resource.md. A Consent that was about privacy in any of its versions is told in no
version; nor is one that is gone, since it may have been.
"""

from collections.abc import Iterable

from auth.access.provision import is_privacy
from fhir.access import Filter
from fhir.resource import Resource
from fhir.search.refers import KEY

_FIRST, _LAST = f"{KEY}|Consent/", f"{KEY}|Consent0"


def untold(open: Filter | None, given: Iterable[Resource]) -> Filter:
    """What is left of what is `open` of a file in which these Consents were given."""
    told = sorted(str(each["id"]) for each in given if "id" in each and not _telling(each))
    named = {"$nin": [f"{_FIRST}{id}" for id in told]} if told else {}
    silent: Filter = {
        "$nor": [
            {"type": "Consent", "id": {"$nin": told}},
            {"facets": {"$elemMatch": {"$gte": _FIRST, "$lt": _LAST, **named}}},
        ]
    }
    return silent if open is None else {"$and": [open, silent]}


def _telling(consent: Resource) -> bool:
    return is_privacy(consent) or bool(consent.get("private"))
