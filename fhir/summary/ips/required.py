"""The sections that every summary has: allergies, problems, medications.

IPS 2.0 sectionAllergies, sectionProblems, sectionMedications.
"""

from collections.abc import Iterable
from datetime import date

from fhir.summary.allergies import Allergy, allergies
from fhir.summary.file import HealthFile
from fhir.summary.ips.part import Heading, Line, Need, Part, cell
from fhir.summary.ips.written import day, flagged, source
from fhir.summary.medications import Medication, taken
from fhir.summary.problems import Problem
from fhir.summary.section import Section
from fhir.summary.source import Origin
from fhir.summary.terms import Words
from fhir.summary.wording import Wording, joined

ALLERGIES = Heading(
    "48765-2",
    "Allergies and adverse reactions Document",
    Words("过敏和不良反应", "Allergies and Intolerances"),
    (Words("过敏原", "Substance"), Words("说明", "Remarks"), Words("反应", "Reaction")),
    ("AllergyIntolerance",),
    Need.REQUIRED,
    Words("已询问：无已知过敏。", "Asked: no known allergies."),
    Words(
        "没有过敏记录：不等于没有过敏。",
        "No information on allergies, which does not mean that there are none.",
    ),
)
PROBLEMS = Heading(
    "11450-4",
    "Problem list - Reported",
    Words("健康问题", "Problem List"),
    (Words("诊断", "Diagnosis"), Words("编码", "Code"), Words("说明", "Remarks"), Words("自", "Since")),
    ("Condition",),
    Need.REQUIRED,
    Words("已询问：没有健康问题。", "Asked: no known problems."),
    Words("没有诊断记录。", "No information on problems."),
)
MEDICATIONS = Heading(
    "10160-0",
    "History of Medication use Narrative",
    Words("正在使用的药物", "Medication Summary"),
    (Words("药物", "Drug"), Words("用法", "Dosage"), Words("最近发药", "Last dispensed")),
    ("MedicationRequest", "MedicationStatement", "MedicationDispense"),
    Need.REQUIRED,
    Words("已询问：没有在用药物。", "Asked: no known medications."),
    Words(
        "没有用药记录：不等于没有用药。",
        "No information on medications, which does not mean that there are none.",
    ),
)
_SEVERE, _UNSURE = Wording("严重", "severe"), Wording("未证实", "unconfirmed")
_PAST = Wording("以往", "in the past")
_CHRONIC, _PROVISIONAL = Wording("慢性", "chronic"), Wording("待确诊", "provisional")
_STOPPED = Wording("别的机构已停用", "stopped by another institution")
_HELD = Wording("别的机构已暂停", "put on hold by another institution")
_DIFFER = Wording("各来源剂量不同", "sources differ in dose")


def allergy_part(file: HealthFile) -> Part:
    """What the person is allergic to, what he was once allergic to below it."""
    found = allergies(file)
    past = [each for each in found.earlier if not each.refuted]
    lines = [_allergy(each) for each in found.current] + [_allergy(each, _PAST) for each in past]
    lines += [
        Line((each.text, Wording(""), Wording("")), (each.origin,), (each.original,)) for each in found.partly
    ]
    return _part(ALLERGIES, found, lines)


def _allergy(line: Allergy, *more: Wording) -> Line:
    remarks = flagged(*more, (_SEVERE, line.severe), (_UNSURE, not line.confirmed))
    return Line((line.substance, remarks, joined(line.reactions)), line.origins, line.originals)


def problem_part(found: Section[Problem]) -> Part:
    """What the person suffers from now."""
    return _part(PROBLEMS, found, problem_lines(found.current))


def problem_lines(found: Iterable[Problem]) -> list[Line]:
    """Diagnoses as lines."""
    return [
        Line(
            (
                line.name,
                cell(line.code),
                flagged((_CHRONIC, line.chronic), (_PROVISIONAL, line.provisional)),
                cell(day(line.since)),
            ),
            line.origins,
            line.originals,
        )
        for line in found
    ]


def medication_part(file: HealthFile, today: date) -> Part:
    """What the person takes now."""
    found = taken(file, today)
    return _part(MEDICATIONS, found, [_medication(line) for line in found.current])


def _medication(line: Medication) -> Line:
    dose = cell(line.dose)
    if line.doses_differ:
        said = joined(each.dose for each in line.sources if each.dose)
        dose = Wording(f"{_DIFFER}：{said}", f"{_DIFFER.english}: {said.english}")
    for said, houses in ((_STOPPED, line.stopped), (_HELD, line.held)):
        if houses:
            dose = _with_stop(dose, said, source(houses[0]))
    origins = tuple(dict.fromkeys(each.origin for each in line.sources))
    return Line((line.name, dose, cell(day(line.dispensed))), origins, line.originals)


def _with_stop(dose: Wording, said: Wording, house: Wording) -> Wording:
    told = Wording(f"{said}：{house}", f"{said.english}: {house.english}")
    return Wording(
        "；".join(filter(None, (dose, told))), "; ".join(filter(None, (dose.english, told.english)))
    )


def _part(
    heading: Heading, found: Section[Allergy] | Section[Problem] | Section[Medication], lines: list[Line]
) -> Part:
    denied: list[Origin] = list(dict.fromkeys(found.denied))
    return Part(heading, lines, denied, found.denials)
