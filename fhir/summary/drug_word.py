"""Drug word: what one resource says of a drug: which it is, by which names, how it is taken, from whom.

FHIR R4 MedicationRequest, MedicationStatement, MedicationDispense; Medication where it is referred to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from fhir.resource import Resource
from fhir.summary.coding import folded, keys_of, many, text_of
from fhir.summary.dosage import dosage_text, undated_text
from fhir.summary.form import Way, way_of
from fhir.summary.moment import Moment, first_moment
from fhir.summary.source import Origin, Sources, target
from fhir.summary.wording import Wording, named

ENDING = frozenset({"stopped", "cancelled", "not-taken", "on-hold"})
"""That it is not taken. A prescription is also completed once it was dispensed: that says nothing."""

_STRENGTH = re.compile(
    r"(?<![a-wyz\d.])\d+(?:\.\d+)?(?:mg|g|ug|μg|ml|iu|万?单位|%|:|/|x|\*|×|[片粒支盒袋丸])+"
)
"""Not the number of a name: B12片, D3片."""
_BRACKET = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_ASIDE = re.compile(
    r"\d(?:mg|g|ug|μg|ml|iu|万?单位|%|[片粒支盒袋丸])"
    r"|^(?:[国省市地基医保集采甲乙丙类自费进口产带量]*|(?:薄膜|糖|肠溶)衣|素片|[盒瓶袋散]装|成人|儿童)$|(?:药业|制药|集团|公司|厂)$"
)
"""In brackets: a strength, who pays, a coat, a maker. Anything else may be what the drug is: (门冬)."""
_SALT = re.compile(
    r"^(?:盐酸|硫酸氢|硫酸|磷酸|马来酸|苯磺酸|琥珀酸|富马酸|酒石酸|枸橼酸|甲磺酸|门冬氨酸|醋酸)(?![钠钾钙镁锌铁铵]|亚铁)"
)
_BASE = re.compile(r"(法林|他汀|状腺素|氯芬酸|丙戊酸|苯妥英|西林|拉唑|沙坦)[钠钙钾镁]$")
_FORM = re.compile(r"(?:片|胶囊|颗粒|注射液|口服液|丸|滴眼液|软膏|乳膏)+$")


@dataclass(frozen=True, eq=False)
class Word:
    """What one resource says: of which drug, under which names, by which way, how taken, from whom."""

    resource: Resource
    drug: Resource
    names: frozenset[str]
    way: Way | None
    origin: Origin

    @classmethod
    def of(cls, resource: Resource, drugs: Mapping[str, Resource], sources: Sources) -> "Word":
        """Read a resource; `drugs` are the Medications of the file by reference."""
        found = medication_of(resource, drugs)
        drug = drug_of(resource, drugs)
        way = way_of(resource, drug, found.get("form"))
        return cls(resource, drug, _names(drug), way, sources.origin(resource, when_of(resource)))

    @cached_property
    def name(self) -> Wording:
        """What the source calls the drug."""
        return named(self.drug)

    @cached_property
    def dose(self) -> Wording:
        """How it is taken. (Worded when asked for: of a long file few are shown.)"""
        return dosage_text(self._instructions)

    @property
    def undated(self) -> Wording:
        """The dose without the days of its course."""
        return undated_text(self._instructions)

    @property
    def _instructions(self) -> Any:
        return self.resource.get("dosageInstruction") or self.resource.get("dosage")

    @property
    def dispensed(self) -> bool:
        """Does it tell that the drug was handed over?"""
        return bool(self.resource["resourceType"] == "MedicationDispense")

    @property
    def day(self) -> int:
        """Its day as a number; 0 where it has none."""
        return self.origin.when.day.toordinal() if self.origin.when else 0

    @property
    def forbidden(self) -> bool:
        """Is it an order not to give the drug?"""
        return self.resource.get("doNotPerform") is True

    @property
    def withdrawn(self) -> bool:
        """Was it cancelled before the drug was given? Then it ends no other prescription."""
        return self.resource.get("status") == "cancelled"

    @property
    def ending(self) -> bool:
        """Does it say that the drug is not taken?"""
        type, status = self.resource["resourceType"], self.resource.get("status")
        over = status in ENDING or (type == "MedicationStatement" and status == "completed")
        return not self.dispensed and (over or self.forbidden)

    @property
    def held(self) -> bool:
        """Does it end for a while only?"""
        return self.resource.get("status") == "on-hold" and not self.forbidden

    @property
    def about_person(self) -> bool:
        """Does it speak of the person (he does not take it, he must not), and not of one house's order?"""
        return self.forbidden or self.resource["resourceType"] == "MedicationStatement"


def when_of(resource: Resource) -> Moment | None:
    """When it was ordered, handed over or told."""
    return first_moment(
        resource.get("authoredOn"),
        resource.get("whenHandedOver"),
        resource.get("whenPrepared"),
        resource.get("effectiveDateTime"),
        resource.get("effectivePeriod"),
        resource.get("dateAsserted"),
    )


@lru_cache(maxsize=4096)
def ingredient(name: str) -> str:
    """A drug name without strength, salt and plain form; a release form (缓释, 控释, 肠溶) stays."""
    outer = _BRACKET.sub(lambda found: "" if _ASIDE.search(found[1]) else found[0], folded(name))
    bare = _FORM.sub("", _STRENGTH.sub("", outer))
    return _BASE.sub(r"\1", _SALT.sub("", bare)) or folded(name)


def drug_of(resource: Resource, drugs: Mapping[str, Resource]) -> Resource:
    """The concept of a drug: its own, that of its Medication, else the words of the reference."""
    said = resource.get("medicationCodeableConcept") or medication_of(resource, drugs).get("code")
    return dict(said or {"text": (resource.get("medicationReference") or {}).get("display", "")})


def medication_of(resource: Resource, drugs: Mapping[str, Resource]) -> Resource:
    """The Medication that a resource refers to, within itself or among `drugs` by reference; else {}."""
    wanted = target(resource.get("medicationReference"))
    inside = (c for c in many(resource.get("contained")) if f"#{c.get('id')}" == wanted)
    return next(inside, None) or drugs.get(wanted, {})


def _names(drug: Resource) -> frozenset[str]:
    name = ingredient(text_of(drug))
    return keys_of(drug) | ({f"ingredient|{name}"} if name else frozenset())
