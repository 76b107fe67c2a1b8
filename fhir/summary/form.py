"""Form and route: by which way a drug gets into the body, by the words for it.

The same substance as a cream and as a tablet is not the same drug to a patient; as a tablet and as a capsule
it is.
"""

import re
from enum import Enum
from functools import lru_cache
from itertools import chain
from unicodedata import normalize

from fhir.resource import Resource
from fhir.summary.coding import many, text_of
from fhir.summary.dosage import words_of


class Way(Enum):
    """Where a drug is given."""

    EYE = "eye"
    EAR = "ear"
    NOSE = "nose"
    AIRWAYS = "airways"
    VAGINA = "vagina"
    RECTUM = "rectum"
    NEEDLE = "needle"
    SKIN = "skin"
    MOUTH = "mouth"


_WORDS = tuple(
    (way, re.compile(words))
    for way, words in (
        (Way.EYE, r"眼|\b(?:eye|ophthalm\w*)\b"),
        (Way.EAR, r"滴耳|耳用|\b(?:ear|otic)\b"),
        (Way.NOSE, r"鼻|\bnasal\b"),
        (Way.AIRWAYS, r"吸入|雾化|气雾|粉雾|\binhal\w*"),
        (Way.VAGINA, r"阴道|\bvaginal?\b"),
        (Way.RECTUM, r"栓剂|栓(?=[\d(\s]|$)|灌肠|直肠|肛|\b(?:rectal|suppositor\w*|enema)\b"),
        (Way.NEEDLE, r"注射|针|静脉|皮下|皮内|肌内|肌注|静滴|静推|\b(?:injection|iv|im|sc)\b"),
        (Way.SKIN, r"膏|凝胶|贴|搽|外用|外涂|洗剂|涂剂|\b(?:cream|ointment|gel|topical|patch|lotion)\b"),
        (Way.MOUTH, r"片|胶囊|颗粒|丸|口服|糖浆|散$|冲剂|含服|\b(?:tablet|capsule|syrup|oral|po)s?\b"),
    )
)


def way_of(resource: Resource, drug: Resource, form: Resource | None = None) -> Way | None:
    """By the name of the drug, else its form, else the route or the words of the dosage; else None."""
    instructions = many(resource.get("dosageInstruction") or resource.get("dosage"))
    routes = (text_of(each.get("route")) for each in instructions)
    said = chain((text_of(drug), text_of(form)), routes, map(words_of, instructions))
    return next((way for text in said if (way := _way(text))), None)


@lru_cache(maxsize=4096)
def _way(text: str) -> Way | None:
    folded = normalize("NFKC", text).casefold()
    return next((way for way, words in _WORDS if words.search(folded)), None)
