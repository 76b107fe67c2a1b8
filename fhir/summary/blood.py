"""Blood group: ABO and Rh taken apart, so that what different tests say of either is compared.

LOINC 883-9 (ABO), 10331-7 and 1305-2 (Rh), 882-1 (both). Two that differ can cost a life.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fhir.resource import Resource
from fhir.summary.coding import codes, folded
from fhir.summary.file import HealthFile
from fhir.summary.moment import stamp
from fhir.summary.results import parts, value_text, when_of
from fhir.summary.source import Origin

_RH = {"10331-7", "1305-2"}
BLOOD_GROUPS = {"883-9", "882-1"} | _RH
_GROUP = re.compile(r"(?:血型|blood|group|type|abo|[:(])*(ab|a|b|o|0)(?=rh|pos|neg|[^a-z]|$)")
_SUBGROUP = re.compile(r"(?<=a)\d")
_POSITIVE, _NEGATIVE = re.compile("阳|pos"), re.compile("阴|neg")
_PLUS, _MINUS = re.compile(r"\+"), re.compile("[-−–](?=[)型]*$)")


@dataclass(frozen=True, slots=True)
class Blood:
    """What the sources say, ABO first: each part once, the newest first, and the newest origin of it."""

    parts: tuple[tuple[str, ...], ...]
    origins: tuple[Origin, ...]

    @property
    def differs(self) -> bool:
        """Do the sources contradict each other?"""
        return any(len(told) > 1 for told in self.parts)

    @property
    def text(self) -> str:
        """`AB Rh+`, or where they differ `A / B；Rh+`."""
        return ("；" if self.differs else " ").join(" / ".join(told) for told in self.parts)

    def doubts(self, observation: Resource) -> str:
        """What is told of a part that this one speaks of and others tell differently; else ""."""
        own = set(blood_group(observation))
        return "；".join(" / ".join(told) for told in self.parts if len(told) > 1 and own & {*told})


def blood(file: HealthFile) -> Blood:
    """The blood group of a person by all tests for it."""
    found = sorted(_told(file), key=lambda each: stamp(when_of(each)), reverse=True)
    told: tuple[dict[str, Origin], dict[str, Origin]] = {}, {}
    for each in found:
        for part, text in zip(told, blood_group(each), strict=True):
            if text:
                part.setdefault(text, file.sources.origin(each, when_of(each)))
    said = [part for part in told if part]
    return Blood(tuple(tuple(part) for part in said), tuple(next(iter(part.values())) for part in said))


def _told(file: HealthFile) -> Iterator[Resource]:
    """The tests for it, those within a panel too."""
    for each in file.holding("Observation"):
        if "component" in each or codes(each.get("code")) & BLOOD_GROUPS:
            yield from (part for part in parts(each) if codes(part.get("code")) & BLOOD_GROUPS)


def blood_group(observation: Resource) -> tuple[str, str]:
    """ABO and Rh as they are compared and shown, however they were written; "" of what is not said."""
    written = folded(value_text(observation))
    group = _GROUP.match(_SUBGROUP.sub("", written))
    abo, rh = group[1].upper().replace("0", "O") if group else "", _rhesus(written)
    if abo or rh or not written:
        return abo, rh
    unread = value_text(observation).strip().upper()
    return ("", unread) if codes(observation.get("code")) & _RH else (unread, "")


def _rhesus(written: str) -> str:
    for positive, negative in ((_POSITIVE, _NEGATIVE), (_PLUS, _MINUS)):
        if positive.search(written):
            return "Rh+"
        if negative.search(written):
            return "Rh−"
    return ""
