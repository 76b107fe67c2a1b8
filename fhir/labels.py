"""Labels: the profiles, tags and security labels in a Meta.

FHIR R4 2.26.3 (resource.html#Meta). Two of a kind are the same by URL, or by system and code.
"""

from typing import Any

KINDS = ("profile", "security", "tag")
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
"""The tag of a resource of which a part is left out (search.html#summary)."""
Meta = dict[str, Any]


def identity(label: Any) -> Any:
    """A profile is its URL, a tag or security label its system and code."""
    return (label.get("system"), label.get("code")) if isinstance(label, dict) else label


def with_labels(meta: Meta, more: Meta) -> Meta:
    """`meta` and the labels that only `more` has."""
    for kind in KINDS:
        known = {identity(each) for each in meta.get(kind) or ()}
        new = {identity(each): each for each in more.get(kind) or ()}
        added = [each for key, each in new.items() if key not in known]
        meta = meta | {kind: [*(meta.get(kind) or ()), *added]} if added else meta
    return meta


def without_labels(meta: Meta, less: Meta) -> Meta:
    """`meta` without the labels of `less`."""
    gone = {kind: {identity(each) for each in less.get(kind) or ()} for kind in KINDS}
    left = {
        name: [each for each in value if identity(each) not in gone[name]] if name in gone else value
        for name, value in meta.items()
    }
    return {name: value for name, value in left.items() if value != []}


def subsetted(meta: Meta) -> Meta:
    """`meta` with the tag of a part."""
    return meta | {"tag": [*(each for each in meta.get("tag") or () if each != SUBSETTED), SUBSETTED]}
