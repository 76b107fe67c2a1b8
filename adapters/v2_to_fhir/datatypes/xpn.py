"""XPN: extended person name, as a HumanName.

The guide's XPN[HumanName]; hl7v2.md, checklist 59. `text` is the whole name. Chinese names come whole in the
first component (张三), split (张^三), or whole in the second; family and given are split by a table of
compound surnames, never swapped, and left unsplit where that would be a guess.
"""

import re
from functools import lru_cache
from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.table import table
from fhir.matching.unknown_person import is_unknown

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]+")
_TITLES = ("医生", "医师", "大夫", "主任", "护士", "护士长", "教授", "老师")
_FAMILIAR = ("小", "老", "阿")
_CHILD = re.compile(r".+之[长次大小幼二三男女双]{0,2}[子女婴儿]{1,2}")
_PLACES = {"use": {7}, "prefix": {5}, "suffix": {4, 6}}
_REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
_REPRESENTATIONS = {"A": "ABC", "I": "IDE", "P": "SYL"}


def human_name(value: Element, context: Context, use: str = "") -> dict[str, Any] | None:
    """A HumanName of an XPN; nothing when no part of it is a name."""
    parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts += [""] * (15 - len(parts))
    name = _parts(parts[0], [given for given in (parts[1], parts[2]) if given])
    if not name:
        return None
    _dress(name, parts[4], [suffix for suffix in (parts[3], parts[5]) if suffix])
    known = context.find("NameType", parts[6])
    found: dict[str, Any] = {"use": known.code if known else use} if known or use else {}
    found |= name
    start = dtm.date_time(value[12], context) if value[12] else None  # type: ignore[index]
    end = dtm.date_time(value[13], context) if value[13] else None  # type: ignore[index]
    if start or end:
        found["period"] = {key: time for key, time in (("start", start), ("end", end)) if time}
    if parts[7] in _REPRESENTATIONS:
        found["extension"] = [{"url": _REPRESENTATION, "valueCode": _REPRESENTATIONS[parts[7]]}]
    return found


def without(name: dict[str, Any], gone: frozenset[int]) -> dict[str, Any] | None:
    """A HumanName without some components of XPN; None where nothing of it is left."""
    family = "" if 1 in gone else name.get("family", "")
    given = [one for position, one in enumerate(name.get("given", ()), start=2) if position not in gone]
    unsplit = not name.keys() & {"family", "given"} and 1 not in gone
    if not (family or given or unsplit):
        return None
    said = {"family": family, "given": given, "text": name["text"] if unsplit else _text(family, given)}
    left = {
        part: said.get(part, value) for part, value in name.items() if not gone & _PLACES.get(part, set())
    }
    return {part: value for part, value in left.items() if value}


def meant(value: Element, context: Context) -> dict[str, Any]:
    """Which of the names is meant, as far as XPN.7 tells."""
    known = context.find("NameType", value[7].value.strip())  # type: ignore[index]
    return {"use": known.code} if known else {}


def text(value: Element, context: Context) -> str | None:
    """The whole name as text."""
    name = human_name(value, context)
    return name["text"] if name else None


def human_names(family: str, given: list[str], prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """A HumanName of its parts, as XCN has them."""
    name = _parts(family, given)
    if name:
        _dress(name, prefix, [suffix] if suffix else [])
    return name


def _parts(family: str, given: list[str]) -> dict[str, Any]:
    """Text, family and given; empty without any. Also `张^三2` and `张^三(Sam)` are said the Chinese way."""
    if is_nobodys(whole := family + "".join(given)):
        return {"text": whole}
    if is_han(family + "".join(given)):
        return _chinese(family, given)
    name: dict[str, Any] = {"text": _text(family, given)}
    if family:
        name["family"] = family
    if given:
        name["given"] = given
    return name if name["text"] else {}


def _text(family: str, given: list[str]) -> str:
    begins = is_han(family) and bool(given) and is_han(given[0][:1])
    return (family + " ".join(given) if begins else " ".join([*given, family])).strip()


def _chinese(family: str, given: list[str]) -> dict[str, Any]:
    """Blanks that pad a name of two characters (`张　三`) are no part of it."""
    family, rest = "".join(family.split()), "".join("".join(given).split())
    if family and rest and family != rest:
        if rest.startswith(family) and len(rest) > len(family) and len(family) > 1:
            return _whole(rest)
        return {"text": family + rest, "family": family, "given": [rest]}
    return _whole(family or rest)


def _whole(name: str) -> dict[str, Any]:
    family, given = split(name)
    found: dict[str, Any] = {"text": name}
    return found | ({"family": family, "given": [given]} if family else {})


def _dress(name: dict[str, Any], prefix: str, suffixes: list[str]) -> None:
    if prefix:
        name["prefix"] = [prefix]
    if suffixes:
        name["suffix"] = suffixes


def is_nobodys(name: str) -> bool:
    """Whether it stands for a name: of an unknown person (无名氏), of a child by its mother (张三之女)."""
    return is_unknown(name) or _CHILD.fullmatch("".join(name.split())) is not None


def is_han(text: str) -> bool:
    """Whether a name is written in Chinese characters throughout."""
    return _HAN.fullmatch("".join(text.split())) is not None


@lru_cache(maxsize=8192)
def split(name: str) -> tuple[str, str]:
    """Surname and given name of a whole Chinese name; two empty strings where a split would be a guess.

    Two or three characters have a surname of one, unless a compound surname begins them; four characters are
    split only after a compound surname. A surname with a title (王医生) and a familiar form (小张) are not.
    """
    length = len(name)
    if is_nobodys(name) or name.endswith(_TITLES) or not 2 <= length <= 4 or not is_han(name):
        return "", ""
    if length == 2 and name.startswith(_FAMILIAR):
        return "", ""
    if name[:2] in table("CompoundSurname").entries:
        return (name[:2], name[2:]) if length > 2 else ("", "")
    return (name[:1], name[1:]) if length < 4 else ("", "")
