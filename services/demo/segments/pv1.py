"""EVN, PV1, DG1, AL1: the visit, its diagnoses, the intolerances.

Chapter 3 and 6. Diagnoses carry ICD-10 with the Chinese extension; intolerances the basic-health quick list.
"""

from services.demo.catalogue import allergies, diagnoses
from services.demo.event import Event
from services.demo.house import Doctor, House
from services.demo.segments.encoding import Encoded, components, moment, segment

_CLOSING = "01"


def evn(event: Event) -> str:
    """EVN with the trigger (versions before 2.5) and the time."""
    dialect = event.house.dialect
    code = "" if dialect.version == "2.5.1" else event.trigger
    return segment("EVN", f1=code, f2=moment(event.time, dialect.zone))


def pv1(event: Event) -> str:
    """PV1 of the visit, or `N` where a registration has none."""
    visit, dialect = event.visit, event.house.dialect
    if visit is None:
        return segment("PV1", f1="1", f2="N")
    return segment(
        "PV1",
        f1="1",
        f2=visit.kind,
        f3=_location(event.house, visit.location),
        f6=_location(event.house, event.previous),
        f7=xcn(event.house, visit.doctor),
        f10=visit.department,
        f19=components(visit.number, "", "", event.house.code),
        f36=_CLOSING if event.closed else "",
        f44=moment(visit.opened, dialect.zone),
        f45=moment(event.closed, dialect.zone) if event.closed else "",
    )


def _location(house: House, place: tuple[str, ...]) -> Encoded:
    if not place:
        return Encoded("")
    padded = (*place, "", "")[:3]
    return components(*padded, house.code)


def xcn(house: House, doctor: Doctor) -> Encoded:
    """A doctor by number and name, whole or in parts as the house writes names."""
    if house.dialect.name == "whole":
        return components(doctor.code, doctor.name)
    return components(doctor.code, doctor.family, doctor.given)


def dg1(event: Event) -> list[str]:
    """DG1 for each diagnosis, the main one first; W (working) until the visit closes, F then."""
    kind = "F" if event.closed else "W"
    return [
        segment(
            "DG1",
            f1=str(number),
            f2="ICD10" if event.house.dialect.version == "2.3.1" else "",
            f3=components(diagnoses()[key].code, diagnoses()[key].zh, "I10"),
            f4=diagnoses()[key].zh if event.house.dialect.version == "2.3.1" else "",
            f5=moment(event.visit.opened if event.visit else event.time, event.house.dialect.zone),
            f6=kind,
            f15="1" if number == 1 else "2",
        )
        for number, key in enumerate(event.diagnoses, 1)
    ]


def al1(event: Event) -> list[str]:
    """AL1 for each intolerance that the resident has told."""
    return [
        segment(
            "AL1",
            f1=str(number),
            f2=allergies()[key].kind,
            f3=components(allergies()[key].local, allergies()[key].zh, f"99{event.house.code}"),
            f4=allergies()[key].severity,
            f5=allergies()[key].reaction,
        )
        for number, key in enumerate(event.resident.allergies, 1)
    ]
