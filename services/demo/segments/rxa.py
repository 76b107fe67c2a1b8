"""RXA, RXR: a vaccine dose as given.

Chapter 4. CVX beside the local code; RXA-9 says whether this house gave it or tells what another one did.
"""

from services.demo.catalogue import vaccines
from services.demo.event import Dose, Event
from services.demo.segments.encoding import components, moment, segment
from services.demo.segments.obx import coded
from services.demo.segments.pv1 import xcn

_ROUTES = {"IM": "肌内注射", "SC": "皮下注射", "ID": "皮内注射", "PO": "口服"}
_SITES = {"LA": "左上臂", "RA": "右上臂", "LT": "左大腿", "RT": "右大腿"}


def administration(event: Event, dose: Dose, number: int) -> list[str]:
    """ORC (in version 2.5.1), RXA and RXR of one dose."""
    house, vaccine = event.house, vaccines()[dose.vaccine]
    zone = house.dialect.zone
    filler = components(f"{house.code}V{event.resident.index:03d}{vaccine.key}", house.code)
    given = moment(dose.given, zone)
    rxa = segment(
        "RXA",
        f1="0",
        f2=str(vaccine.dose),
        f3=given,
        f4=given,
        f5=coded(house, vaccine, "CVX", vaccine.code),
        f6=vaccine.amount,
        f7=components("mL", "", "UCUM"),
        f9=components("01", "历史接种", "NIP001")
        if dose.historical
        else components("00", "本次接种", "NIP001"),
        f10=""
        if dose.historical
        else xcn(house, event.visit.doctor if event.visit else house.doctor("预防接种门诊")),
        f15=dose.lot,
        f20="CP",
        f21="A" if house.dialect.version != "2.3.1" else "",
    )
    rxr = segment(
        "RXR",
        f1=components(vaccine.route, _ROUTES[vaccine.route], "HL70162"),
        f2=components(vaccine.site, _SITES.get(vaccine.site, ""), "HL70163") if vaccine.site else "",
    )
    orc = [segment("ORC", f1="RE", f3=filler)] if house.dialect.version == "2.5.1" else []
    return [*orc, rxa, rxr]
