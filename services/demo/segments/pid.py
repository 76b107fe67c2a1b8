"""PID, PD1, NK1: who the resident is, in each house's own words.

Chapter 3. Name whole or in parts, citizen number in PID-3, PID-4 or PID-19, sex of table 0001 or GB/T 2261.1.
"""

from services.demo.house import House
from services.demo.resident import Resident
from services.demo.segments.encoding import Encoded, components, day, repetitions, segment

_CITIZEN = "2.16.156.10011.1.3"
_SEX = {"hl7": {"male": "M", "female": "F"}, "national": {"male": "1", "female": "2"}}
_RELATIONS = {"SPO": "配偶", "CHD": "子女", "MTH": "母亲"}


def pid(house: House, resident: Resident) -> str:
    """PID in the dialect of `house`."""
    dialect = house.dialect
    married = "M" if resident.married else "S"
    if dialect.sex == "national":
        married = "20" if resident.married else "10"
    return segment(
        "PID",
        f1="1",
        f5=name(house, resident.family, resident.given),
        f7=day(resident.birth),
        f8=_SEX[dialect.sex][resident.sex],
        f11=_address(house, resident),
        f13=_phone(house, resident.phone),
        f16=married,
        f22=components(resident.ethnic, "", "GB/T 3304"),
        f26="CHN",
        **_identifiers(house, resident),
    )


def _identifiers(house: House, resident: Resident) -> dict[str, str]:
    local = resident.hospital_number(house)
    match house.dialect.identifiers:
        case "pid19":
            return {"f3": components(local, "", "", house.code), "f19": resident.number or ""}
        case "outside":
            return {"f2": local, "f3": components(local, "", "", house.code), "f4": resident.number or ""}
    kinds = ("MR", "NNCHN") if house.dialect.identifiers == "kinds" else ("MR", "01")
    own = components(local, "", "", Encoded(f"{house.code}&{house.authority}&ISO"), kinds[0])
    citizen = components(resident.number or "", "", "", Encoded(f"PRC&{_CITIZEN}&ISO"), kinds[1])
    return {"f3": repetitions(own, citizen if resident.number else "")}


def name(house: House, family: str, given: str) -> Encoded:
    """A person's name: whole in the first component, or family and given apart."""
    if house.dialect.name == "whole" or not family:
        return components(family + given)
    return components(family, given, "", "", "", "", *("L",) * (house.dialect.version != "2.3.1"))


def _address(house: House, resident: Resident) -> Encoded:
    if house.dialect.name == "whole":
        return components(f"四川省成都市{resident.district}{resident.address}")
    return components(resident.address, "", f"成都市{resident.district}", "四川省", "", "CHN", "H")


def _phone(house: House, phone: str) -> Encoded:
    if house.dialect.version == "2.3.1" or not phone:
        return components(phone)
    return components(phone, "PRN", "CP")


def nk1(house: House, resident: Resident) -> str:
    """NK1: the next of kin (table 0063)."""
    kin = resident.kin
    return segment(
        "NK1",
        f1="1",
        f2=name(house, kin.family, kin.given),
        f3=components(kin.relation, _RELATIONS[kin.relation], "HL70063"),
        f5=_phone(house, kin.phone),
    )
