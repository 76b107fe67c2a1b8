"""Flag: the warnings beside the allergies: blood group, pregnancy, infection, critical results, alerts.

Screens, section 1: the red bar. Only what a source said; a blood group that two sources tell differently is a
warning of its own, because somebody could be given the wrong blood.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fhir.resource import Resource, reference_of
from fhir.summary.blood import blood
from fhir.summary.coding import codes, folded, icd10_of, text_of
from fhir.summary.devices import devices
from fhir.summary.drug_word import Word
from fhir.summary.file import HealthFile
from fhir.summary.infections import infections
from fhir.summary.moment import Moment, first_moment, latest, stamp
from fhir.summary.problems import Problem
from fhir.summary.results import Series, coded, value_text, when_of
from fhir.summary.source import Origin
from fhir.summary.wording import Wording, spaced

_PREGNANCY = {"82810-3"}
_PREGNANT, _NOT_PREGNANT = {"77386006", "LA15173-0"}, {"60001007", "LA26683-5"}
_UNKNOWN = re.compile("未知|不详|不明|unknown")
_DENIED = re.compile("未(?:怀|受)?孕|[未非无]妊娠|非孕|[无没]有?怀孕|^(?:否|无|no)$|^not")
_SAID = re.compile("孕|妊娠|pregnan|^是$")
_PREGNANT_ICD = ("Z33", "Z34", "Z35", "O0", "O1", "O2", "O3", "O4")
_IMPLANTED = ("Z95", "Z96")
"""Heart and vessels; all other organs."""


class Warns(Enum):
    """What a warning is about."""

    ALERT = "alert"
    BLOOD = "blood"
    BLOOD_DIFFERS = "blood-differs"
    PREGNANCY = "pregnancy"
    INFECTION = "infection"
    IMPLANT = "implant"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: what about, in the source's words, from whom."""

    about: Warns
    text: str
    origin: Origin


def flags(file: HealthFile, problems: list[Problem], series: list[Series], today: date) -> list[Warning]:
    """All warnings of a file, the dangerous first."""
    warnings = [
        *_alerts(file),
        *_forbidden(file),
        *_critical(series, today),
        *(Warning(Warns.INFECTION, *found) for found in infections(problems, series)),
        *_pregnancy(file, problems, today),
        *_implants(file, problems),
        *_blood(file),
    ]
    return list(dict.fromkeys(warnings))


def _alerts(file: HealthFile) -> list[Warning]:
    active = [f for f in file.of("Flag") if f.get("status") == "active"]
    return [
        Warning(Warns.ALERT, text_of(f.get("code")), file.sources.origin(f, first_moment(f.get("period"))))
        for f in active
    ]


def _forbidden(file: HealthFile) -> list[Warning]:
    """The drugs that somebody has ordered not to give."""
    drugs = {reference_of(each): each for each in file.of("Medication") if "id" in each}
    orders = [
        each
        for each in file.holding("MedicationRequest")
        if each.get("doNotPerform") is True and each.get("status") == "active"
    ]
    return [
        Warning(
            Warns.ALERT,
            Wording(f"不要使用：{word.name}", f"do not give: {word.name.english}"),
            word.origin,
        )
        for word in (Word.of(each, drugs, file.sources) for each in orders)
        if word.name
    ]


def _critical(series: list[Series], today: date) -> list[Warning]:
    return [
        Warning(Warns.CRITICAL, _alarming(each), each.judged.origin)
        for each in series
        if each.urgency(today) == 3
    ]


def _alarming(series: Series) -> Wording:
    """The critical result; what came after it and nobody has judged does not take it away."""
    judged, latest = series.judged, series.latest
    told = spaced(series.name, judged.value, judged.unit)
    if latest is judged:
        return told
    return Wording(
        f"{told}（后来 {latest.value}，没有判断）",
        f"{told.english} (later {latest.value.english}, not judged)",
    )


def _implants(file: HealthFile, problems: list[Problem]) -> list[Warning]:
    """What is in the body or worn, and the state of having something in it."""
    used = [(each.name, each.origin) for each in devices(file) if each.in_use and each.name]
    had = [(each.name, each.origin) for each in problems if (each.code or "").upper().startswith(_IMPLANTED)]
    return [Warning(Warns.IMPLANT, *each) for each in (*used, *had)]


def _pregnancy(file: HealthFile, problems: list[Problem], today: date) -> list[Warning]:
    said = [(o, answer) for o in coded(file, _PREGNANCY) if (answer := _pregnant(o)) is not None]
    newest, answer = max(said, key=lambda pair: stamp(when_of(pair[0])), default=({}, None))
    told = file.sources.origin(newest, when_of(newest))
    observed = [Warning(Warns.PREGNANCY, "", told)] if answer else []
    diagnosed = [
        Warning(Warns.PREGNANCY, p.sure_name, p.origin)
        for p in problems
        if (p.code or "").upper().startswith(_PREGNANT_ICD)
    ]
    recent = [w for w in observed + diagnosed if w.origin.when and (today - w.origin.when.day).days <= 280]
    ends = [_delivery(file), told.when if answer is False else None]
    end = latest(ends)
    return [w for w in recent if end is None or (w.origin.when and w.origin.when.day > end.day)][:1]


def _pregnant(observation: Resource) -> bool | None:
    """What an observation of the pregnancy status says; None where it does not know."""
    said, text = codes(observation.get("valueCodeableConcept")), folded(value_text(observation))
    if said & (_PREGNANT | _NOT_PREGNANT):
        return bool(said & _PREGNANT)
    if _UNKNOWN.search(text):
        return None
    return False if _DENIED.search(text) else True if _SAID.search(text) else None


def _delivery(file: HealthFile) -> Moment | None:
    """When the last child was born."""
    births = [
        c
        for c in file.holding("Condition")
        if (icd10_of(c.get("code")) or "").upper().startswith(("O80", "O81", "O82", "O83", "O84"))
    ]
    return latest(first_moment(c.get("recordedDate"), c.get("onsetDateTime")) for c in births)


def _blood(file: HealthFile) -> list[Warning]:
    """One line where all sources agree, a warning where they do not."""
    found = blood(file)
    about = Warns.BLOOD_DIFFERS if found.differs else Warns.BLOOD
    return [Warning(about, found.text, found.origins[0])] if found.parts else []
