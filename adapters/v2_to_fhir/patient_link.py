"""Patient.link: which other Patients a Patient is said to be, and what follows for it.

FHIR R4 patient.html#links; hl7v2.md, checklist 50 to 52. For each other Patient the newest word is remembered
beside the resource, so that the order of delivery does not matter, a replay changes nothing, and an older
merge does not win against a newer un-merge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.v2_to_fhir.parts import Memory, with_part
from fhir.resource import Resource

REPLACED_BY, REPLACES, SEEALSO = "replaced-by", "replaces", "seealso"
_REVERSE = {REPLACED_BY: REPLACES, REPLACES: REPLACED_BY, SEEALSO: SEEALSO}
FORMER = "former"
"""What the part of a list of identifiers is called that other Patients or visits were known by."""

Identifier = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PatientLink:
    """`patient` is (or, when it does not hold, is not) `type` `other`: references, the time in UTC, sortable.

    `place` is where the message says so (`MRG[1]-1`).
    """

    type: str
    patient: str
    other: str
    time: str
    holds: bool = True
    place: str = ""

    @property
    def reverse(self) -> "PatientLink":
        """The same, said of the other."""
        return replace(self, type=_REVERSE[self.type], patient=self.other, other=self.patient)


def links(memory: Mapping[str, Any], patient: str) -> list[PatientLink]:
    """What is remembered of `patient`, whether it holds or not."""
    rows = memory.get("links") or ()
    return [PatientLink(row["type"], patient, row["other"], row["time"], row["holds"]) for row in rows]


def held(memory: Mapping[str, Any], type: str) -> list[str]:
    """The other Patients of the links of a type that hold."""
    return [link.other for link in links(memory, "") if link.type == type and link.holds]


def newest(memory: Mapping[str, Any], link: PatientLink) -> PatientLink | None:
    """The last word on the link between the two Patients."""
    known = links(memory, link.patient)
    return next((one for one in known if (one.type, one.other) == (link.type, link.other)), None)


def news(memory: Mapping[str, Any], link: PatientLink) -> bool:
    """Is `link` newer than what is remembered? Of the same time, taking back wins."""
    known = newest(memory, link)
    return known is None or (link.time, not link.holds) > (known.time, not known.holds)


def remember(memory: Mapping[str, Any], link: PatientLink) -> Memory:
    """The memory of `link.patient` with the link in it, unless a newer word is known."""
    if not news(memory, link):
        return dict(memory)
    known = [one for one in links(memory, link.patient) if (one.type, one.other) != (link.type, link.other)]
    rows = [_row(one) for one in sorted([*known, link], key=lambda one: (one.type, one.other))]
    return {**memory, "links": rows}


def _row(link: PatientLink) -> dict[str, Any]:
    return {"type": link.type, "other": link.other, "time": link.time, "holds": link.holds}


def fold(
    resource: Resource, memory: Mapping[str, Any], former: Sequence[Identifier]
) -> tuple[Resource, Memory]:
    """The Patient as its links want it: `active`, `link`, and the `former` identifiers with use `old`.

    Links to Patients that nothing is remembered of are somebody else's and stay.
    """
    known = links(memory, "")
    if not known:
        return resource, dict(memory)
    result = dict(resource)
    others = {one.other for one in known}
    kept = [one for one in result.get("link") or () if _other(one) not in others]
    said = [{"other": {"reference": one.other}, "type": one.type} for one in known if one.holds]
    if replaced := any(one.type == REPLACED_BY and one.holds for one in known):
        result["active"] = False
    elif resource.get("active") is False and memory.get("merged"):
        result["active"] = True
    if kept or said:
        result["link"] = [*kept, *said]
    else:
        result.pop("link", None)
    result, remembered = with_part(result, memory, "identifier", FORMER, old(former, own(result, memory)))
    remembered.pop("merged", None)
    return result, remembered | ({"merged": True} if replaced else {})


def own(resource: Resource, memory: Mapping[str, Any]) -> list[Identifier]:
    """The identifiers of a resource without those that others were known by."""
    return list(with_part(resource, memory, "identifier", FORMER, [])[0].get("identifier") or ())


def old(former: Iterable[Identifier], present: Iterable[Identifier]) -> list[Identifier]:
    """`former` identifiers with use `old`, each once and none that is in use."""
    seen = {(one.get("system"), one.get("value")) for one in present}
    found = []
    for one in former:
        key = (one.get("system"), one.get("value"))
        if key not in seen:
            seen.add(key)
            found.append({"use": "old"} | {name: part for name, part in one.items() if name != "use"})
    return found


def _other(link: Mapping[str, Any]) -> str:
    return str((link.get("other") or {}).get("reference") or "")
