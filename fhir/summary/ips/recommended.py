"""The sections that a summary should have: immunisations, procedures, devices.

IPS 2.0 sectionImmunizations, sectionProceduresHx, sectionMedicalDevices.
"""

from fhir.summary.devices import devices
from fhir.summary.file import HealthFile
from fhir.summary.ips.part import Heading, Line, Need, Part, cell
from fhir.summary.procedures import procedures
from fhir.summary.terms import Words
from fhir.summary.vaccinations import vaccinations
from fhir.summary.wording import Wording

IMMUNIZATIONS = Heading(
    "11369-6",
    "History of Immunization note",
    Words("预防接种", "Immunizations"),
    (Words("疫苗", "Vaccine"), Words("剂次", "Dose"), Words("批号", "Lot")),
    ("Immunization",),
    Need.RECOMMENDED,
    no_data=Words("没有接种记录。", "No information on immunizations."),
)
PROCEDURES = Heading(
    "47519-4",
    "History of Procedures Document",
    Words("手术和操作", "History of Procedures"),
    (Words("手术或操作", "Procedure"), Words("结果", "Outcome")),
    ("Procedure",),
    Need.RECOMMENDED,
    no_data=Words("没有手术和操作记录。", "No information on procedures."),
)
DEVICES = Heading(
    "46264-8",
    "History of medical device use",
    Words("植入物和器械", "Medical Devices"),
    (Words("器械", "Device"), Words("部位", "Site"), Words("状态", "State")),
    ("DeviceUseStatement",),
    Need.RECOMMENDED,
    no_data=Words("没有植入物或器械记录。", "No information on devices."),
)
_REFUSED = Wording("未接种", "not given")
_USED, _GONE = Wording("在用", "in use"), Wording("已停用", "no longer in use")


def immunization_part(file: HealthFile) -> Part:
    """The doses that were given or refused."""
    found = [
        Line(
            (each.name, cell(each.dose) if each.given else _REFUSED, cell(each.lot)),
            (each.origin,),
            (each.original,),
        )
        for each in vaccinations(file)
    ]
    return Part(IMMUNIZATIONS, found)


def procedure_part(file: HealthFile) -> Part:
    """What was done."""
    found = [Line((each.name, cell(each.outcome)), each.origins, each.originals) for each in procedures(file)]
    return Part(PROCEDURES, found)


def device_part(file: HealthFile) -> Part:
    """What is in the body or worn."""
    found = [
        Line((each.name, each.site, _USED if each.in_use else _GONE), (each.origin,), (each.original,))
        for each in devices(file)
    ]
    return Part(DEVICES, found)
