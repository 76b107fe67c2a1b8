"""Timeline: visits, reports, documents, prescriptions, vaccinations and procedures as one list.

Screens, section 1. What is filtered out is not lost: the page says how many there are without the filter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TypeVar

from auth.principal import Principal
from auth.roles import Role
from fhir.resource import Resource, reference_of
from fhir.summary.coding import many
from fhir.summary.documents import Document, documents
from fhir.summary.dosage import dosage_text
from fhir.summary.drug_name import drug_name
from fhir.summary.drug_word import drug_of
from fhir.summary.file import HealthFile
from fhir.summary.moment import first_moment, stamp
from fhir.summary.source import Origin, target
from fhir.summary.vaccinations import vaccinations
from fhir.summary.visits import Visit, visits
from fhir.summary.wording import Wording, named
from services.portal.clinician.notes.note import Note, note

TYPES = (
    "Encounter", "Condition", "DiagnosticReport", "DocumentReference", "MedicationRequest", "Immunization",
    "Procedure",
)  # fmt: skip
T = TypeVar("T")


class Kind(Enum):
    """What an entry is."""

    VISIT = "visit"
    REPORT = "report"
    DOCUMENT = "document"
    PRESCRIPTION = "prescription"
    VACCINATION = "vaccination"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, what it is called, what it says, from whom; a visit with its own facts.

    `places` are the references of what opens, one for each title, or one for the whole line; of a
    prescription the visit in which it was written. `withdrawn`: some results of a report were.
    """

    kind: Kind
    titles: tuple[Wording, ...]
    text: str
    origin: Origin
    visit: Visit | None = None
    preliminary: bool = False
    note: Note | None = None
    places: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see: a kind, the name of a house, days; "" and None are all."""

    kind: str = ""
    house: str = ""
    since: date | None = None
    until: date | None = None

    def takes(self, entry: Entry) -> bool:
        """Is it one of those?"""
        day = entry.origin.when.day if entry.origin.when else None
        return (
            self.kind in ("", entry.kind.value)
            and self.house in ("", entry.origin.organization or "")
            and (self.since is None or (day is not None and day >= self.since))
            and (self.until is None or (day is not None and day <= self.until))
        )


def entries(file: HealthFile, who: Principal) -> list[Entry]:
    """All entries of a file that a doctor is shown, the newest first, what has no date last."""
    held, wrong = file.holding("DocumentReference"), withdrawn_of(file)
    written = {str(each.get("id")): one for each in file.of("DocumentReference") if (one := note(each))}
    reports = replace(file, resources={"DiagnosticReport": file.of("DiagnosticReport")})
    others = [each for each in held if str(each.get("id")) not in written]
    papers = replace(file, resources={"DocumentReference": others})
    found = [
        Entry(Kind.VISIT, each.reasons, "", each.origin, each, places=(each.origin.reference,))
        for each in visits(file)
    ]
    found += [_paper(Kind.DOCUMENT, each) for each in documents(papers)]
    found += _reports(documents(reports), wrong)
    for each in file.of("DocumentReference"):
        if (one := written.get(str(each.get("id")))) and _listed(one, who):
            origin = file.sources.origin(each, one.when)
            place = (origin.reference,)
            found.append(Entry(Kind.DOCUMENT, (one.title,), "", origin, note=one, places=place))
    found += [Entry(Kind.VACCINATION, (each.name,), each.dose, each.origin) for each in vaccinations(file)]
    found += [*_prescriptions(file), *_procedures(file)]
    return sorted(found, key=_stamp, reverse=True)


def withdrawn_of(file: HealthFile) -> frozenset[str]:
    """The results of a file that were withdrawn, as references."""
    return frozenset(
        reference_of(each) for each in file.of("Observation") if each.get("status") == "entered-in-error"
    )


def _listed(one: Note, who: Principal) -> bool:
    """To a doctor with those that were withdrawn, which his page of it explains."""
    return one.listed_to(who) if who.role is Role.RESIDENT else one.shown_to(who)


def houses(found: Iterable[Entry]) -> list[str]:
    """The names of the houses from which entries come."""
    return sorted({each.origin.organization for each in found if each.origin.organization})


def _stamp(entry: Entry) -> float:
    return stamp(entry.origin.when)


def _reports(reports: Iterable[Document], wrong: frozenset[str]) -> Iterable[Entry]:
    """What a house has reported on one day is one entry; a report with a conclusion is its own."""
    plain = [each for each in reports if not (each.conclusion or each.preliminary)]
    for each in reports:
        if each.conclusion or each.preliminary:
            yield replace(_paper(Kind.REPORT, each), withdrawn=_names(each, wrong))
    for origin, theirs in _days((each.origin, each) for each in plain):
        places = tuple(each.origin.reference for each in theirs)
        titles, lost = tuple(each.title for each in theirs), any(_names(each, wrong) for each in theirs)
        yield Entry(Kind.REPORT, titles, "", origin, places=places, withdrawn=lost)


def _names(report: Document, wrong: frozenset[str]) -> bool:
    """Does a report name any of these results?"""
    return any(target(each) in wrong for each in many(report.original.get("result")))


def _paper(kind: Kind, of: Document) -> Entry:
    place = (of.origin.reference,)
    return Entry(kind, (of.title,), of.conclusion, of.origin, preliminary=of.preliminary, places=place)


def _prescriptions(file: HealthFile) -> Iterable[Entry]:
    """What a house has prescribed on one day is one entry."""
    given = [
        each
        for each in file.holding("MedicationRequest")
        if each.get("status") != "cancelled" and not each.get("doNotPerform")
    ]
    dated = ((file.sources.origin(each, first_moment(each.get("authoredOn"))), each) for each in given)
    known = {f"Medication/{each.get('id')}": each for each in file.of("Medication")}
    held = {f"Encounter/{each.get('id')}" for each in file.holding("Encounter")}
    for origin, requests in _days(dated):
        visits = {target(each.get("encounter")) for each in requests}
        places = tuple(visits) if len(visits) == 1 and visits <= held else ()
        yield Entry(Kind.PRESCRIPTION, _drugs(requests, known), _doses(requests), origin, places=places)


def _days(lines: Iterable[tuple[Origin, T]]) -> Iterable[tuple[Origin, list[T]]]:
    """What comes from one house and is of one day, with the newest arrival of it."""
    groups: dict[tuple[str | None, date | None], list[tuple[Origin, T]]] = {}
    for origin, each in lines:
        day = origin.when.day if origin.when else None
        groups.setdefault((origin.organization, day), []).append((origin, each))
    for theirs in groups.values():
        newest = max(theirs, key=lambda line: line[0].arrived)[0]
        yield newest, [each for _, each in theirs]


def _drugs(requests: Sequence[Resource], known: Mapping[str, Resource]) -> tuple[Wording, ...]:
    return tuple(dict.fromkeys(filter(None, (drug_name(named(drug_of(each, known))) for each in requests))))


def _doses(requests: Sequence[Resource]) -> Wording:
    return dosage_text(many(requests[0].get("dosageInstruction"))) if len(requests) == 1 else Wording("")


def _procedures(file: HealthFile) -> Iterable[Entry]:
    for each in file.holding("Procedure"):
        when = first_moment(each.get("performedDateTime"), each.get("performedPeriod"))
        yield Entry(Kind.PROCEDURE, (named(each.get("code")),), "", file.sources.origin(each, when))
