"""Shell: a Bundle without the resources in it, held against R4 before it is carried out.

FHIR R4 bundle.html: members, cardinalities and the rules bdl-1 to bdl-8. The resources are validated each by
itself, by the interaction that takes it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.validation import errors

_ALONE = "Bundle.entry[0]"
ROW = "entry"


def check_head(bundle: Resource) -> None:
    """Refuse (422) a Bundle that is none, whatever its entries are like one by one."""
    _refuse({name: value for name, value in bundle.items() if name != "entry"})
    seen: set[str] = set()
    for position, url in _full_urls(bundle.get("entry") or ()):
        if url in seen:  # a reference to it could land in the wrong file
            place = f"Bundle.entry[{position}].fullUrl"
            raise Refusal(Fault.INVALID, "the fullUrl stands twice in the Bundle (bdl-7)", expression=place)
        seen.add(url)


def check_row(row: dict[str, Any]) -> None:
    """Refuse (422) an entry that is none; paths begin at `ROW`."""
    bare = {name: value for name, value in row.items() if name != "resource"}
    _refuse({"resourceType": "Bundle", "type": "batch", "entry": [bare]})


def _full_urls(rows: Iterable[Any]) -> Iterable[tuple[int, str]]:
    for position, row in enumerate(rows):
        url = row.get("fullUrl") if isinstance(row, dict) else None
        if isinstance(url, str):
            yield position, url


def _refuse(shell: Resource) -> None:
    found = errors(shell)
    if found:
        named = ((each, (each.expression or "").replace(_ALONE, ROW, 1)) for each in found)
        raise Refusal(Fault.INVALID, issues=[replace(each, expression=path) for each, path in named])
