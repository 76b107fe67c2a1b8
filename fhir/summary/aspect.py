"""Aspect: what the words of a diagnosis or operation say and its code does not: the side, doubt, denial.

ICD-10 and ICD-9-CM-3 have no digit for any of them: one code stands for the left hip and for the right, for
what somebody has and for what was ruled out. Such lines are not the same, however much their codes are.
"""

import re
from functools import lru_cache

from fhir.summary.coding import Concept, folded, keys_of, text_of

_SIDE = re.compile(
    r"左右|[左右](?![心室房束旋位])|[双两](?=[侧眼耳肺肾膝髋肩肘腕踝手足下上乳])|(?<!c)left|(?<!b)right|bilateral"
)
_SIDES = {"左": "left", "右": "right", "左右": "both", "双": "both", "两": "both", "bilateral": "both"}
_DOUBT = re.compile(r"排|除外|待[查诊定]|疑|可能|[?？]|ruledout|suspected|possible|probable")
_DENIAL = re.compile(r"已?排除|除外|否认|没有|无(?![痛症])|未见|不考虑|不支持|阴性|ruledout|without|negative")


def keys_with_aspect(concept: Concept | None) -> frozenset[str]:
    """What makes two diagnoses or operations the same: as for any concept, and all aspects of their words."""
    aspect = _aspect(text_of(concept))
    return frozenset(f"{key}|{aspect}" for key in keys_of(concept))


@lru_cache(maxsize=4096)
def _aspect(text: str) -> str:
    said = folded(text)
    sides = {_SIDES.get(each, each) for each in _SIDE.findall(said)}
    told = [name for name, words in (("doubt", _DOUBT), ("denial", _DENIAL)) if words.search(said)]
    return " ".join([*sorted(sides), *told])


def is_denied(text: str) -> bool:
    """Do words say that it is not so?"""
    return _DENIAL.search(folded(text)) is not None
