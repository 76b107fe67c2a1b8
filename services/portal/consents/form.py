"""The form of a rule: what it offers a resident, and the rule that somebody has filled in.

A doctor or house is chosen from those who have to do with the file, never typed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from starlette.datastructures import FormData

from auth import moment
from auth.access.consent import told
from auth.access.grounds import Policy
from auth.access.permission import permissions
from auth.audit.purpose import EMERGENCY
from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.resource import Resource, reference_of
from fhir.store.facets import attachments
from fhir.summary.holding import holds
from fhir.summary.moment import Moment, first_moment, local_day
from fhir.summary.patient import names_of
from fhir.summary.source import owner_of, target
from fhir.summary.title import title
from fhir.summary.wording import Wording
from services.portal.catalogue import mark
from services.portal.consents.guardians import Guardian, guardians
from services.portal.consents.rule import EFFECTS, KINDS, PURPOSES, SENSITIVE, Rule
from services.portal.visit import Visit

_MOST, _LOOKS = 200, 300
ALWAYS, DAY = "always", "day"
"""How long a rule holds, as the form says it."""
_DOCUMENTS = ("DocumentReference", "DiagnosticReport", "Composition")


_GONE = Wording("一位已不再登记的家人或监护人", "A family member or guardian who is no longer registered")
_UNTITLED = Wording("没有标题的文书", "Document without a title")


class WrongRule(ValueError):
    """What was filled in is no rule; `faults` are msgids by field, in their order on the page."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(*faults.values())
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Document:
    """A document that a rule may name, and what goes with it; one that no longer holds is not offered."""

    reference: str
    title: str
    moment: Moment | None
    parts: tuple[str, ...] = ()
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen: houses (those that see something of the file first), doctors, documents, guardians,
    purposes.

    `trusted` are the doctors to whom a rule permits something.
    """

    houses: Mapping[str, str]
    present: Sequence[str]
    doctors: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    guardians: Mapping[str, Guardian] = field(default_factory=dict)
    trusted: Sequence[str] = ()
    purposes: Mapping[str, str] = field(default_factory=lambda: PURPOSES)

    def named(self, reference: str) -> str:
        """What somebody is called."""
        guardian = self.guardians.get(reference)
        called = guardian.called(reference) if guardian else None
        gone = _GONE if reference.startswith("RelatedPerson/") else None
        known = (called, self.houses.get(reference), self.doctors.get(reference), gone)
        return next(filter(None, known), reference)

    @property
    def family(self) -> dict[str, str]:
        """The guardians, each once, by the reference that a rule names."""
        found = self.guardians.values()
        return {each.reference: each.called(each.reference) for each in found}


async def offer(visit: Visit, patient: str, consents: Iterable[Resource], *, documents: bool) -> Offer:
    """What the form offers about the file of `patient`, who has given these `consents`; `documents` where the
    reader may know of them."""
    permitted = _permitted(consents)
    treating = await visit.platform.relations.houses(patient)
    present = [*treating, *(each for each in permitted if each not in treating)]
    houses = await _all(visit.context, "Organization", [("_sort", "name")])
    names = {reference_of(each): str(each.get("name") or each["id"]) for each in houses}
    first = [each for each in present if each in names]
    ordered = {each: names[each] for each in (*first, *(each for each in names if each not in first))}
    people = await _all(visit.context, "RelatedPerson", [("patient", patient)])
    doctors = await _doctors(visit, patient, permitted)
    return Offer(
        ordered,
        first,
        doctors,
        await _documents(visit.context, patient) if documents else {},
        await guardians(visit, patient, people, await _homes(visit.context, people, names)),
        [each for each in doctors if each in permitted],
        _purposes(visit.platform.grounds.policy),
    )


def _purposes(policy: Policy) -> dict[str, str]:
    """For what somebody may look; emergencies only where a denial binds in them."""
    return {code: name for code, name in PURPOSES.items() if code != EMERGENCY or policy.denial_binds}


def _permitted(consents: Iterable[Resource]) -> list[str]:
    """The houses and doctors to whom Consents permit something by name now."""
    now = moment.now()
    found = [one for each in consents if (what := told(each)) for one in permissions(what)]
    return sorted({to for one in found if one.since <= now < one.until for to in one.to})


async def _homes(context: Context, people: Iterable[Resource], houses: Mapping[str, str]) -> dict[str, str]:
    """Which house has recorded those of `people` who have no name: its name by their Patient."""
    nameless = {owner_of(each).removeprefix("Patient/") for each in people if not names_of(each)}
    known = [("_id", ",".join(sorted(nameless)))]
    patients = await _all(context, "Patient", known) if nameless else []
    return {reference_of(each): houses.get(target(each.get("managingOrganization")), "") for each in patients}


async def _doctors(visit: Visit, patient: str, permitted: Iterable[str]) -> dict[str, str]:
    """Those who have looked at the file, or tried to, by their names of that day; and those who are permitted
    something."""
    persons = await visit.platform.relations.persons([patient])
    records = await visit.platform.archive.records(frozenset(persons[patient]), None, _LOOKS)
    found = {record.agent.practitioner: record.agent.name for record in records if record.agent.practitioner}
    asked = {each for each in (*found, *permitted) if each.startswith("Practitioner/")}
    known = [("_id", ",".join(each.removeprefix("Practitioner/") for each in sorted(asked)))]
    there = await _all(visit.context, "Practitioner", known) if asked else []
    names = {reference_of(each): found.get(reference_of(each)) or _called(each) for each in there}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _called(person: Resource) -> str:
    return next(iter(names_of(person)), "") or reference_of(person)


async def _documents(context: Context, patient: str) -> dict[str, Document]:
    found = [
        _document(each)
        for type in _DOCUMENTS
        for each in await _all(context, type, [("patient", patient), ("_sort", "-date")])
    ]
    return {each.reference: each for each in found}


def _document(resource: Resource) -> Document:
    results = (str(each.get("reference", "")) for each in resource.get("result", ()))
    parts = dict.fromkeys([*(each for each in results if "/" in each), *attachments(resource)])
    period = resource.get("effectivePeriod")
    when = first_moment(
        resource.get("date"), resource.get("effectiveDateTime"), period, resource.get("issued")
    )
    shown = title(resource) or _UNTITLED
    return Document(reference_of(resource), shown, when, tuple(parts), holds(resource))


async def _all(context: Context, type: str, asked: Iterable[tuple[str, str]]) -> list[Resource]:
    page = await search(context, type, [*asked, ("_count", str(_MOST))])
    return [each.resource() for each in page.matches]


def rule(form: FormData, offered: Offer, missing: Mapping[str, str] = MappingProxyType({})) -> Rule:
    """The rule that was filled in. WrongRule says by field what is missing, beside what else is `missing`."""
    faults, made = dict(missing), dict[str, Any]()
    for field_name, read in _FIELDS.items():
        try:
            made |= read(form, offered)
        except _WrongField as wrong:
            faults[field_name] = str(wrong)
    if faults:
        raise WrongRule(faults)
    return Rule(**made)


class _WrongField(ValueError):
    """What is wrong with one field, as a msgid."""


def _effect(form: FormData, offered: Offer) -> dict[str, Any]:
    effect = str(form.get("effect", ""))
    if effect not in EFFECTS:
        raise _WrongField(mark("请选择：不许看，还是允许看。"))
    return {"effect": effect}


def _who(form: FormData, offered: Offer) -> dict[str, Any]:
    who = str(form.get("who", ""))
    if who == "all":
        return {}
    choices = {"house": offered.houses, "doctor": offered.doctors, "guardian": offered.family}
    if who not in choices:
        raise _WrongField(mark("请选择这条规则管谁。"))
    chosen = str(form.get(who, ""))
    if chosen not in choices[who]:
        raise _WrongField(_WHICH[who])
    return {"actor": chosen}


def _what(form: FormData, offered: Offer) -> dict[str, Any]:
    what = str(form.get("what", ""))
    if what == "everything":
        return {}
    if what in _BOXES:
        return {what: _chosen(form, what, _BOXES[what])}
    if what != "document":
        raise _WrongField(mark("请选择这条规则管哪些内容。"))
    document = offered.documents.get(str(form.get("document", "")))
    if document is None or not document.holds:
        raise _WrongField(mark("请选择一份文书。"))
    return {"document": document.reference, "parts": document.parts}


def _chosen(form: FormData, name: str, known: Iterable[str]) -> tuple[str, ...]:
    asked = {str(each) for each in form.getlist(name)}
    found = tuple(each for each in known if each in asked)
    if not found:
        raise _WrongField(mark("请至少选一类内容。"))
    return found


def _purpose(form: FormData, offered: Offer) -> dict[str, Any]:
    asked = str(form.get("purpose", ""))
    if asked not in offered.purposes:
        raise _WrongField(mark("请选择目的。"))
    if asked and form.get("who") == "guardian":
        raise _WrongField(mark("家人只为代看而看，目的请选“任何目的”。"))
    if asked == EMERGENCY and form.get("effect") == "permit":
        raise _WrongField(mark("紧急打开时医生本来就看得到，所以这里只能选“不许看”。"))
    return {"purpose": asked}


def _until(form: FormData, offered: Offer) -> dict[str, Any]:
    """Always, or until a day; whoever has typed a day has chosen one."""
    until, text = str(form.get("until", "")), str(form.get("end", "")).strip()
    if until == ALWAYS and text:
        raise _WrongField(mark("您选了“一直有效”，又写了最后一天。请只留一个。"))
    if until == ALWAYS:
        return {}
    if not text:
        raise _WrongField(_NO_DAY if until == DAY else mark("请选择：一直有效，还是到哪一天为止。"))
    return {"end": _day(text)}


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _WrongField(mark("请把最后一天写成 2026-12-31 这样。")) from None
    if day < local_day():
        raise _WrongField(mark("最后一天不能在今天以前。"))
    return day.isoformat()


_FIELDS: dict[str, Callable[[FormData, Offer], dict[str, Any]]] = {
    "effect": _effect,
    "who": _who,
    "what": _what,
    "purpose": _purpose,
    "until": _until,
}
_BOXES: dict[str, Iterable[str]] = {"labels": SENSITIVE, "kinds": KINDS}
_WHICH = {
    "house": mark("请选择是哪一家医院或社区中心。"),
    "doctor": mark("请选择是哪一位医生。"),
    "guardian": mark("请选择是哪一位家人或监护人。"),
}
_NO_DAY = mark("请写上最后一天。")
