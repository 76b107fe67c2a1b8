"""Clearance: which labelled resources of other houses a reader may see without being told so by the resident.

FHIR R4 security-labels.html. One label too few hides the whole resource: clearance must cover every label.
Declared labels count as computed ones do.
"""

from collections.abc import Collection, Iterable
from functools import cache

from auth.access.consent import Cleared
from fhir.access import Filter
from fhir.sensitivity import ACT_CODE, labels
from fhir.store.facets import label

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = frozenset({(CONFIDENTIALITY, "R"), (CONFIDENTIALITY, "V")})
_FURTHER = frozenset(
    (ACT_CODE, code)
    for code in ("BH", "COGN", "DVD", "EMOTDIS", "ETHUD", "MH", "OPIOIDUD", "PSYTHPN", "SICKLE", "SUD", "VIO")
)
"""What may be declared besides what the rules compute."""


CONFIDED_BY_MINORS = frozenset((ACT_CODE, code) for code in ("SEX", "STD", "PSY", "SDV", "MH", "VIO"))
"""What a minor may have told a doctor and not the parents: reproduction, sexually transmitted infections, the
mind, violence. Doctors see it as they see the same of an adult (ADR 14)."""


@cache
def hidden_labels() -> frozenset[tuple[str, str]]:
    """The labels that hide a resource from a reader, unless his own house recorded it."""
    return RESTRICTED | _FURTHER | labels()


def left(
    concealed: Collection[tuple[str, str]],
    denied: Filter | None,
    recorded: Filter | None = None,
    cleared: Iterable[Cleared] = (),
) -> Filter | None:
    """What is left of a file without what bears one of these labels, and without what Consents deny.

    No label hides what is `recorded` by the reader's own house, and none hides of what is `cleared` of it.
    """
    parts: list[Filter] = []
    if concealed:
        open = _unlabelled(concealed, cleared)
        parts.append(open if recorded is None else {"$or": [recorded, open]})
    if denied is not None:
        parts.append({"$nor": [denied]})
    return {"$and": parts} if parts else None


def _unlabelled(concealed: Collection[tuple[str, str]], cleared: Iterable[Cleared]) -> Filter:
    """What bears none of these labels, but where each that it bears is cleared of it."""
    opened: dict[tuple[str, str], list[Filter]] = {}
    for named, filter in cleared:
        for each in named.intersection(concealed):
            opened.setdefault(each, []).append(filter)
    rest = _without(*(each for each in concealed if each not in opened))
    if not opened:
        return rest
    return {"$and": [rest, *({"$or": [_without(each), *opened[each]]} for each in sorted(opened))]}


def _without(*hidden: tuple[str, str]) -> Filter:
    names = [label(each) for each in sorted(hidden)]
    return {"facets": {"$nin": names}, "inherited": {"$nin": names}}
