"""ORC, OBR, OBX: what was measured, in each house's own words.

Chapter 7. LOINC first, second to the local code, or absent; units in UCUM or as the house writes them.
"""

from services.demo.catalogue import Concept, Test, panels, tests
from services.demo.event import Event, Report
from services.demo.house import House
from services.demo.result import flag
from services.demo.segments.encoding import Encoded, components, moment, segment
from services.demo.segments.pv1 import xcn

_ARROWS = {"H": "↑", "L": "↓", "N": "", "A": "*"}
_RHESUS = {"Pos": "阳性", "Neg": "阴性"}


def coded(house: House, concept: Concept, system: str, code: str) -> Encoded:
    """A code of a standard `system` beside the local one, in the order that the house prefers."""
    standard = (code, concept.name, system) if code and house.dialect.loinc != "none" else ()
    local = (concept.local or concept.key.upper(), concept.zh, f"99{house.code}")
    first, second = (standard, local) if house.dialect.loinc == "first" and standard else (local, standard)
    return components(*first, *second)


def order(event: Event, report: Report, number: int) -> list[str]:
    """ORC, OBR and OBX of one report."""
    house, panel = event.house, panels()[report.panel]
    zone = house.dialect.zone
    assert event.visit is not None
    head = [segment("ORC", f1="RE", f3=components(f"{house.code}{report.number}", house.code), f5="CM")]
    obr = segment(
        "OBR",
        f1=str(number),
        f3=components(f"{house.code}{report.number}", house.code),
        f4=coded(house, panel, "LN", panel.code),
        f7=moment(report.observed, zone),
        f16=xcn(house, event.visit.doctor),
        f22=moment(event.time, zone),
        f24=panel.section,
        f25=report.status,
    )
    values = [obx(event, report, position) for position in range(len(report.results))]
    return [*(head if house.dialect.version != "2.3.1" else []), obr, *values]


def obx(event: Event, report: Report, position: int) -> str:
    """OBX of one result."""
    key, value = report.results[position]
    test, house, sex = tests()[key], event.house, event.resident.sex
    mark = flag(test, value, sex)
    return segment(
        "OBX",
        f1=str(position + 1),
        f2=test.type,
        f3=coded(house, test, "LN", test.code),
        f5=_value(house, test, value),
        f6=_unit(house, test),
        f7=_range(test, sex),
        f8=_ARROWS.get(mark, "") if house.dialect.flags == "arrows" else mark,
        f11=report.status,
        f14=moment(report.observed, house.dialect.zone),
    )


def _value(house: House, test: Test, value: str) -> str:
    if test.type != "CE":
        return value
    return components(value, _RHESUS.get(value, f"{value}型"), f"99{house.code}")


def _unit(house: House, test: Test) -> str:
    if house.dialect.units == "local":
        return test.local_unit
    return components(test.unit, "", "UCUM") if test.unit else ""


def _range(test: Test, sex: str) -> str:
    low, high = (None if side is None else f"{side:.{test.decimals}f}" for side in test.range(sex))
    if low is None:
        return "" if high is None else f"<{high}"
    return f">{low}" if high is None else f"{low}-{high}"
